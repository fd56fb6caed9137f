"""Which library a process answers from: the shipped one under what is published for the day."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from cases import events
from cases.database import Store
from cases.editing import publications
from knowledge import publishing, remembering
from knowledge.editions import Edition
from knowledge.library import Library
from knowledge.publishing import Folded
from knowledge.remembering import Memory

log = logging.getLogger(__name__)
LOCAL = ZoneInfo("Asia/Shanghai")
LOOK_SECONDS = 0.3
PUBLISHED = "published"


def today() -> date:
    """The day in China, where the helpline answers."""
    return datetime.now(LOCAL).date()


class Shelf:
    """Holds the current library; a newer one takes its place without a pause.

    Without a store there is the shipped knowledge alone.
    """

    def __init__(
        self,
        standards: Path,
        memory: Memory = remembering.NOTHING_KEPT,
        store: Store | None = None,
        *,
        day: Callable[[], date] = today,
        shipped: Library | None = None,
    ) -> None:
        """`shipped` is knowledge that was read already; else it is read at the first call."""
        self._standards, self._memory, self._store, self._day = standards, memory, store, day
        self._lock = threading.Lock()
        self._renewing = threading.Lock()
        self._shipped = shipped
        self._library: Library | None = None
        self._seen, self._of = -1, date.min
        self._watching = False

    def library(self) -> Library:
        """The library of this moment, made at the first call."""
        if self._library is None:
            self.look()
        library = self._library
        if library is None:
            raise AssertionError("A look always leaves a library or raises.")
        return library

    def of_day(self, on: date) -> Library:
        """The library as it is, was or will be on a day."""
        if on == self._day():
            return self.library()
        return publishing.fold_what_is_right(
            self.shipped(), self._editions(on), before=self._library
        ).library

    def shipped(self) -> Library:
        """The knowledge as it came with the program, with the standards of the local files."""
        with self._lock:
            if self._shipped is None:
                self._shipped = self._load()
            return self._shipped

    def check(self, edition: Edition, on: date) -> None:
        """Raises EditionError when this cannot be published with effect on that day."""
        publishing.check(self.shipped(), self._editions(on), edition)

    def with_edition(self, edition: Edition, on: date) -> Library:
        """What the library of a day becomes with one edition more. Raises EditionError."""
        self.check(edition, on)
        others = [one for one in self._editions(on) if one.name != edition.name]
        return publishing.fold_what_is_right(
            self.shipped(), [*others, edition], before=self._library
        ).library

    def look(self) -> bool:
        """Make the library anew if the event log or the calendar says so; whether it did.

        What is not right is left out and logged; the library before stays while this goes on.
        """
        with self._renewing:
            day, newest = self._day(), self._newest()
            stale = self._library is None or day != self._of or self._published(newest)
            if stale:
                self._put(self._fold(day))
            self._seen, self._of = newest, day
            return stale

    def renew(self) -> None:
        """Read the content files again; the old library stays when the new one is not right."""
        with self._renewing:
            shipped = self._load()
            with self._lock:
                self._shipped = shipped
            self._put(self._fold(self._day()))

    def watch(self, stop: threading.Event) -> None:
        """Look again and again in a thread of its own, until told to stop; once a process."""
        with self._lock:
            if self._watching or self._store is None:
                return
            self._watching = True
        threading.Thread(target=self._watch, args=(stop,), name="shelf", daemon=True).start()

    def _watch(self, stop: threading.Event) -> None:
        while not stop.wait(LOOK_SECONDS):
            try:
                self.look()
            except Exception:
                # The library before stays up; the next look finds the same news.
                log.exception("What was published could not be read; it is tried again.")
        with self._lock:
            self._watching = False

    def _load(self) -> Library:
        return Library.load(standards=self._standards, memory=self._memory)

    def _fold(self, day: date) -> Folded:
        folder = self._memory.folder
        memory = remembering.NOTHING_KEPT if folder is None else Memory(folder / PUBLISHED)
        return publishing.fold_what_is_right(
            self.shipped(), self._editions(day), before=self._library, memory=memory
        )

    def _put(self, folded: Folded) -> None:
        for error in folded.left_out:
            log.error("A published entry is not right and left out.", extra={"entry": error.of})
        with self._lock:
            self._library = folded.library

    def _newest(self) -> int:
        if self._store is None:
            return 0
        with self._store.read() as session:
            return events.last_seq(session, events.CONSOLE)

    def _published(self, newest: int) -> bool:
        if self._store is None or newest == self._seen:
            return False
        with self._store.read() as session:
            kind = events.Kind.PUBLICATION
            return events.happened(session, events.CONSOLE, kind, after=self._seen)

    def _editions(self, on: date) -> Sequence[Edition]:
        if self._store is None:
            return ()
        with self._store.read() as session:
            return publications.editions(session, on=on)
