"""Every process collects the same tests in the same order, or parallel workers refuse to begin."""

import os
import subprocess
import sys

import pytest

from tests.places import ROOT

COLLECT = ("-m", "pytest", "--collect-only", "-q", "-p", "no:xdist", "-p", "no:cacheprovider")


def _collected(seed: str) -> list[str]:
    told = subprocess.run(
        (sys.executable, *COLLECT, "-o", "addopts=", "tests"),
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return [line for line in told.stdout.splitlines() if "::" in line]


def test_the_order_of_tests_does_not_hang_on_the_order_of_a_set(
    request: pytest.FixtureRequest,
) -> None:
    elsewhere = _collected("1")
    assert any(name.startswith("tests/guards/test_collecting.py") for name in elsewhere)
    # Where all tests run, this process has collected them already, in an order of its own.
    here = [item.nodeid for item in request.session.items]
    assert (here if set(here) == set(elsewhere) else _collected("2")) == elsewhere
