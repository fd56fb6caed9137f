"""A process that pages what nobody acknowledges until it is killed; run by test_paging_kills.

`python -m tests.crash.paging ADDRESS KEYS GATEWAY AT`: its clock stands at AT, an ISO time.
"""

import sys
import time
from datetime import datetime
from pathlib import Path

from bot import paging
from bot.paging import Pager
from cases import sealed
from cases.database import Store
from cases.tables import METADATA
from tests.peers import pager

LOOKS_EVERY = 0.05


def main(address: str, keys: str, gateway: str, at: str) -> None:
    """Look again and again; prints `ready` once it can."""
    assert METADATA.tables
    store = Store(address, sealed.open_or_create(Path(keys)))
    sender = Pager(store, address=gateway, secret=pager.SECRET)
    now = datetime.fromisoformat(at)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        paging.look(store, now=now)
        if not sender.send_due(now=lambda: now):
            time.sleep(LOOKS_EVERY)


if __name__ == "__main__":
    main(*sys.argv[1:])
