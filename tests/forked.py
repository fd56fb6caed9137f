"""Processes forked from one that has imported all of the helpline: up at once.

What is started anew imports for some seconds first. That this works too is seen where a server is
killed and where commands are tested.
"""

import contextlib
import multiprocessing
import os
import runpy
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Self

from api import cli
from tests.places import ROOT

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.warmed"])


class Forked:
    """A command that runs by itself, with the same handles as one that was started anew."""

    def __init__(
        self, words: Sequence[str], environment: Mapping[str, str], *, stdin: Path, out: Path
    ) -> None:
        told = (tuple(words), dict(environment), str(stdin), str(out))
        self._process = FORKS.Process(target=_command, args=told, daemon=True)
        self._process.start()

    def poll(self) -> int | None:
        """The exit status, None while it runs."""
        return self._process.exitcode

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()

    def wait(self, timeout: float | None = None) -> int:
        """The exit status, once it has ended."""
        self._process.join(timeout)
        status = self._process.exitcode
        assert status is not None, "The command did not end in time."
        return status


class Part:
    """A module run by itself, as `python -m MODULE WORDS` is; what it writes is read here.

    What is left of it is killed where the block ends.
    """

    def __init__(self, module: str, *words: str) -> None:
        ours, theirs = FORKS.Pipe()
        with ours, theirs:
            self._process = FORKS.Process(target=_module, args=(module, words, theirs), daemon=True)
            self._process.start()
            self.says = os.fdopen(os.dup(ours.fileno()), encoding="utf-8")
            self.hears = os.fdopen(os.dup(ours.fileno()), "w", encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        """`kill -9`."""
        self._process.kill()
        self._process.join()
        with contextlib.suppress(BrokenPipeError):
            self.hears.close()
        self.says.close()


def _module(module: str, words: Sequence[str], wire: Connection) -> None:
    os.chdir(ROOT)
    with wire:
        for stream in (0, 1):
            os.dup2(wire.fileno(), stream)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - read until the end
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__")


def _command(words: Sequence[str], environment: Mapping[str, str], stdin: str, out: str) -> None:
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    log = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(log, stream.fileno())
    sys.stdin = Path(stdin).open(encoding="utf-8")  # noqa: SIM115 - read until the process ends
    sys.argv = ["helpline", *words]
    cli.main()
