"""Which values a message holds and where in the unchanged input, the overlaps settled."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

import ahocorasick_rs

from knowledge import lexicon
from knowledge.names import Aspect, Programme, Region
from knowledge.normalise import Normal
from nlu import dates, disabilities, durations, gazetteer, identifiers, quantities, topics
from nlu.quantities import Mark
from nlu.understanding import Duration, Entity, EntityName

HERE = ZoneInfo("Asia/Shanghai")
FIRST = (
    EntityName.ID_NUMBER,
    EntityName.TICKET_NUMBER,
    EntityName.PHONE,
    EntityName.AMOUNT,
    EntityName.AGE,
    EntityName.HOUSEHOLD_SIZE,
    EntityName.DATE,
    EntityName.DURATION,
    EntityName.REGION,
    EntityName.DISABILITY,
    EntityName.ILLNESS,
    EntityName.PROGRAMME,
    EntityName.MEMBER,
    EntityName.NUMBER,
)
RANK = {name: rank for rank, name in enumerate(FIRST)}
SCANNED = 20_000
RATES = frozenset({Duration(years=1), Duration(months=1), Duration(days=1)})
NEAR = 8


@dataclass(frozen=True, slots=True)
class Found:
    """The values of one message, and what they say about its topic."""

    entities: tuple[Entity, ...]
    programme: Programme | None
    aspect: Aspect | None
    region: Region | None


def find(normal: Normal, *, now: datetime) -> Found:
    """All values, in order, none inside another; of a very long text those at its start."""
    text = normal.text[:SCANNED]
    named = topics.programmes(text)
    places = gazetteer.find(text)
    marks = _without_now(_settle([*_marks(text, now), *named, *_regions(places)]))
    return Found(
        entities=tuple(_entity(normal, mark) for mark in marks),
        programme=topics.programme(text, named),
        aspect=topics.aspect(text),
        region=places[-1].place.region if places else None,
    )


def _marks(text: str, now: datetime) -> Iterator[Mark]:
    today = now.astimezone(HERE).date()
    yield from identifiers.identifiers(text)
    money = list(quantities.amounts(text))
    yield from money
    yield from quantities.ages(text)
    sizes = list(quantities.household_sizes(text))
    yield from sizes
    yield from dates.dates(text, today)
    yield from _lengths(text, money)
    yield from disabilities.find(text)
    yield from _illnesses(text)
    if sizes:
        yield from _members(text)
    number = quantities.bare_number(text)
    if number is not None:
        yield number


def _lengths(text: str, money: list[Mark]) -> Iterator[Mark]:
    """Lengths of time; 一个月 beside an amount is its rate and no length."""
    for mark in durations.durations(text):
        rate = mark.value in RATES
        near = any(
            abs(coin.start - mark.end) <= NEAR or abs(mark.start - coin.end) <= 1 for coin in money
        )
        if not (rate and near):
            yield mark


def _beside(length: Mark, coin: Mark) -> bool:
    return abs(coin.start - length.end) <= NEAR or abs(length.start - coin.end) <= 1


def _settle(marks: list[Mark]) -> list[Mark]:
    """Of two that overlap the one whose kind is surer wins, then the longer."""
    taken: list[Mark] = []
    claimed: set[int] = set()
    for mark in sorted(marks, key=lambda mark: (RANK[mark.name], mark.start - mark.end)):
        reach = range(mark.start, mark.end)
        if claimed.isdisjoint(reach):
            taken.append(mark)
            claimed.update(reach)
    return sorted(taken, key=lambda mark: mark.start)


def _without_now(marks: list[Mark]) -> list[Mark]:
    """今年 before an age is part of telling the age."""
    ages = {mark.start for mark in marks if mark.name is EntityName.AGE}
    return [mark for mark in marks if mark.name is not EntityName.DATE or mark.end not in ages]


def _entity(normal: Normal, mark: Mark) -> Entity:
    start, end = normal.span(mark.start, mark.end)
    return Entity(mark.name, mark.value, normal.source[start:end], start, end)


def _regions(places: list[gazetteer.Found]) -> Iterator[Mark]:
    for found in places:
        yield Mark(EntityName.REGION, found.place.code, found.start, found.end)


@cache
def _finder(name: str) -> tuple[ahocorasick_rs.AhoCorasick, tuple[str, ...]]:
    names = tuple(row[0] for row in lexicon.rows(name))
    kind = ahocorasick_rs.MatchKind.LeftmostLongest
    return ahocorasick_rs.AhoCorasick(list(names), matchkind=kind), names


def _illnesses(text: str) -> Iterator[Mark]:
    finder, names = _finder("illnesses.txt")
    for at, start, end in finder.find_matches_as_indexes(text):
        yield Mark(EntityName.ILLNESS, names[at], start, end)


def _members(text: str) -> Iterator[Mark]:
    """Who is in the household, where its size is told."""
    finder, names = _finder("kin.txt")
    for at, start, end in finder.find_matches_as_indexes(text):
        yield Mark(EntityName.MEMBER, names[at], start, end)
