"""How long the second `make run` takes until the first policy question is answered over HTTP.

Run as `python -m benchmarks.start [--rounds 5]`. The first start, which makes tables and learns
from the content, is made and not counted. Processor seconds tell more on a busy machine.
"""

import argparse
import os
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

import httpx

from benchmarks import measuring, ready
from tests.places import MODEL, ROOT
from tests.serving import answering, free_port

QUESTION = "低保要什么条件？"


@dataclass(frozen=True)
class Start:
    """Seconds until the server lives, until the question is answered, and of the processor."""

    lives: float
    answered: float
    processor: float


@contextmanager
def _running(data: Path, port: int) -> Iterator[None]:
    environment = {**os.environ, "HELPLINE_DATA": str(data)}
    # In a group of its own: make itself passes no signal on.
    process = subprocess.Popen(
        ["make", "--silent", "run", f"PORT={port}"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _start(data: Path) -> Start:
    port, before, began = free_port(), _spent(), time.monotonic()
    address = f"http://127.0.0.1:{port}"
    with _running(data, port):
        answering(address)
        lives = time.monotonic() - began
        _ask(address)
        answered = time.monotonic() - began
    return Start(lives, answered, _spent() - before)


def _ask(address: str) -> None:
    with httpx.Client(base_url=address, timeout=60) as client:
        chat = client.post("/api/conversations", json={"region": "zichuan"}).json()
        told = {"client_id": "1", "text": QUESTION}
        token = {"Authorization": f"Bearer {chat['token']}"}
        answer = client.post(f"/api/conversations/{chat['id']}/messages", json=told, headers=token)
        if not any(line["citations"] for line in answer.raise_for_status().json()["messages"]):
            raise RuntimeError("The question was not answered with a clause.")


def _spent() -> float:
    """Processor seconds of all children that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def main() -> None:
    """Start some times and show each and the median."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    ready.model()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        shutil.copytree(MODEL, data / "model")
        _start(data)
        starts = [_start(data) for _ in range(rounds)]
    shown = [(f"start {number}", start) for number, start in enumerate(starts, 1)]
    columns = zip(*map(astuple, starts), strict=True)
    shown.append(("median", Start(*map(statistics.median, columns))))
    rows = [(name, *(f"{seconds:.2f}" for seconds in astuple(start))) for name, start in shown]
    title = f"The second start, seconds ({measuring.machine()})"
    measuring.show(title, ("", "lives", "first answer", "processor"), rows)


if __name__ == "__main__":
    main()
