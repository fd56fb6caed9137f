"""What becomes of a message that did not leave: again, a person's list, or given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.channels import NotSentError, RefusedError, SendError
from cases.channels.outbox import Why
from cases.talk.messages import Lane

FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=1)
# A reminder or a reply that could not leave for so long is told by a person instead.
GIVE_UP_AFTER = timedelta(seconds=50)


@dataclass(frozen=True)
class Again:
    """It certainly did not leave; try once more at `at`."""

    at: datetime


@dataclass(frozen=True)
class GiveUp:
    """It will not leave this way: a person must see to it."""

    why: Why


@dataclass(frozen=True)
class Unproven:
    """Nobody knows whether it left."""


Decision = Again | GiveUp | Unproven


def decide(
    error: SendError, *, lane: Lane, attempts: int, created_at: datetime, now: datetime
) -> Decision:
    """What to do after an error; `attempts` counts the one that just failed.

    An emergency is tried for ever: it rings for a person at the same time anyway.
    """
    match error:
        case RefusedError(blocked=blocked):
            return GiveUp(Why.SHUT if blocked else Why.REFUSED)
        case NotSentError(wait=wait):
            at = now + max(_backoff(attempts), wait or timedelta())
            patient = lane is Lane.EMERGENCY or at - created_at <= GIVE_UP_AFTER
            return Again(at) if patient or wait is not None else GiveUp(Why.TOO_LATE)
        case _:
            return Unproven()


def _backoff(attempts: int) -> timedelta:
    return min(FIRST_WAIT * 2.0 ** (min(attempts, 10) - 1), LONGEST_WAIT)
