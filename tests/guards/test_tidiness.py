"""The repository speaks of the product alone: no machine's paths, nothing unfinished."""

import re
import subprocess
from pathlib import Path

from tests.guards import sources
from tests.places import ROOT

# Written in pieces so that this file does not find itself.
PATHS = re.compile("|".join(("/" + r"work/", "/" + r"root/", "/" + r"home/\w", r"C:\\" + "Users")))
MIRRORS = re.compile(
    "|".join(("py" + "pi-", "regi" + "stry\\.", "mir" + "ror[s.]", "art" + "ifactory"))
)
UNFINISHED = re.compile("|".join((r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", r"\bX" + r"XX\b")))
MARKS = re.compile("|".join((r"^<{7} ", r"^>{7} ", r"^={7}$")), re.MULTILINE)
ELSEWHERE = re.compile(r"\.\./" + "shared")
LARGE = 1_000_000
TEXTS = {
    ".py",
    ".md",
    ".toml",
    ".yml",
    ".yaml",
    ".html",
    ".css",
    ".js",
    ".json",
    ".cfg",
    ".mako",
    "",
}


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False, text=True
    )
    names = [name for name in listed.stdout.split("\0") if name]
    if names:
        return [ROOT / name for name in names if (ROOT / name).is_file()]
    return sources.modules(*sources.OURS)


def _texts() -> list[tuple[str, str]]:
    return [
        (sources.name(path), path.read_text(encoding="utf-8", errors="replace"))
        for path in _tracked()
        if path.suffix in TEXTS
    ]


def _finds(pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    return [(name, match[0]) for name, text in _texts() for match in pattern.finditer(text)]


def test_no_path_of_a_machine_stands_in_a_file() -> None:
    assert _finds(PATHS) == []


def test_no_address_of_a_package_mirror_stands_in_a_file() -> None:
    assert _finds(MIRRORS) == []


def test_nothing_is_marked_as_unfinished() -> None:
    assert _finds(UNFINISHED) == []


def test_no_merge_is_half_done() -> None:
    assert _finds(MARKS) == []


def test_nothing_reads_beside_the_repository() -> None:
    assert _finds(ELSEWHERE) == []


def test_no_large_file_is_kept() -> None:
    assert [sources.name(p) for p in _tracked() if p.stat().st_size > LARGE] == []
