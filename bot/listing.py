"""What the clock does for bureaus' lists: read them, and take in those that somebody released."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice

from bot import pacing
from bot.helpline import Helpline
from bot.learning import Job
from cases.database import Store
from cases.households import list_filing, list_imports, list_reading
from cases.households.list_imports import ListImport
from knowledge import bureau_lists
from knowledge.bureau_lists import Entry, ListError, Wrong
from knowledge.library import Library
from knowledge.spreadsheets import SheetError

log = logging.getLogger(__name__)
SECONDS = 1
# A part is one transaction: others may write between two of them.
PART = 200
UNREADABLE = "unreadable"


def read_next(store: Store, library: Library, *, now: Callable[[], datetime]) -> bool:
    """Read a list to its end, or go on where a reader died; whether there was one."""
    with store.write() as session:
        listed = list_reading.claim(session, now=now())
    if listed is None:
        return False
    try:
        finished = _keep_all(store, library, listed, now=now)
    except (ListError, SheetError):
        with store.write() as session:
            list_reading.refuse(session, listed, UNREADABLE)
        return True
    if finished:
        with store.write() as session:
            list_reading.close(session, listed)
    return True


def take_in(store: Store, *, now: datetime) -> int:
    """Take some more rows of a released list into files; each household whole."""

    def part() -> int:
        with store.write() as session:
            return list_filing.work(session, now=now)

    return pacing.for_a_while(part)


def jobs(helpline: Helpline) -> dict[str, Job]:
    """Each look by its name, and after how many seconds it is repeated."""
    return {
        "lists read": (
            lambda _now: read_next(
                helpline.store, helpline.library(), now=lambda: datetime.now(UTC)
            ),
            SECONDS,
        ),
        "lists": (lambda now: take_in(helpline.store, now=now), SECONDS),
    }


def _keep_all(
    store: Store, library: Library, listed: ListImport, *, now: Callable[[], datetime]
) -> bool:
    """Keep part after part; False when another reads it now."""
    for part in _parts(store, library, listed):
        began = time.monotonic()
        with store.write() as session:
            if not list_reading.keep(session, listed, part, now=now()):
                log.warning("Another process reads the same list.", extra={"list": listed.id})
                return False
        pacing.rest(began)
    return True


def _parts(store: Store, library: Library, listed: ListImport) -> Iterator[list[Entry | Wrong]]:
    with store.read() as session:
        behind = list_reading.last_line(session, listed)
        content = list_imports.content(session, listed)
    programmes = bureau_lists.programmes_by_name(library)
    read = bureau_lists.entries(content, programmes)
    rest = (row for row in read if row.line > behind)
    while part := list(islice(rest, PART)):
        yield part
