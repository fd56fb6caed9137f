"""Kills the server again and again while residents write, and looks what is left afterwards.

Run as `python -m benchmarks.soak [--minutes 10] [--seed N] [--postgres]`; exit 1 when
anything that was acknowledged is missing, was answered twice, or was left unanswered.
"""

import argparse
import contextlib
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from api import shapes
from benchmarks import breaking, measuring, ready, talking
from benchmarks.breaking import Findings, Sent
from cases.channels.inbox import ANSWER_LEASE
from tests import servers
from tests.serving import Server

RESIDENTS = 3
LIVES_SECONDS = (0.1, 4.0)
GIVES_UP = 0.15
STORY_TURNS = 6
# Those who wait for the lease and the next tick, and a little more on a busy machine.
SETTLE_SECONDS = ANSWER_LEASE.total_seconds() + 15


class Writer:
    """A resident who repeats a message until it is answered, or sometimes gives up."""

    def __init__(self, address: str, chance: random.Random, stop: threading.Event) -> None:
        self._client = httpx.Client(base_url=address, timeout=20)
        self._chance = chance
        self._stop = stop
        self.sent: list[Sent] = []
        self.refused = 0

    def run(self) -> None:
        """Write one story after the other until told to stop."""
        while not self._stop.is_set():
            self._tell_story()
        self._client.close()

    def _tell_story(self) -> None:
        got = self._insist("/api/conversations", {"region": "zichuan"}, {})
        if got is None:
            return
        begun = shapes.Opened.model_validate_json(got.content)
        headers = {"Authorization": f"Bearer {begun.token}"}
        said = self._chance.sample(talking.ORDINARY, STORY_TURNS)
        for one in (*said, talking.EMERGENCY):
            client_id = f"{self._chance.getrandbits(64):x}"
            body = {"client_id": client_id, "text": one.text}
            address = f"/api/conversations/{begun.id}/messages"
            answer = _lines(self._insist(address, body, headers))
            emergency = one is talking.EMERGENCY
            self.sent.append(Sent(begun.id, client_id, one.text, emergency, answer))

    def _insist(
        self, address: str, body: dict[str, str], headers: dict[str, str]
    ) -> httpx.Response | None:
        gives_up = self._chance.random() < GIVES_UP
        while not self._stop.is_set():
            try:
                got = self._client.post(address, json=body, headers=headers)
            except httpx.TransportError:
                if gives_up:
                    return None
                time.sleep(0.1)
                continue
            if got.is_success:
                return got
            self.refused += 1
            time.sleep(0.5)
        return None


def _lines(got: httpx.Response | None) -> tuple[tuple[int, str], ...] | None:
    if got is None:
        return None
    turn = shapes.Turn.model_validate_json(got.content)
    return tuple((line.seq, line.text) for line in turn.messages)


@contextlib.contextmanager
def _database(*, postgres: bool) -> Iterator[str | None]:
    if not postgres:
        yield None
        return
    with servers.postgres() as server:
        yield server.address_of(server.new_database())


def kill_for(seconds: float, server: Server, chance: random.Random) -> list[float]:
    """Let the server live for random moments and kill it; how long each start took."""
    starts: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(chance.uniform(*LIVES_SECONDS))
        server.kill()
        began = time.monotonic()
        server.start()
        starts.append(time.monotonic() - began)
        sys.stderr.write(f"\r{len(starts)} kills, {max(until - time.monotonic(), 0):.0f} s left ")
    sys.stderr.write("\n")
    return starts


def soak(
    minutes: float, seed: int, *, postgres: bool
) -> tuple[list[Writer], list[float], Findings]:
    """Residents write while the server dies; then it may settle, and the rows are counted."""
    with tempfile.TemporaryDirectory() as folder, _database(postgres=postgres) as address:
        server = Server(Path(folder), database_url=address).start()
        stop = threading.Event()
        writers = [
            Writer(server.address, random.Random(seed + number), stop)  # noqa: S311
            for number in range(RESIDENTS)
        ]
        threads = [threading.Thread(target=writer.run) for writer in writers]
        for thread in threads:
            thread.start()
        try:
            starts = kill_for(minutes * 60, server, random.Random(seed))  # noqa: S311
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        time.sleep(SETTLE_SECONDS)
        server.stop()
        store = breaking.open_rows(Path(folder), address)
        found = breaking.inspect(store, [one for writer in writers for one in writer.sent])
        store.close()
        return writers, starts, found


def _report(writers: list[Writer], starts: list[float], found: Findings) -> None:
    sent = [one for writer in writers for one in writer.sent]
    ordered = sorted(starts)
    rows = [
        ("kill -9", len(starts)),
        ("start to first answer, median s", f"{ordered[len(ordered) // 2]:.1f}" if starts else "-"),
        ("messages sent", len(sent)),
        ("acknowledged", sum(one.answer is not None for one in sent)),
        ("on disk", found.kept),
        ("on disk, sender gave up, answered all the same", found.answered_by_clock),
        ("emergencies with a ticket", found.tickets),
        ("refused and repeated", sum(writer.refused for writer in writers)),
        *((f"WRONG: {what}", count) for what, count in found.wrong.items()),
    ]
    shown = [[name, str(count)] for name, count in rows]
    measuring.show("What was left after the kills", ("what", "count"), shown)


def main() -> int:
    """Soak, show, and say by the exit code whether all was well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--postgres", action="store_true", help="over a real PostgreSQL server")
    asked = parser.parse_args()
    ready.model()
    print(f"{measuring.machine()}; seed {asked.seed}")
    writers, starts, found = soak(asked.minutes, asked.seed, postgres=asked.postgres)
    _report(writers, starts, found)
    return 1 if any(found.wrong.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
