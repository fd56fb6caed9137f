"""A process that answers from what is published, and says when it finds a new clause.

Run as `python -m tests.crash.following DATA DATABASE QUESTION CLAUSE`; prints `ready`, then the
time at which the clause is the first that is found.
"""

import sys
import threading
import time
from pathlib import Path

from bot.shelf import Shelf
from cases import sealed
from cases.database import Store
from tests import loaded

LOOK_SECONDS = 0.02


def main() -> None:
    """Follow what is published until the clause is found."""
    data, address, question, clause = sys.argv[1:]
    store = Store(address, sealed.open_or_create(Path(data) / "keys"))
    shelf = Shelf(Path(data), store=store, shipped=loaded.library())
    shelf.library()
    shelf.watch(threading.Event())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while [hit.id for hit in shelf.library().index.find(question, 1)] != [clause]:
        time.sleep(LOOK_SECONDS)
    sys.stdout.write(f"{time.time()}\n")


if __name__ == "__main__":
    main()
