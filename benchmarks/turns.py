"""How fast full chat turns are over HTTP, with every answer on disk before it is given.

Run as `python -m benchmarks.turns [--seconds 8] [--postgres]`; beside it, in the same run,
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
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from api import shapes
from benchmarks import measuring, ready, talking
from benchmarks.measuring import Timing
from tests import servers
from tests.places import ROOT
from tests.serving import serving

CLIENTS = (1, 8)
WARM_UP_SECONDS = 1.5
ROUNDS = 3
PEER = "peer: one insert"
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
    """Talks without end, one conversation after the other."""
    for story in itertools.cycle(talking.CONVERSATIONS):
        opened = client.post("/api/conversations", json={"region": "zichuan"})
        if opened.status_code == httpx.codes.TOO_MANY_REQUESTS:
            # One address may open so many in a minute; it is the turns that are measured.
            time.sleep(1)
            continue
        begun = shapes.Opened.model_validate_json(opened.raise_for_status().content)
        headers = {"Authorization": f"Bearer {begun.token}"}
        for said in story:
            body = {"client_id": uuid.uuid4().hex, "text": said.text}
            address = f"/api/conversations/{begun.id}/messages"
            yield said.kind, _timed(client, address, body, headers)


def inserter(client: httpx.Client) -> Iterator[Turn]:
    """Sends the same messages to the peer."""
    for said in itertools.chain.from_iterable(itertools.cycle(talking.CONVERSATIONS)):
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


@dataclass(frozen=True)
class System:
    """Something that answers, and how it is talked to."""

    name: str
    address: str
    talk: Client


def measure(systems: Sequence[System], seconds: float) -> list[Run]:
    """Measure them in turns, so that a busy moment of the machine strikes all of them."""
    for one in systems:
        run(one.name, one.address, one.talk, clients=1, seconds=WARM_UP_SECONDS)
    return [
        _merged([found for found in rounds if found.system == one.name])
        for many in CLIENTS
        for rounds in [_rounds(systems, many, seconds)]
        for one in systems
    ]


def _rounds(systems: Sequence[System], clients: int, seconds: float) -> list[Run]:
    share = seconds / ROUNDS
    return [
        run(one.name, one.address, one.talk, clients=clients, seconds=share)
        for _ in range(ROUNDS)
        for one in systems
    ]


def _merged(runs: Sequence[Run]) -> Run:
    turns = tuple(turn for one in runs for turn in one.turns)
    return Run(runs[0].system, runs[0].clients, turns, sum(one.lasted for one in runs))


@contextmanager
def _helpline_on_sqlite() -> Iterator[System]:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server:
        yield System("helpline, SQLite FULL", server.address, resident)
        size = sum(path.stat().st_size for path in Path(folder).glob("helpline.db*"))
        print(f"SQLite database afterwards: {size / 1e6:.1f} MB")


@contextmanager
def _helpline_on_postgresql() -> Iterator[System]:
    with servers.postgres() as postgres, tempfile.TemporaryDirectory() as folder:
        address = postgres.address_of(postgres.new_database())
        with serving(Path(folder), database_url=address) as server:
            yield System("helpline, PostgreSQL", server.address, resident)


@contextmanager
def _bare_insert() -> Iterator[System]:
    """The peer: one row a request, nothing understood, nothing answered."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "peer.db"
        words = [sys.executable, "-m", "benchmarks.peers.insert", str(file), str(port)]
        process = subprocess.Popen(words, cwd=ROOT)
        try:
            _wait(f"http://127.0.0.1:{port}")
            yield System(PEER, f"http://127.0.0.1:{port}", inserter)
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


def _rows(runs: Sequence[Run]) -> list[list[str]]:
    peers = {one.clients: one.timing.rate for one in runs if one.system == PEER}
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
    """Measure ours and the peer and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0, help="of each system")
    parser.add_argument("--postgres", action="store_true", help="also over PostgreSQL")
    asked = parser.parse_args()
    ready.model()
    print(measuring.machine())
    print(measuring.versions("fastapi", "uvicorn", "sqlmodel", "sqlalchemy"))
    with ExitStack() as running:
        systems = [running.enter_context(_helpline_on_sqlite())]
        if asked.postgres:
            systems.append(running.enter_context(_helpline_on_postgresql()))
        systems.append(running.enter_context(_bare_insert()))
        runs = measure(systems, asked.seconds)
    columns = ("system", "clients", "turns", "p50 ms", "p99 ms", "turns/s", "of the peer")
    measuring.show("Full chat turns over HTTP", columns, _rows(runs))
    measuring.show("By kind, one client", ("kind", "turns", "p50 ms", "p99 ms"), _kinds(runs[0]))


if __name__ == "__main__":
    main()
