"""Threads that begin at the same instant, so that a test can race them."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

Given = TypeVar("Given")
Got = TypeVar("Got")


def at_once(work: Callable[[Given], Got], given: Sequence[Given]) -> list[Got]:
    """What `work` gives for each, all begun together; raises what any of them raises."""
    gate = Barrier(len(given))

    def one(item: Given) -> Got:
        gate.wait()
        return work(item)

    with ThreadPoolExecutor(len(given)) as threads:
        return list(threads.map(one, given))
