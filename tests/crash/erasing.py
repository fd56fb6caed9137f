"""A process that is killed while it erases what is over its term.

Run as `python -m tests.crash.erasing DATA DATABASE ISO`; it erases one batch that it commits,
begins the next one, prints `half` and waits to die.
"""

import sys
import time
from datetime import datetime
from pathlib import Path

from cases import sealed
from cases.database import Store
from cases.retention import daily, terms
from cases.retention.roots import ROOTS
from cases.retention.terms import Kept
from cases.tables import METADATA

assert METADATA.tables, "a process of its own knows every table"


def main() -> None:
    """Erase one batch and a half."""
    data, address, iso = sys.argv[1:]
    store, now = (
        Store(address, sealed.open_or_create(Path(data) / "keys")),
        datetime.fromisoformat(iso),
    )
    root = next(one for one in ROOTS if one.kept is Kept.CONVERSATIONS)
    with store.write() as session:
        day = daily.claim(session, terms.shipped(), now=now)
    assert day is not None
    after: daily.Place | None = None
    for dies in (False, True):
        with store.write() as session:
            step = daily.go_on(session, root, terms.shipped(), after, now=now)
            daily.note(session, day, root.kept, step, now=now)
            after = step.after
            if dies:
                sys.stdout.write("half\n")
                sys.stdout.flush()
                time.sleep(600)


if __name__ == "__main__":
    main()
