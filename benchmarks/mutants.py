"""Breaks rules and handlers one at a time in a copy of the tree and lists what no test noticed.

Run as `python -m benchmarks.mutants [handlers|router|hazards|lifecycle|permissions …]`.
"""

import argparse
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

from benchmarks import measuring, ready
from benchmarks.mutations import FAMILIES, ROOT, Mutant

AT_ONCE = 2
LEFT_OUT = (".git", ".venv", ".cache", "var", "node_modules", "__pycache__", "*.egg-info")
# Mutants concern rules, which are the same on both databases.
PYTEST = ("-m", "pytest", "-x", "-q", "--tb=no", "-k", "not postgresql")
PATIENCE_SECONDS = 60
PATIENCE_FACTOR = 5


class NotGreenError(Exception):
    """The tests fail before anything is broken; the message says which."""


@dataclass(frozen=True)
class Verdict:
    """Whether the tests noticed, and after how many seconds."""

    family: str
    mutant: Mutant
    noticed: bool
    seconds: float


class Copy:
    """A copy of the tree in which one file at a time is broken."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
        # The trained model is read only.
        (folder / ".cache").symlink_to(ROOT / ".cache")

    def tested(self, tests: Sequence[str], patience: float) -> subprocess.CompletedProcess[str]:
        """Run these tests here. A run that hangs has noticed as well."""
        words = [sys.executable, *PYTEST, *tests]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            return subprocess.run(
                words,
                cwd=self._folder,
                env=environment,
                timeout=patience,
                capture_output=True,
                text=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(words, 1, "", "")

    def broken(self, mutant: Mutant, tests: Sequence[str], patience: float) -> bool:
        """Whether the tests notice this mutant."""
        target = self._folder / mutant.file
        whole = target.read_bytes()
        target.write_text(mutant.text, encoding="utf-8")
        try:
            return self.tested(tests, patience).returncode != 0
        finally:
            target.write_bytes(whole)


def baseline(copy: Copy, tests: Sequence[str]) -> float:
    """How long the tests take while nothing is broken. Raises NotGreenError."""
    began = time.monotonic()
    done = copy.tested(tests, 600)
    if done.returncode == 0:
        return time.monotonic() - began
    last = "\n".join(done.stdout.splitlines()[-5:])
    raise NotGreenError(
        f"{' '.join(tests)} fails before anything is broken; mend it first:\n{last}"
    )


def try_all(families: Sequence[str], folder: Path, part: slice) -> list[Verdict]:
    """Break one thing after the other, two at a time."""
    copies = [Copy(folder / str(number)) for number in range(AT_ONCE)]
    waiting: queue.SimpleQueue[tuple[str, Mutant, float]] = queue.SimpleQueue()
    for name in families:
        patience = PATIENCE_SECONDS + PATIENCE_FACTOR * baseline(copies[0], FAMILIES[name].tests)
        for mutant in list(FAMILIES[name].make())[part]:
            waiting.put((name, mutant, patience))
    total, verdicts = waiting.qsize(), list[Verdict]()

    def work(copy: Copy) -> None:
        while True:
            try:
                name, mutant, patience = waiting.get_nowait()
            except queue.Empty:
                return
            began = time.monotonic()
            noticed = copy.broken(mutant, FAMILIES[name].tests, patience)
            verdicts.append(Verdict(name, mutant, noticed, time.monotonic() - began))
            _progress(verdicts, total)

    threads = [threading.Thread(target=work, args=(copy,)) for copy in copies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return verdicts


def _progress(verdicts: Sequence[Verdict], total: int) -> None:
    last = verdicts[-1]
    mark = "noticed" if last.noticed else "SURVIVED"
    sys.stderr.write(
        f"[{len(verdicts)}/{total}] {last.seconds:4.0f} s {mark:8} "
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
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = try_all(
                asked.families or tuple(FAMILIES), Path(folder), slice(number - 1, None, parts)
            )
        except NotGreenError as error:
            sys.stderr.write(f"{error}\n")
            return 2
    _report(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
