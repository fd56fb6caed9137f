"""How the console calls what the case store names in English."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

PATH = Path(__file__).parent / "labels.toml"
Labels = Mapping[str, Mapping[str, str]]


@cache
def load() -> Labels:
    """The labels by section and name."""
    table = tomllib.loads(PATH.read_text(encoding="utf-8"))
    return {
        section: {name: str(label) for name, label in rows.items()}
        for section, rows in table.items()
    }


def notice(name: str) -> str:
    """What staff are told after they sent a form."""
    return load()["notice"][name]
