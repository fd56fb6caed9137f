"""The consoles that stand open in this process: what changed is read once for all of them."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from api import edge as edges
from api.console import topics
from api.streams import Watch
from cases import events, operators
from cases.database import Session, Store
from cases.desk import typing_signs
from cases.events import Change
from cases.operators import Operator

PRESENT_EVERY = timedelta(seconds=20)
# Who missed more than this looks at everything again instead of reading what happened to it.
MOST_MISSED = 500


@dataclass(frozen=True)
class Topics:
    """What to look at again, and how far the log was read for it."""

    names: Sequence[str]
    cursor: int


class OpenConsole:
    """One open console: how far the log was read for it, and what it has still to be told.

    `read_to`, `writing` and `present_at` belong to whoever reads the log.
    """

    def __init__(self, token: str, watch: Watch, *, after: int) -> None:
        self.token = token
        self.read_to = after
        self.writing: frozenset[str] = frozenset()
        self.present_at: datetime | None = None
        self._watch = watch
        self._lock = threading.Lock()
        self._untold: set[str] = set()
        self._told_to = after
        self._ended = False

    def tell(self, names: Iterable[str]) -> None:
        """Add what it is to look at; it is woken when there is anything."""
        with self._lock:
            self._untold.update(names)
            self._told_to = self.read_to
            if len(self._untold) > MOST_MISSED:
                self._untold = {topics.EVERYTHING}
            woken = bool(self._untold)
        if woken:
            self._watch.wake()

    def end(self) -> None:
        """Nobody is signed in here any more."""
        self._ended = True
        self._watch.wake()

    def untold(self) -> Topics | None:
        """What was not told yet; None once the sign-in has ended."""
        with self._lock:
            names, self._untold = self._untold, set()
            return None if self._ended else Topics(sorted(names), self._told_to)


class OpenConsoles:
    """All of them. Whoever looks, looks for all; two do not look at once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._open: set[OpenConsole] = set()
        self._lock = threading.Lock()
        self._looking = threading.Lock()

    @contextmanager
    def opened(self, token: str, watch: Watch, *, after: int) -> Iterator[OpenConsole]:
        """A console that was shown the log up to `after`, as long as the block runs."""
        one = OpenConsole(token, watch, after=after)
        with self._lock:
            self._open.add(one)
        try:
            yield one
        finally:
            with self._lock:
                self._open.discard(one)

    def look(self) -> None:
        """Read what changed, and tell each console what its account may know."""
        with self._looking:
            with self._lock:
                open_ = list(self._open)
            if open_:
                now = edges.now()
                with self._store.read() as session:
                    _tell(session, open_, now=now)
                self._note_present(open_, now=now)

    def _note_present(self, open_: Sequence[OpenConsole], *, now: datetime) -> None:
        due = [
            one
            for one in open_
            if one.present_at is None or abs(now - one.present_at) > PRESENT_EVERY
        ]
        if not due:
            return
        with self._store.write() as session:
            there = operators.who_signed_in(session, [one.token for one in due], now=now)
            # In one order in every process: whoever locks people as they come waits in a ring.
            for token, here in sorted(there.items(), key=lambda seat: seat[1].operator.id):
                operators.note_present(session, here.operator.id, token, now=now)
        for one in due:
            one.present_at = now


def _tell(session: Session, open_: Sequence[OpenConsole], *, now: datetime) -> None:
    there = operators.who_signed_in(session, [one.token for one in open_], now=now)
    heard = typing_signs.heard(session, now=now)
    log = _Log(session)
    for one in open_:
        here = there.get(one.token)
        if here is None:
            one.end()
            continue
        operator = here.operator
        # The held chats whose resident began or ceased to write.
        writing = heard.get(operator.id, frozenset())
        names = {f"writing:{chat}" for chat in writing ^ one.writing}
        one.writing = writing
        changed = log.since(one.read_to)
        if len(changed) > MOST_MISSED:
            one.read_to = events.last_seq(session, events.CONSOLE)
            names.add(topics.EVERYTHING)
        elif changed:
            names |= log.topics(operator, one.read_to)
            one.read_to = changed[-1].seq
        one.tell(names)


class _Log:
    """The log as one look reads it: those who stand at one place share what lies behind it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._read: dict[int, Sequence[Change]] = {}
        self._topics: dict[tuple[str | int | None, ...], frozenset[str]] = {}

    def since(self, cursor: int) -> Sequence[Change]:
        """What lies behind a place, one more than anybody is told singly."""
        if cursor not in self._read:
            limit = MOST_MISSED + 1
            found = events.since(self._session, events.CONSOLE, cursor, limit=limit)
            topics.gather(self._session, found)
            self._read[cursor] = found
        return self._read[cursor]

    def topics(self, operator: Operator, cursor: int) -> frozenset[str]:
        """What this account looks at again; decided once for all of its role, place and unit."""
        about = (cursor, operator.role, operator.region, operator.unit)
        if about not in self._topics:
            self._topics[about] = topics.of(self._session, operator, self.since(cursor))
        return self._topics[about]
