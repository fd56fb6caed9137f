"""How long erasing holds the writer: talks that are over their term, half of them still needed.

Run as `python -m benchmarks.erasing [--talks 1000] [--lines 20]`.
"""

import argparse
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import measuring
from benchmarks.measuring import Timing
from cases import database, sealed
from cases.database import Store
from cases.retention import daily, terms
from cases.retention.daily import Place
from cases.retention.roots import ROOTS
from cases.retention.terms import Kept
from cases.talk import conversations, messages
from cases.talk.conversations import Mode
from cases.talk.messages import Line, Sender

WORDS = "您好，这里是社会救助服务热线。" * 5
PART = 50
OVER = timedelta(days=400)
ROOT = next(one for one in ROOTS if one.kept is Kept.CONVERSATIONS)


def fill(store: Store, talks: int, lines: int, *, now: datetime) -> None:
    """Conversations with so many lines; every second one waits for a person to this day."""
    for begin in range(0, talks, PART):
        with store.write() as session:
            for serial in range(begin, min(begin + PART, talks)):
                opened = conversations.open_new(session, region=None, channel="web", now=now)
                for _ in range(lines):
                    messages.say(session, opened.conversation, Line(Sender.BOT, WORDS), now=now)
                if serial % 2:
                    opened.conversation.mode = Mode.QUEUED


def erase(store: Store, *, now: datetime) -> tuple[Timing, int, int]:
    """A whole day's erasing: how long each transaction took, how many went and how many stayed."""
    with store.write() as session:
        day = daily.claim(session, terms.shipped(), now=now)
    if day is None:
        raise AssertionError("Nobody else erases here.")
    took: list[float] = []
    erased = needed = 0
    after: Place | None = None
    began = time.perf_counter()
    while not took or after is not None:
        start = time.perf_counter()
        with store.write() as session:
            step = daily.go_on(session, ROOT, terms.shipped(), after, now=now)
            daily.note(session, day, ROOT.kept, step, now=now)
        took.append(time.perf_counter() - start)
        erased, needed, after = erased + step.erased, needed + step.needed, step.after
    return Timing(tuple(took), time.perf_counter() - began), erased, needed


def main() -> None:
    """Fill a database of its own, wait a year, erase."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--talks", type=int, default=1000)
    told.add_argument("--lines", type=int, default=20)
    given = told.parse_args()
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/a.db", sealed.open_or_create(Path(folder) / "keys"))
        database.upgrade(store)
        fill(store, given.talks, given.lines, now=now)
        timing, erased, needed = erase(store, now=now + OVER)
        store.close()
    columns = ("talks", "erased", "still needed", "seconds", "batch p50 ms", "p99 ms", "longest ms")
    row = (str(given.talks), str(erased), str(needed), f"{timing.lasted:.1f}")
    parts = (f"{timing.percentile(share):.0f}" for share in (0.5, 0.99, 1.0))
    measuring.show(f"Erasing, {measuring.machine()}", columns, [(*row, *parts)])


if __name__ == "__main__":
    main()
