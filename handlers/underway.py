"""Whether a matter is already before a court, arbitration, 复议 or 信访: it has its own path."""

import re
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from knowledge import loading

BOOK = Path(__file__).parent / "underway.yml"
# 国办 2025 on the 12345 hotlines: what has a statutory path is told it and is not passed on.
CLAUSE = "rexian-12345-2025-path"


class Underway(StrEnum):
    """Before whom it is."""

    COURT = "court"
    ARBITRATION = "arbitration"
    REVIEW = "review"
    PETITION = "petition"


class _Told(BaseModel, frozen=True, extra="forbid"):
    says: tuple[re.Pattern[str], ...]


class _Book(BaseModel, frozen=True, extra="forbid"):
    court: _Told
    arbitration: _Told
    review: _Told
    petition: _Told
    unless: re.Pattern[str]


def before(text: str) -> Underway | None:
    """Before whom the matter of this text already is; None when before nobody."""
    book = _book()
    if book.unless.search(text):
        return None
    told = {
        Underway.COURT: book.court,
        Underway.ARBITRATION: book.arbitration,
        Underway.REVIEW: book.review,
        Underway.PETITION: book.petition,
    }
    found = (where for where, one in told.items() if any(p.search(text) for p in one.says))
    return next(found, None)


@cache
def _book() -> _Book:
    return loading.read_entry(BOOK, _Book)
