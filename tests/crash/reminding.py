"""A process that keeps the clock of reminders until it is killed; run by tests and the soak.

`python -m tests.crash.reminding ADDRESS KEYS [AHEAD]`: its clock stands AHEAD seconds ahead.
"""

import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import reminding
from cases import sealed
from cases.database import Store
from cases.tables import METADATA
from handlers import speech

LOOKS_EVERY = 0.05


def main(address: str, keys: str, ahead: str = "0") -> None:
    """Look again and again; prints `ready` once it can."""
    assert METADATA.tables
    store = Store(address, sealed.open_or_create(Path(keys)))
    words = speech.chinese()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        now = datetime.now(UTC) + timedelta(seconds=float(ahead))
        if not reminding.send_due(store, words, now=now):
            time.sleep(LOOKS_EVERY)


if __name__ == "__main__":
    main(*sys.argv[1:])
