"""Kills random processes of a channel under mixed updates, on both databases.

Run as `python -m benchmarks.channel_kills [--seconds 60] [--updates 600] [--postgres]`; exit 1
when an update, a message, a danger or a reminder came to harm.
"""

import argparse
import contextlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

from benchmarks import breaking, channel_traffic, measuring, ready
from benchmarks.channel_traffic import Traffic
from bot.telegram_updates import CHANNEL
from cases import database
from cases.database import Store
from cases.talk import conversations, messages, threads
from cases.talk.messages import Lane, Line, Sender
from tests import servers
from tests.peers.telegram import TOKEN, TelegramPeer, serving
from tests.places import MODEL, ROOT

CHATS, REMINDED = 60, 20
LIVES_SECONDS = (2.0, 9.0)
SETTLE_SECONDS = 180.0
PROCESSES = {"sqlite": 1, "postgresql": 3}


@dataclass(frozen=True)
class Result:
    """What came of it."""

    kills: int
    settled_after: float
    wrong: dict[str, int]


class Herd:
    """The processes that keep the channel."""

    def __init__(self, environment: Mapping[str, str], count: int, log: Path) -> None:
        self._log = log
        self._environment = {**os.environ, **environment}
        self._processes = [self._start() for _ in range(count)]
        self.kills = 0

    def kill_one(self, chance: random.Random) -> None:
        """`kill -9` any of them; another is started in its place."""
        at = chance.randrange(len(self._processes))
        if self._processes[at].poll() is not None:
            told = self._log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise RuntimeError(f"A process ended by itself:\n{told}")
        self._processes[at].kill()
        self._processes[at].wait()
        self._processes[at] = self._start()
        self.kills += 1

    def stop(self) -> None:
        """End them politely."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(30)
            process.kill()
            process.wait()

    def _start(self) -> "subprocess.Popen[bytes]":
        words = [sys.executable, "-m", "bot"]
        with (self._log).open("ab") as log:
            return subprocess.Popen(words, cwd=ROOT, env=self._environment, stderr=log)


def run(seconds: float, updates: int, seed: int, *, postgres: bool, chats: int = CHATS) -> Result:
    """Pour, kill, let it settle, and look what is left."""
    chance = random.Random(seed)  # noqa: S311
    peer = TelegramPeer()
    with tempfile.TemporaryDirectory() as folder, _database(postgres=postgres) as address:
        data = Path(folder)
        copytree(MODEL, data / "model")
        store = breaking.open_rows(data, address)
        database.upgrade(store)
        with serving(peer) as api:
            _remind(store)
            traffic = channel_traffic.pour(peer, updates=updates, chats=chats, chance=chance)
            environment = {
                "HELPLINE_DATA": folder,
                "HELPLINE_TELEGRAM_TOKEN": TOKEN,
                "HELPLINE_TELEGRAM_API": api,
                **({} if address is None else {"HELPLINE_DATABASE_URL": _plain(address)}),
            }
            herd = Herd(
                environment, PROCESSES["postgresql" if postgres else "sqlite"], data / "log"
            )
            try:
                _kill_for(seconds, herd, chance)
                waited = _settle(store, traffic)
            finally:
                herd.stop()
            wrong = channel_traffic.inspect(store, peer, traffic)
        store.close()
    return Result(herd.kills, waited, wrong)


def _kill_for(seconds: float, herd: Herd, chance: random.Random) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(chance.uniform(*LIVES_SECONDS))
        herd.kill_one(chance)


def _settle(store: Store, traffic: Traffic) -> float:
    began = time.monotonic()
    while time.monotonic() < began + SETTLE_SECONDS:
        if channel_traffic.settled(store, traffic):
            break
        time.sleep(0.5)
    return time.monotonic() - began


def _remind(store: Store) -> None:
    """Reminders that are due when everything begins, each to a chat of its own."""
    now = datetime.now(UTC)
    for number in range(REMINDED):
        with store.write() as session:
            opened = conversations.open_new(session, region=None, channel=CHANNEL, now=now)
            threads.begin(session, opened.conversation, str(1000 + number))
            line = Line(Sender.SYSTEM, f"提醒 {number}", lane=Lane.REMINDER)
            messages.say(session, opened.conversation, line, now=now)


def _plain(address: str) -> str:
    return address.replace("postgresql+psycopg://", "postgresql://", 1)


@contextlib.contextmanager
def _database(*, postgres: bool) -> Iterator[str | None]:
    if not postgres:
        yield None
        return
    with servers.postgres() as server:
        yield server.address_of(server.new_database())


def main() -> int:
    """Kill, show, and say by the exit code whether all was well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--updates", type=int, default=600)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--postgres", action="store_true", help="over a real PostgreSQL server")
    asked = parser.parse_args()
    ready.model()
    print(f"{measuring.machine()}; seed {asked.seed}")
    found = run(asked.seconds, asked.updates, asked.seed, postgres=asked.postgres)
    rows = [
        ("updates", asked.updates),
        ("kill -9", found.kills),
        ("seconds until all was settled", round(found.settled_after, 1)),
        *found.wrong.items(),
    ]
    shown = [[name, str(count)] for name, count in rows]
    measuring.show("What was left after the kills", ("what", "count"), shown)
    return 1 if any(found.wrong.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
