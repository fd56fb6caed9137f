"""One process that has read all that no mutant breaks, and forks a child for each run of tests.

Run as `python -m benchmarks.warm NAME…` in a copy of the tree. A line of JSON on standard input
is a run; a line of standard output is its exit status, 0 where every test passed.
"""

import gc
import json
import os
import pkgutil
import signal
import sys
import threading
from collections.abc import Generator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import CodeType, FrameType

import pytest

# Mutants concern rules, which are the same on both databases. What is read beforehand cannot have
# its assertions rewritten any more; it holds none.
OPTIONS = (
    *("-x", "-q", "--tb=no", "-k", "not postgresql"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)
READY = "ready"


@dataclass(frozen=True)
class Run:
    """Which tests are run, for how long at most, and where they write; all when none is chosen.

    `reach`: the file that shall hold which functions each test calls.
    """

    tests: tuple[str, ...]
    seconds: int
    log: str
    chosen: tuple[str, ...] = ()
    reach: str = ""

    def line(self) -> str:
        """This run as a line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False) + "\n"


class Chosen:
    """Leaves out every test that cannot notice."""

    def __init__(self, chosen: tuple[str, ...]) -> None:
        self._chosen = frozenset(chosen)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep those that were chosen."""
        items[:] = [item for item in items if item.nodeid in self._chosen]


class Reach:
    """Notes which functions of the tree each test calls."""

    def __init__(self, root: Path) -> None:
        self._root = f"{root}{os.sep}"
        self.called: dict[str, list[tuple[str, int]]] = {}
        self._codes: set[CodeType] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Listen while this test runs."""
        self._codes = set()
        threading.setprofile(self._note)
        sys.setprofile(self._note)
        try:
            return (yield)
        finally:
            sys.setprofile(None)
            threading.setprofile(None)
            self.called[item.nodeid] = sorted(
                (code.co_filename.removeprefix(self._root), code.co_firstlineno)
                for code in self._codes
                if code.co_filename.startswith(self._root)
            )

    def _note(self, frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            self._codes.add(frame.f_code)


def _child(run: Run) -> int:
    # A run that hangs is ended by the alarm, and has noticed.
    signal.alarm(run.seconds)
    log = os.open(run.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    plugins: list[object] = [Chosen(run.chosen)] if run.chosen else []
    reach = Reach(Path.cwd())
    if run.reach:
        plugins.append(reach)
    status = int(pytest.main([*OPTIONS, *run.tests], plugins=plugins))
    if run.reach:
        Path(run.reach).write_text(json.dumps(reach.called), encoding="utf-8")
    sys.stdout.flush()
    return status


def _forked(run: Run) -> int:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = _child(run)
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> int:
    """Read what is named, calling functions; then run what is asked for until nothing more is."""
    for name in sys.argv[1:]:
        found = pkgutil.resolve_name(name)
        if callable(found) and not isinstance(found, type):
            found()
    # What is read already need not be looked through again in each child.
    gc.collect()
    gc.freeze()
    print(READY, flush=True)
    for line in sys.stdin:
        told = json.loads(line)
        tests, chosen = tuple(told.pop("tests")), tuple(told.pop("chosen"))
        print(_forked(Run(tests=tests, chosen=chosen, **told)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
