"""Why a group of households may be asked how they are, and how long an answer is waited for."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path

from pydantic import Field

from knowledge import loading
from knowledge.entries import Entry, Slug, Text

BOOK = Path(__file__).parent / "content" / "national" / "care.yml"


class Reason(Entry):
    """A reason. What is said for it stands in the locale under `care.say_ID`."""

    id: Slug
    name: Text
    answer_hours: int = Field(ge=1, le=168)
    useful_hours: int = Field(ge=1, le=720)

    @property
    def answer_within(self) -> timedelta:
        """After so long without an answer a person calls."""
        return timedelta(hours=self.answer_hours)

    @property
    def useful_for(self) -> timedelta:
        """What has not been said by then is said no more."""
        return timedelta(hours=self.useful_hours)


@cache
def reasons() -> Mapping[str, Reason]:
    """All reasons by their id. LibraryError where one is wrong or named twice."""
    read = loading.read_entries(BOOK, Reason)
    found = {one.id: one for one in read}
    if len(found) != len(read):
        raise loading.LibraryError(f"{BOOK}: a reason stands there twice; keep one of them")
    return found
