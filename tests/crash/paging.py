"""A process that pages, or acknowledges, until it is killed; run by test_paging_kills.

`python -m tests.crash.paging KIND ADDRESS KEYS AT WORD`: its clock stands at AT, an ISO time.
WORD: the gateway that a `pager` pages, the operator who acknowledges at the `desk`.
"""

import sys
import time
from datetime import datetime
from pathlib import Path

from sqlmodel import select

from bot.paging import Pager
from cases import sealed
from cases.danger import alerts
from cases.danger.alerts import Alert
from cases.database import Store
from cases.tables import METADATA
from tests.peers import pager

PATIENCE_S = 600


def _page(store: Store, now: datetime, gateway: str) -> None:
    """The gateway says when it is in the middle."""
    Pager(store, address=gateway, secret=pager.SECRET, patience_s=PATIENCE_S).send_due(
        now=lambda: now
    )


def _acknowledge(store: Store, now: datetime, who: str) -> None:
    """Prints `ready` before the commit."""
    with store.write() as session:
        alert = session.exec(select(Alert.id)).one()
        alerts.acknowledge(session, alert, who, now=now)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        time.sleep(PATIENCE_S)


PARTS = {"pager": _page, "desk": _acknowledge}


def main(kind: str, address: str, keys: str, at: str, word: str) -> None:
    """Play the part."""
    assert METADATA.tables
    store = Store(address, sealed.open_or_create(Path(keys)))
    PARTS[kind](store, datetime.fromisoformat(at), word)


if __name__ == "__main__":
    main(*sys.argv[1:])
