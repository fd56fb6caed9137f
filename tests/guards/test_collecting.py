"""Every process collects the same tests in the same order, or parallel workers refuse to begin."""

import os
import subprocess
import sys

from tests.places import ROOT

COLLECT = ("-m", "pytest", "--collect-only", "-q", "-p", "no:xdist", "-p", "no:cacheprovider")


def _collecting(seed: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        (sys.executable, *COLLECT, "-o", "addopts=", "tests"),
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_order_of_tests_does_not_hang_on_the_order_of_a_set() -> None:
    one, other = (_collecting(seed) for seed in ("1", "2"))
    listed, again = (told.communicate()[0].splitlines() for told in (one, other))
    names = [line for line in listed if "::" in line]
    assert any(name.startswith("tests/guards/test_collecting.py") for name in names)
    assert names == [line for line in again if "::" in line]
