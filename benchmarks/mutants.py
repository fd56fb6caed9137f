"""Breaks rules and handlers one at a time in a copy of the tree and lists what no test noticed.

Run as `python -m benchmarks.mutants [FAMILY …]`, of handlers, branches, router, hazards, chains,
marks, lifecycle and permissions.
Each run of the tests is a child of a process that has read everything else already, and holds only
the tests that call the broken function.
"""

import argparse
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import measuring, ready, warm
from benchmarks.mutations import FAMILIES, ROOT, Family, Mutant

AT_ONCE = 2
LEFT_OUT = (".git", ".venv*", ".cache", "var", "node_modules", "__pycache__", "*.egg-info")
PATIENCE_SECONDS = 60
PATIENCE_FACTOR = 5
FIRST_RUN_SECONDS = 900


class NotGreenError(Exception):
    """The tests fail before anything is broken; the message says which."""


@dataclass(frozen=True)
class Verdict:
    """Whether the tests noticed, and after how many seconds."""

    family: str
    mutant: Mutant
    noticed: bool
    seconds: float


@dataclass(frozen=True)
class Baseline:
    """The tests while nothing is broken: how long they take, and who calls which function."""

    seconds: float
    callers: dict[tuple[str, int], tuple[str, ...]]

    @property
    def patience(self) -> int:
        """After how many seconds a run hangs."""
        return int(PATIENCE_SECONDS + PATIENCE_FACTOR * self.seconds)

    def concerned(self, mutant: Mutant) -> tuple[str, ...]:
        """The tests that call what is broken; none means that any may notice."""
        return () if mutant.inside is None else self.callers.get(mutant.inside, ())


class Copy:
    """A copy of the tree in which one file at a time is broken."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder.with_name(f"{folder.name}.log")
        self._reach = folder.with_name(f"{folder.name}.json")
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
        # The trained model is read only.
        (folder / ".cache").symlink_to(ROOT / ".cache")
        self._process: subprocess.Popen[str] | None = None

    def warm_up(self, family: Family) -> None:
        """Start the process whose children run this family's tests."""
        self.close()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.warm", *family.beforehand],
            cwd=self._folder,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._answer()

    def close(self) -> None:
        """End that process."""
        if self._process is not None:
            self._process.communicate()
        self._process = None

    def baseline(self, tests: tuple[str, ...]) -> Baseline:
        """Run the tests while nothing is broken. Raises NotGreenError."""
        began = time.monotonic()
        run = warm.Run(tests, FIRST_RUN_SECONDS, str(self._log), reach=str(self._reach))
        if self._passes(run):
            return Baseline(time.monotonic() - began, self._callers())
        last = "\n".join(self._log.read_text(encoding="utf-8").splitlines()[-5:])
        raise NotGreenError(
            f"{' '.join(tests)} fails before anything is broken; mend it first:\n{last}"
        )

    def notices(self, mutant: Mutant, family: Family, first: Baseline) -> bool:
        """Whether the tests notice this mutant."""
        target = self._folder / mutant.file
        whole = target.read_bytes()
        target.write_text(mutant.text, encoding="utf-8")
        chosen = first.concerned(mutant)
        files = tuple(dict.fromkeys(test.partition("::")[0] for test in chosen)) or family.tests
        try:
            return not self._passes(warm.Run(files, first.patience, str(self._log), chosen=chosen))
        finally:
            target.write_bytes(whole)

    def _passes(self, run: warm.Run) -> bool:
        if self._process is None or self._process.stdin is None:
            raise RuntimeError("Call warm_up before running tests.")
        self._process.stdin.write(run.line())
        self._process.stdin.flush()
        return self._answer() == "0"

    def _answer(self) -> str:
        line = "" if self._process is None else next(iter(self._process.stdout or ()), "")
        if not line:
            raise RuntimeError("The process that runs the tests has ended; see its words above.")
        return line.strip()

    def _callers(self) -> dict[tuple[str, int], tuple[str, ...]]:
        called = json.loads(self._reach.read_text(encoding="utf-8"))
        callers: dict[tuple[str, int], list[str]] = {}
        for test, functions in called.items():
            for file, line in functions:
                callers.setdefault((file, line), []).append(test)
        return {function: tuple(tests) for function, tests in callers.items()}


def try_family(name: str, copies: Sequence[Copy], part: slice) -> list[Verdict]:
    """Break one thing of this family after the other, one in each copy at a time."""
    family = FAMILIES[name]
    for copy in copies:
        copy.warm_up(family)
    first = copies[0].baseline(family.tests)
    waiting: queue.SimpleQueue[Mutant] = queue.SimpleQueue()
    for mutant in list(family.make())[part]:
        waiting.put(mutant)
    total, verdicts = waiting.qsize(), list[Verdict]()

    def work(copy: Copy) -> None:
        while True:
            try:
                mutant = waiting.get_nowait()
            except queue.Empty:
                return
            began = time.monotonic()
            noticed = copy.notices(mutant, family, first)
            verdicts.append(Verdict(name, mutant, noticed, time.monotonic() - began))
            _progress(verdicts, total)

    threads = [threading.Thread(target=work, args=(copy,)) for copy in copies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for copy in copies:
        copy.close()
    return verdicts


def _progress(verdicts: Sequence[Verdict], total: int) -> None:
    last = verdicts[-1]
    mark = "noticed" if last.noticed else "SURVIVED"
    sys.stderr.write(
        f"[{len(verdicts)}/{total}] {last.seconds:5.1f} s {mark:8} "
        f"{last.mutant.file}: {last.mutant.what}\n"
    )


def _report(verdicts: Sequence[Verdict]) -> None:
    rows = []
    for name in dict.fromkeys(verdict.family for verdict in verdicts):
        mine = [verdict for verdict in verdicts if verdict.family == name]
        noticed = sum(verdict.noticed for verdict in mine)
        rows.append([name, str(len(mine)), str(noticed), str(len(mine) - noticed)])
    measuring.show("Mutants", ("family", "broken", "noticed", "survived"), rows)
    for verdict in verdicts:
        if not verdict.noticed:
            print(f"no test noticed: {verdict.mutant.file}: {verdict.mutant.what}")


def main() -> int:
    """Break what was asked for, or everything; 2 when the tests are not green to begin with."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", nargs="*", metavar="FAMILY", help=", ".join(FAMILIES))
    parser.add_argument("--part", default="1/1", help="the second of three parts: 2/3")
    asked = parser.parse_args()
    unknown = set(asked.families) - set(FAMILIES)
    if unknown:
        parser.error(f"{', '.join(unknown)}: give some of {', '.join(FAMILIES)}")
    number, parts = (int(one) for one in asked.part.split("/"))
    ready.model()
    found: list[Verdict] = []
    with tempfile.TemporaryDirectory() as folder:
        copies = [Copy(Path(folder) / str(number)) for number in range(AT_ONCE)]
        try:
            for name in asked.families or tuple(FAMILIES):
                found += try_family(name, copies, slice(number - 1, None, parts))
        except NotGreenError as error:
            sys.stderr.write(f"{error}\n")
            return 2
        finally:
            for copy in copies:
                copy.close()
    _report(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
