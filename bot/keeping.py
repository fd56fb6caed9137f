"""What the clock does for keeping no longer than allowed: once a day, and for who asked for it."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from bot import pacing
from bot.helpline import Helpline
from bot.learning import Job
from cases.database import Store
from cases.retention import daily, trimming, wishes
from cases.retention.daily import Place, Step
from cases.retention.roots import ROOTS, Root
from cases.retention.terms import Kept, Terms

log = logging.getLogger(__name__)
LOOK_SECONDS = 60
# The next look goes on where this one stopped.
LONGEST_SECONDS = 20


def erase_due(store: Store, in_force: Terms, *, now: datetime) -> bool:
    """Go on with today's erasing for a while, batch by batch, each whole or not at all.

    Whether it came to its end. A process that dies leaves what it did, and its lease.
    """
    with store.write() as session:
        day = daily.claim(session, in_force, now=now)
    if day is None:
        return False
    until = time.monotonic() + LONGEST_SECONDS
    for _ in _batches(_Day(store, in_force, day, now)):
        if time.monotonic() > until:
            with store.write() as session:
                daily.let_go(session, day)
            return False
    with store.write() as session:
        daily.finish(session, day, now=now)
    return True


def forget_asked(store: Store, *, now: datetime) -> int:
    """Erase for those who asked for it."""
    with store.write() as session:
        return wishes.carry_out(session, now=now)


def jobs(helpline: Helpline) -> dict[str, Job]:
    """What is looked at for keeping."""
    store, in_force = helpline.store, helpline.terms
    return {
        "erasing": (lambda now: erase_due(store, in_force, now=now), LOOK_SECONDS),
        "forgetting": (lambda now: _noted(forget_asked(store, now=now)), LOOK_SECONDS),
    }


@dataclass(frozen=True)
class _Day:
    store: Store
    in_force: Terms
    day: date
    now: datetime


def _batches(work: _Day) -> Iterator[None]:
    """Each batch is a transaction of its own; between them others write."""
    for root in ROOTS:
        yield from _of(work, root)
    yield from _trimmed(work)


def _of(work: _Day, root: Root) -> Iterator[None]:
    after: Place | None = None
    more = True
    while more:
        began = time.monotonic()
        with work.store.write() as session:
            step = daily.go_on(session, root, work.in_force, after, now=work.now)
            daily.note(session, work.day, root.kept, step, now=work.now)
        after, more = step.after, step.after is not None
        yield
        pacing.rest(began)


def _trimmed(work: _Day) -> Iterator[None]:
    after: int | None = 0
    while after is not None:
        began = time.monotonic()
        with work.store.write() as session:
            gone, after = trimming.trim(session, work.in_force, after, now=work.now)
            daily.note(session, work.day, Kept.EVENTS, Step(gone, 0, None), now=work.now)
        yield
        pacing.rest(began)


def _noted(count: int) -> None:
    if count:
        log.info("Conversations were erased as asked.", extra={"count": count})
