"""The scripts of residents' pages run in the browser of a phone that is seven years old."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import ROOT

STATIC = ROOT / "api" / "static"
# What a resident's browser gets; the staff's browsers are kept up to date.
SCRIPTS = ("aloud.js", "chat.js", "files.js", "list.js")
# Chromium 72, early 2019, knows the language of that year and none of these.
YOUNGER = re.compile(
    r"\.(?:replaceChildren|requestSubmit|submitter|randomUUID|replaceAll|at|hasOwn|allSettled"
    r"|any|toSorted|findLast|structuredClone)\b(?!:)"
)
LANGUAGE = "--ecma2019"


def _node() -> str:
    own = Path(sys.executable).with_name("node")
    return str(own) if own.exists() else (shutil.which("node") or "node")


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_old_browser_can_read_the_script(name: str) -> None:
    acorn = ROOT / "node_modules" / "acorn" / "bin" / "acorn"
    command = [_node(), str(acorn), LANGUAGE, "--module", "--silent", str(STATIC / name)]
    read = subprocess.run(command, capture_output=True, check=False, text=True)
    assert read.returncode == 0, read.stderr


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_old_browser_has_all_that_the_script_calls(name: str) -> None:
    assert YOUNGER.findall((STATIC / name).read_text(encoding="utf-8")) == []


def test_every_script_of_a_residents_page_is_looked_at() -> None:
    pages = (ROOT / "api" / "resident" / "templates").glob("*.html")
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    assert set(re.findall(r"/static/(\w+\.js)", text)) == set(SCRIPTS)
