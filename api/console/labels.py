"""How the console calls what the case store names in English."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
# What belongs to the desk stands in a file of its own; a section may be spread over both.
FILES = ("labels.toml", "desk.toml", "services.toml", "care.toml", "households.toml")
Labels = Mapping[str, Mapping[str, str]]


@cache
def load() -> Labels:
    """The labels by section and name."""
    found: dict[str, dict[str, str]] = {}
    for file in FILES:
        table = tomllib.loads((HERE / file).read_text(encoding="utf-8"))
        for section, rows in table.items():
            named = {name: str(label) for name, label in rows.items()}
            found.setdefault(section, {}).update(named)
    return found


def notice(name: str) -> str:
    """What staff are told after they sent a form."""
    return load()["notice"][name]
