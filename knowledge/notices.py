"""How many days before a visit a household is told, by what the visit is for."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path

from pydantic import Field, TypeAdapter

from knowledge import loading
from knowledge.entries import Entry
from knowledge.occasions import Kind

BOOK = Path(__file__).parent / "content" / "national" / "notices.yml"


class Notice(Entry):
    """The days before a visit on which it is told, the earliest first; twice at most."""

    days: tuple[int, ...] = Field(min_length=1, max_length=2)


@cache
def book() -> Mapping[Kind, Notice]:
    """The notice of each kind. LibraryError where one is missing or wrong."""
    read = loading.read(BOOK, TypeAdapter(dict[Kind, Notice]))
    missing = [kind for kind in Kind if kind not in read]
    if missing:
        raise loading.LibraryError(f"{BOOK}: {missing[0]} is missing; add its days")
    return read


def before(kinds: Sequence[Kind]) -> tuple[timedelta, ...]:
    """When a visit for all of these is told: as early as the one that is told first."""
    days = max((book()[kind].days for kind in kinds), default=(1,), key=max)
    return tuple(timedelta(days=one) for one in days)
