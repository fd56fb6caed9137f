"""Which place a text names, down to county and street, and which of our regions that is."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import ahocorasick_rs

from knowledge import lexicon
from knowledge.names import Region

SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Place:
    """A place by its 行政区划代码 (6 digits to the county, 9 to the street)."""

    code: str
    name: str
    region: Region


@dataclass(frozen=True, slots=True)
class Found:
    """A place named at text[start:end]."""

    place: Place
    start: int
    end: int


@cache
def _places() -> tuple[ahocorasick_rs.AhoCorasick, tuple[tuple[Place, ...], ...]]:
    names: dict[str, list[Place]] = {}
    for row in lexicon.rows("places.tsv"):
        code, name, region, *more = row
        place = Place(code, name, Region(region))
        for said in (name, *(more[0].split(",") if more and more[0] else ())):
            if len(said) >= SHORTEST:
                names.setdefault(said, []).append(place)
    finder = ahocorasick_rs.AhoCorasick(
        list(names), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest
    )
    return finder, tuple(tuple(places) for places in names.values())


def find(text: str) -> list[Found]:
    """The places named. A name borne by several is left out unless the rest of the text decides."""
    finder, places = _places()
    matches = finder.find_matches_as_indexes(text)
    clear = {places[at][0].region for at, _, _ in matches if len(places[at]) == 1}
    parents = {places[at][0].code[:6] for at, _, _ in matches if len(places[at]) == 1}
    found = []
    for at, start, end in matches:
        chosen = _choose(places[at], clear, parents)
        if chosen is not None:
            found.append(Found(chosen, start, end))
    return list(_joined(found, text))


def _choose(places: tuple[Place, ...], regions: set[Region], parents: set[str]) -> Place | None:
    if len(places) == 1:
        return places[0]
    under = [place for place in places if place.code[:6] in parents]
    inside = under or [place for place in places if place.region in regions]
    return inside[0] if len(inside) == 1 else None


def _joined(found: list[Found], text: str) -> Iterator[Found]:
    """龙岩市上杭县 is one place, the smaller one."""
    last: Found | None = None
    for item in found:
        if last is not None and _inside(item.place, last.place) and _touch(text, last, item):
            last = Found(item.place, last.start, item.end)
            continue
        if last is not None:
            yield last
        last = item
    if last is not None:
        yield last


def _inside(small: Place, large: Place) -> bool:
    return small.code.startswith(large.code.rstrip("0")) and small.code != large.code


def _touch(text: str, first: Found, second: Found) -> bool:
    return not text[first.end : second.start].strip(" ,市区县")
