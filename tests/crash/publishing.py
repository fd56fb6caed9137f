"""A process that publishes a draft and is killed in the middle of it.

Run as `python -m tests.crash.publishing DATA DATABASE DRAFT OPERATOR`; prints `written` when
everything is written and nothing is committed, and waits to die.
"""

import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

from cases import sealed
from cases.database import Store
from cases.editing import drafts


def main() -> None:
    """Publish and hang before the commit."""
    data, address, draft, operator = sys.argv[1:]
    store = Store(address, sealed.open_or_create(Path(data) / "keys"))
    with store.write() as session:
        drafts.publish(
            session,
            draft,
            seen=1,
            effective=date(2026, 1, 1),
            published_by=operator,
            now=datetime.now(UTC),
        )
        session.flush()
        sys.stdout.write("written\n")
        sys.stdout.flush()
        time.sleep(600)


if __name__ == "__main__":
    main()
