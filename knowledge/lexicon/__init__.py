"""The words residents use: read once from the data files in this folder."""

from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent


@cache
def mapping(name: str) -> dict[str, str]:
    """A flat YAML file of one text to another."""
    rows = yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {str(key): str(value) for key, value in rows.items()}


@cache
def groups(name: str) -> dict[str, tuple[str, ...]]:
    """A YAML file of a key to the list of its ways of being said."""
    rows = yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {str(key): tuple(str(word) for word in words) for key, words in rows.items()}


@cache
def pairs(name: str) -> tuple[tuple[str, str], ...]:
    """A YAML file of ordered pairs, where a key may come again."""
    rows = yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return tuple((str(key), str(value)) for key, value in rows)


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """A tab-separated file without its comment lines."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line and not line.startswith("#"))
