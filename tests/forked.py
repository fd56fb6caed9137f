"""Commands of the helpline in processes forked from one that has imported all of it.

A command that is started anew imports for some seconds first. That this works too is seen where
processes are killed and where commands are tested.
"""

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

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
