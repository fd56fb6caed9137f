"""A process that is killed in the middle of a bureau's list.

Run as `python -m tests.crash.importing DATA DATABASE read|take`; it does a part that it commits and
begins the next one, prints `half` and waits to die.
"""

import sys
import time
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from cases import sealed
from cases.database import Session, Store
from cases.households import list_filing, list_imports, list_reading
from cases.households.list_imports import ListImport
from cases.tables import METADATA
from knowledge import bureau_lists
from knowledge.names import Programme

LINES_OF_A_PART = 3
PROGRAMMES = {"低保": Programme.DIBAO}

assert METADATA.tables, "a process of its own knows every table"


def read(store: Store) -> None:
    """Keep the first lines, and die before the next are kept."""
    with store.write() as session:
        listed = list_reading.claim(session, now=_now())
        assert listed is not None
        rows = bureau_lists.entries(list_imports.content(session, listed), PROGRAMMES)
    with store.write() as session:
        _keep(session, listed, list(islice(rows, LINES_OF_A_PART)))
    with store.write() as session:
        _keep(session, listed, list(islice(rows, LINES_OF_A_PART)))
        _wait_to_die()


def take(store: Store) -> None:
    """Take in two households, and die before the next two are in."""
    for dies in (False, True):
        with store.write() as session:
            list_filing.work(session, now=_now(), limit=2)
            if dies:
                _wait_to_die()


def _keep(
    session: Session,
    listed: ListImport,
    rows: list[bureau_lists.Entry | bureau_lists.Wrong],
) -> None:
    assert list_reading.keep(session, listed, rows, now=_now())


def _now() -> datetime:
    return datetime.now(UTC)


def _wait_to_die() -> None:
    sys.stdout.write("half\n")
    sys.stdout.flush()
    time.sleep(600)


def main() -> None:
    """Do what was asked, by half."""
    data, address, what = sys.argv[1:]
    store = Store(address, sealed.open_or_create(Path(data) / "keys"))
    {"read": read, "take": take}[what](store)


if __name__ == "__main__":
    main()
