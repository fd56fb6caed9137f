"""Which matters look as if they belong to a storm, a flood or a cold spell."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import Field

from knowledge import loading
from knowledge.entries import Entry, Slug, Text
from knowledge.names import Hazard, Matter

BOOK = Path(__file__).parent / "content" / "national" / "incidents.yml"


class IncidentKind(Entry):
    """A kind of event; a matter belongs to it by its danger, by what it is, or by a word."""

    id: Slug
    name: Text
    hazards: tuple[Hazard, ...] = ()
    matters: tuple[Matter, ...] = ()
    words: tuple[Text, ...] = Field(min_length=1)

    def holds(self, *, hazard: Hazard, matter: Matter, told: str) -> bool:
        """Whether something that was told looks as if it were of this event."""
        named = any(word in told for word in self.words)
        return hazard in self.hazards or matter in self.matters or named


@cache
def kinds() -> Mapping[str, IncidentKind]:
    """All kinds by their id. LibraryError where one is wrong or stands there twice."""
    read = loading.read_entries(BOOK, IncidentKind)
    found = {one.id: one for one in read}
    if len(found) != len(read):
        raise loading.LibraryError(f"{BOOK}: a kind stands there twice; keep one of them")
    return found
