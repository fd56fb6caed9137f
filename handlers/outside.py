"""Whether a matter happened where none of our regions is, and what its resident hears then."""

import re
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from knowledge import loading

BOOK = Path(__file__).parent / "outside.yml"


class _Book(BaseModel, frozen=True, extra="forbid"):
    places: tuple[str, ...]
    where: tuple[str, ...]
    not_after: str


def place(text: str) -> str | None:
    """The place outside where it happened, as it was named; None when none was."""
    found = (pattern.search(text) for pattern in _patterns())
    return next((match["place"] for match in found if match is not None), None)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    book = loading.read_entry(BOOK, _Book)
    named = f"(?P<place>{'|'.join(book.places)})(?!{book.not_after})"
    return tuple(re.compile(one.replace("<place>", named), re.MULTILINE) for one in book.where)
