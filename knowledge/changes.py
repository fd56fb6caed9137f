"""What may change in a household, how it is heard, and what usually follows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from knowledge import loading
from knowledge.entries import Entry, Slug, Text
from knowledge.loading import LibraryError
from knowledge.names import Region
from knowledge.occasions import Happening


class Effect(Entry):
    """What usually follows, and the clause that says so."""

    effect: Text
    clause: Slug


class Change(Effect):
    """One kind of change. `places` say what differs there; `gentle`: it is told in grief;
    `whole`: it concerns the household, nobody is asked who."""

    what: Happening
    name: Text
    cues: tuple[re.Pattern[str], ...] = ()
    gentle: bool = False
    whole: bool = False
    places: Mapping[Region, Effect] = Field(default_factory=dict)

    def follows(self, region: Region) -> Effect:
        """What usually follows in a place."""
        return self.places.get(region, self)


@dataclass(frozen=True)
class Changes:
    """The kinds of change, in the order in which they are listened for."""

    kinds: Mapping[Happening, Change]

    def heard(self, text: str) -> Change | None:
        """The first kind that a text tells of, or that it names; None when it tells of none."""
        plain = text.strip()
        for one in self.kinds.values():
            if plain == one.name or any(cue.search(text) for cue in one.cues):
                return one
        return None


def load(content: Path, clauses: frozenset[str]) -> Changes:
    """Read `national/changes.yml`. LibraryError names a clause that is not there."""
    rows = loading.read_entries(content / "national" / "changes.yml", Change)
    for row in rows:
        for effect in (row, *row.places.values()):
            if effect.clause not in clauses:
                raise LibraryError(
                    f"national/changes.yml: {row.what}: no document has {effect.clause};"
                    " correct the clause"
                )
    return Changes({row.what: row for row in rows})
