"""How fast full chat turns are over HTTP, with every answer on disk before it is given.

Run as `python -m benchmarks.turns [--seconds 10] [--postgres]`; beside it, in the same run,
the peer that only keeps one row a request.
"""

import argparse
import itertools
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks import measuring, ready, talking
from benchmarks.measuring import Timing
from tests import servers
from tests.places import ROOT
from tests.serving import serving

CLIENTS = (1, 8)
WARM_UP_SECONDS = 1.5
PEER_SHARE = 0.5
PATIENCE_SECONDS = 30
Turn = tuple[str, float]
Client = Callable[[httpx.Client], Iterator[Turn]]


@dataclass(frozen=True)
class Run:
    """One system under one number of clients."""

    system: str
    clients: int
    turns: tuple[Turn, ...]
    lasted: float

    @property
    def timing(self) -> Timing:
        """All turns together."""
        return Timing(tuple(seconds for _, seconds in self.turns), self.lasted)

    def of_kind(self, kind: str) -> Timing:
        """The turns of one kind."""
        chosen = tuple(seconds for name, seconds in self.turns if name == kind)
        return Timing(chosen, self.lasted)


def resident(client: httpx.Client) -> Iterator[Turn]:
    """Talks without end, a new conversation for every story."""
    while True:
        opened = client.post("/api/conversations", json={"region": "zichuan"})
        opened.raise_for_status()
        begun = opened.json()
        headers = {"Authorization": f"Bearer {begun['token']}"}
        for said in talking.STORY:
            body = {"client_id": uuid.uuid4().hex, "text": said.text}
            address = f"/api/conversations/{begun['id']}/messages"
            yield said.kind, _timed(client, address, body, headers)


def inserter(client: httpx.Client) -> Iterator[Turn]:
    """Sends the same messages to the peer."""
    for said in itertools.cycle(talking.STORY):
        body = {"client_id": uuid.uuid4().hex, "text": said.text}
        yield said.kind, _timed(client, "/messages", body, {})


def run(system: str, address: str, talk: Client, *, clients: int, seconds: float) -> Run:
    """Let so many clients talk for so long."""
    turns: list[Turn] = []
    failures: list[Exception] = []
    began = time.perf_counter()

    def work() -> None:
        try:
            turns.extend(_talk_until(began + seconds, address, talk))
        except httpx.HTTPError as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return Run(system, clients, tuple(turns), time.perf_counter() - began)


def _talk_until(end: float, address: str, talk: Client) -> list[Turn]:
    turns: list[Turn] = []
    with httpx.Client(base_url=address, timeout=PATIENCE_SECONDS) as client:
        for turn in talk(client):
            turns.append(turn)
            if time.perf_counter() >= end:
                break
    return turns


def _timed(
    client: httpx.Client, address: str, body: dict[str, str], headers: dict[str, str]
) -> float:
    began = time.perf_counter()
    client.post(address, json=body, headers=headers).raise_for_status()
    return time.perf_counter() - began


def _every(system: str, address: str, talk: Client, seconds: float) -> list[Run]:
    run(system, address, talk, clients=1, seconds=WARM_UP_SECONDS)
    return [run(system, address, talk, clients=many, seconds=seconds) for many in CLIENTS]


def helpline_on_sqlite(seconds: float) -> list[Run]:
    """Ours, in its own process over its own data folder."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server:
        runs = _every("helpline, SQLite FULL", server.address, resident, seconds)
        size = sum(path.stat().st_size for path in Path(folder).glob("helpline.db*"))
        turns = sum(len(one.turns) for one in runs)
        print(f"Database after {turns} turns: {size / 1e6:.1f} MB")
        return runs


def helpline_on_postgresql(seconds: float) -> list[Run]:
    """Ours over a real PostgreSQL server."""
    with servers.postgres() as postgres, tempfile.TemporaryDirectory() as folder:
        address = postgres.address_of(postgres.new_database())
        with serving(Path(folder), database_url=address) as server:
            return _every("helpline, PostgreSQL", server.address, resident, seconds)


@contextmanager
def _peer(file: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "benchmarks.peers.insert", str(file), str(port)]
    process = subprocess.Popen(words, cwd=ROOT)
    try:
        _wait(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait(address: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            httpx.get(f"{address}/healthz", timeout=1)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("The peer did not start.")


def bare_insert(seconds: float) -> list[Run]:
    """The peer: one row a request, nothing understood, nothing answered."""
    with tempfile.TemporaryDirectory() as folder, _peer(Path(folder) / "peer.db") as address:
        return _every("peer: one insert", address, inserter, seconds)


def _rows(runs: Sequence[Run]) -> list[list[str]]:
    peers = {one.clients: one.timing.rate for one in runs if one.system.startswith("peer")}
    return [
        [
            one.system,
            str(one.clients),
            str(len(one.turns)),
            f"{one.timing.percentile(0.5):.1f}",
            f"{one.timing.percentile(0.99):.1f}",
            f"{one.timing.rate:.1f}",
            f"{one.timing.rate / peers[one.clients]:.2f}",
        ]
        for one in runs
    ]


def _kinds(one: Run) -> list[list[str]]:
    names = dict.fromkeys(kind for kind, _ in one.turns)
    timings = {name: one.of_kind(name) for name in names}
    return [
        [name, str(len(t.seconds)), f"{t.percentile(0.5):.1f}", f"{t.percentile(0.99):.1f}"]
        for name, t in timings.items()
    ]


def main() -> None:
    """Measure ours and the peer in turn and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each of ours")
    parser.add_argument("--postgres", action="store_true", help="also over PostgreSQL")
    asked = parser.parse_args()
    ready.model()
    print(measuring.machine())
    print(measuring.versions("fastapi", "uvicorn", "sqlmodel", "sqlalchemy"))
    runs = helpline_on_sqlite(asked.seconds)
    if asked.postgres:
        runs += helpline_on_postgresql(asked.seconds)
    ours = runs[0]
    runs += bare_insert(asked.seconds * PEER_SHARE)
    columns = ("system", "clients", "turns", "p50 ms", "p99 ms", "turns/s", "of the peer")
    measuring.show("Full chat turns over HTTP", columns, _rows(runs))
    measuring.show("By kind, one client", ("kind", "turns", "p50 ms", "p99 ms"), _kinds(ours))


if __name__ == "__main__":
    main()
