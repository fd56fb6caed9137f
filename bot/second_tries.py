"""How messages that nobody answered are tried again: beside the clock, so that a try that never
ends holds up no other, and in the end a person is asked for what it could not answer."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

from bot.helpline import Helpline
from cases.channels import inbox
from cases.channels.inbox import Stuck

log = logging.getLogger(__name__)
Work: TypeAlias = Callable[[], None]
# A try that lasts longer hangs: what it holds counts as tried, and others go on without it.
HANGS_AFTER = timedelta(seconds=60)
MOST_BUSY = 3
MOST_THREADS = 12


def at_once(work: Work) -> None:
    """Here, and now."""
    work()


def answer_stuck(
    helpline: Helpline, *, now: datetime, begin: Callable[[Work], None] = at_once
) -> int:
    """Take up messages that nobody answered within the lease, after a crash for example; what was
    tried too often goes to a person first, and for that no engine is asked.

    Returns how many conversations those were; `begin` says where they are tried.
    """
    with helpline.store.write() as session:
        stuck = inbox.claim_stuck(session, now=now)
    for one in stuck:
        if one.hopeless:
            _guarded(partial(helpline.desk.give_up, one.conversation_id, now=now), one)
    tries = [one for one in stuck if not one.hopeless]
    if tries:
        begin(partial(_answer, helpline, tries, now=now))
    return len(stuck)


class Beside:
    """Threads of their own for tries: those that run now, and since when."""

    def __init__(self) -> None:
        self._running: list[tuple[threading.Thread, datetime]] = []

    def has_room(self, *, now: datetime) -> bool:
        """Whether more may be taken up: not while enough are busy, but those that hang are lost."""
        self._running = [(one, since) for one, since in self._running if one.is_alive()]
        return sum(since > now - HANGS_AFTER for _, since in self._running) < MOST_BUSY

    def begin(self, work: Work, *, now: datetime) -> None:
        """Run it in a thread; where too many hang it counts as tried, and goes to a person."""
        if len(self._running) >= MOST_THREADS:
            log.error("Tries hang; what was to be tried again goes to persons.")
            return
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        self._running.append((thread, now))


def look(helpline: Helpline, beside: Beside, *, now: datetime) -> int:
    """What the clock does: begin to answer what lies there, and wait for nothing."""
    if not beside.has_room(now=now):
        return 0
    return answer_stuck(helpline, now=now, begin=partial(beside.begin, now=now))


def _answer(helpline: Helpline, tries: Sequence[Stuck], *, now: datetime) -> None:
    for one in tries:
        _guarded(partial(helpline.desk.answer_waiting, one.conversation_id, now=now), one)


def _guarded(work: Work, one: Stuck) -> None:
    """One that cannot be answered holds up no other."""
    try:
        work()
    except Exception:
        log.exception("A stuck message stays.", extra={"conversation": one.conversation_id})
