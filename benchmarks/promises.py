"""Kills half of those who keep the clock while 500 reminders are due, and looks what is left.

Run as `python -m benchmarks.promises [--reminders 500] [--races 1000]`; exit 1 when one was said
twice, vanished, or was not settled within a minute.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
from hypothesis import strategies as st

from benchmarks import measuring
from bot import reminding
from cases import database, sealed
from cases.database import Store
from handlers import speech
from tests import servers
from tests.crash import promises, racing

PROCESSES = 4
WITHIN = 60.0
DAYS_DOWN = timedelta(days=5)
Rows = list[list[str]]


def killed(store: Store, address: str, keys: Path, count: int) -> tuple[Rows, bool]:
    """Four processes, one second, two killed: each promise said once or listed within a minute."""
    began = time.monotonic()
    promises.promise(store, count, due=datetime.now(UTC), visit_in=timedelta(hours=30))
    with promises.clocks(PROCESSES, address, keys) as running:
        promises.until(store, count // 5, seconds=WITHIN)
        for dies in running[:2]:
            dies.kill()
        took = promises.until(store, count, seconds=WITHIN + 5)
    found = promises.states(store)
    said, chats = promises.said(store)
    right = found["sent"] + found["listed"] == count and said == chats == found["sent"]
    rows = [
        ["promises", str(count)],
        ["said once", str(found["sent"])],
        ["on a person's list", str(found["listed"])],
        ["said twice", str(said - chats)],
        ["neither", str(count - found["sent"] - found["listed"])],
        ["seconds until all were settled after the kill", f"{took:.1f}"],
        ["seconds in all", f"{time.monotonic() - began:.1f}"],
    ]
    return rows, right and took <= WITHIN


def down(store: Store, count: int = 50) -> tuple[Rows, bool]:
    """Five days without anybody: late but useful ones are said by day, the others are listed."""
    now = datetime.now(UTC)
    for one in range(count):
        visit_in = DAYS_DOWN + timedelta(hours=one - count // 2)
        promises.promise(store, 1, due=now - DAYS_DOWN, visit_in=visit_in)
    words = speech.chinese()
    while reminding.send_due(store, words, now=now):
        pass
    found = promises.states(store)
    rows = [
        ["due while nobody was there", str(count)],
        ["said late, inside hours", str(found["sent"])],
        ["too late, on a person's list", str(found["listed"])],
        ["vanished", str(count - found["sent"] - found["listed"])],
    ]
    return rows, found["sent"] + found["listed"] == count


def races(store: Store, count: int, chosen: int) -> tuple[Rows, bool]:
    """Sending against calling off and moving, in any order; the shortest that fails is shown."""
    tried: list[int] = []
    wrong: list[str] = []

    @hypothesis.seed(chosen)
    @hypothesis.settings(max_examples=count, deadline=None, database=None)
    @hypothesis.given(steps=st.lists(st.sampled_from(racing.Step), min_size=4, max_size=14))
    def holds(steps: list[racing.Step]) -> None:
        tried.append(len(steps))
        assert racing.run(store, steps) == [], steps  # noqa: S101

    try:
        holds()
    except AssertionError as error:
        wrong.append(str(error))
    rows = [["sequences", str(len(tried))], ["wrong", str(len(wrong))]]
    return rows + [["shortest", one] for one in wrong], not wrong


def _fresh(server: servers.Postgres, folder: Path) -> tuple[Store, str]:
    address = server.address_of(server.new_database())
    store = Store(address, sealed.open_or_create(folder))
    database.upgrade(store)
    return store, address


def run(count: int, sequences: int, seed: int) -> Sequence[tuple[str, Rows, bool]]:
    """All three, each over a PostgreSQL database of its own."""
    found = []
    with tempfile.TemporaryDirectory() as folder, servers.postgres() as server:
        keys = Path(folder)
        store, address = _fresh(server, keys)
        found.append(("Two of four killed", *killed(store, address, keys, count)))
        store.close()
        store, _ = _fresh(server, keys)
        found.append(("Five days down", *down(store)))
        store.close()
        store, _ = _fresh(server, keys)
        found.append(("Called off and moved while it is said", *races(store, sequences, seed)))
        store.close()
    return found


def main() -> int:
    """Run, show, and say by the exit code whether all was well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reminders", type=int, default=500)
    parser.add_argument("--races", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args()
    print(f"{measuring.machine()}; seed {asked.seed}")
    found = run(asked.reminders, asked.races, asked.seed)
    for title, rows, _ in found:
        measuring.show(title, ("what", "count"), rows)
    return 0 if all(right for _, _, right in found) else 1


if __name__ == "__main__":
    sys.exit(main())
