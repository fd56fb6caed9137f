"""How long a job writes before others get their turn: seven tenths of the time."""

import time
from collections.abc import Callable

WHILE_SECONDS = 0.7
REST = 0.3 / 0.7


def for_a_while(part: Callable[[], int]) -> int:
    """Part after part, each a transaction of its own, until nothing is left or the time is up."""
    until = time.monotonic() + WHILE_SECONDS
    total = done = part()
    while done and time.monotonic() < until:
        done = part()
        total += done
    return total


def rest(began: float) -> None:
    """Wait after work that began at this moment of the monotonic clock, so that others write."""
    time.sleep(min((time.monotonic() - began) * REST, WHILE_SECONDS))
