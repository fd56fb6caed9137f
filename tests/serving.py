"""A real `helpline serve` in a process of its own, to be talked to over HTTP and to be killed."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.places import MODEL, ROOT

START_SECONDS = 120


class Server:
    """A running helpline over a data folder that outlives it."""

    def __init__(self, data: Path, *, database_url: str | None = None) -> None:
        self.data = data
        self._extra = {} if database_url is None else {"HELPLINE_DATABASE_URL": database_url}
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._log = data / "server.log"
        if not (data / "model").exists():
            shutil.copytree(MODEL, data / "model")

    def start(self) -> "Server":
        """Start and wait until it answers."""
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("HELPLINE_")},
            "HELPLINE_DATA": str(self.data),
            **self._extra,
        }
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "api.cli", "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )
        try:
            self._wait()
        except AssertionError:
            # Nobody else would end it.
            self.kill()
            raise
        return self

    def kill(self) -> None:
        """`kill -9`: no goodbye, no flush."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def stop(self) -> None:
        """Stop politely."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=20)

    @property
    def log(self) -> str:
        """All that the server has written."""
        return self._log.read_text(encoding="utf-8")

    def run(self, *words: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        """Run another command over the same data."""
        environment = {**os.environ, "HELPLINE_DATA": str(self.data), **self._extra}
        return subprocess.run(
            [sys.executable, "-m", "api.cli", *words],
            cwd=ROOT,
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            assert self._process is not None
            assert self._process.poll() is None, self.log
            if _answers(self.address):
                return
        raise AssertionError(f"The server did not start in time:\n{self.log}")


@contextmanager
def serving(data: Path, *, database_url: str | None = None) -> Iterator[Server]:
    """A server for as long as the block runs."""
    server = Server(data, database_url=database_url).start()
    try:
        yield server
    finally:
        server.stop()


def answering(address: str) -> None:
    """Wait until something answers there."""
    until = time.monotonic() + START_SECONDS
    while not _answers(address):
        assert time.monotonic() < until, f"Nothing answers at {address}."


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz", timeout=1).status_code == httpx.codes.OK
    except httpx.TransportError:
        time.sleep(0.1)
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
