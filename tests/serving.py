"""A real `helpline serve` in a process of its own, to be talked to over HTTP and to be killed."""

import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import httpx

from tests.forked import Forked
from tests.places import LEARNT, MODEL, ROOT

START_SECONDS = 120
# Nothing here is encrypted; reading the certificates of the world takes longer than a request.
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Process(Protocol):
    """A command that runs by itself."""

    def poll(self) -> int | None: ...
    def kill(self) -> None: ...
    def terminate(self) -> None: ...
    def wait(self, timeout: float | None = None) -> int: ...


class Server:
    """A running helpline over a data folder that outlives it."""

    def __init__(self, data: Path, *, database_url: str | None = None) -> None:
        self.data = data
        self._extra = {} if database_url is None else {"HELPLINE_DATABASE_URL": database_url}
        self._process: Process | None = None
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._log = data / "server.log"
        if not (data / "model").exists():
            shutil.copytree(MODEL, data / "model")
        if LEARNT.exists() and not (data / "learnt").exists():
            shutil.copytree(LEARNT, data / "learnt")

    def start(self) -> "Server":
        """Start and wait until it answers."""
        self._process = self._launched()
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
            self._process.kill()
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
        return subprocess.run(
            [sys.executable, "-m", "api.cli", *words],
            cwd=ROOT,
            env=self._environment(),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    def _launched(self) -> Process:
        """The command that serves, started anew."""
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "api.cli", *self._serve()],
                cwd=ROOT,
                env=self._environment(),
                stdout=log,
                stderr=log,
            )

    def _serve(self) -> tuple[str, ...]:
        return ("serve", "--port", str(self.port))

    def _environment(self) -> dict[str, str]:
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith("HELPLINE_")},
            "HELPLINE_DATA": str(self.data),
            **self._extra,
        }

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            assert self._process is not None
            assert self._process.poll() is None, self.log
            if _answers(self.address):
                return
        raise AssertionError(f"The server did not start in time:\n{self.log}")


class ForkedServer(Server):
    """The same in a process forked from one that has imported everything: up in a second."""

    def _launched(self) -> Process:
        return Forked(self._serve(), self._environment(), stdin=Path(os.devnull), out=self._log)

    def run(self, *words: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        """Run another command, forked too; all that it says stands in `stderr`."""
        with tempfile.TemporaryDirectory() as folder:
            told, said = Path(folder) / "told", Path(folder) / "said"
            told.write_text(stdin, encoding="utf-8")
            command = Forked(words, self._environment(), stdin=told, out=said)
            status = command.wait(START_SECONDS)
            return subprocess.CompletedProcess(
                words, status, stderr=said.read_text(encoding="utf-8")
            )


@contextmanager
def serving(data: Path, *, database_url: str | None = None) -> Iterator[Server]:
    """A server for as long as the block runs."""
    server = Server(data, database_url=database_url).start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def serving_forked(data: Path) -> Iterator[ForkedServer]:
    """The same, forked."""
    server = ForkedServer(data)
    server.start()
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
        answer = httpx.get(f"{address}/healthz", timeout=1, verify=NO_CERTIFICATES)
    except httpx.TransportError:
        time.sleep(0.1)
        return False
    return answer.status_code == httpx.codes.OK


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
