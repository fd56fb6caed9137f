"""What names a topic is fetched again when it changes; nothing names one in vain."""

import re
from pathlib import Path

from tests.places import ROOT

TEMPLATES = sorted((ROOT / "api" / "console" / "templates").rglob("*.html"))
TAG = re.compile(r"<[^>]*data-live[^>]*>")


def test_every_piece_that_names_a_topic_is_fetched_again() -> None:
    found = [(path, tag) for path in TEMPLATES for tag in TAG.findall(_plain(path))]
    wrong = [
        (path.name, tag)
        for path, tag in found
        if not re.search(r'data-live="[^"]+"', tag)
        or "hx-get=" not in tag
        or not re.search(r'hx-trigger="live\b', tag)
    ]
    assert found
    assert wrong == []


def _plain(path: Path) -> str:
    """The template with its own expressions taken out, which may hold a `>`."""
    return re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", path.read_text(encoding="utf-8"))
