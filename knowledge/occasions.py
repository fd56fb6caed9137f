"""What makes a household's file be looked at: the rules of every place, as its content has them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from pydantic import Field, model_validator

from knowledge import loading
from knowledge.entries import Document, Entry, Slug, Text
from knowledge.loading import LibraryError
from knowledge.names import Programme, Region


class Kind(StrEnum):
    """What is due."""

    CHECK = "check"
    NEEDS = "needs"
    EXPIRY = "expiry"
    LOOK = "look"
    CONFERENCE = "conference"
    PAPERWORK = "paperwork"
    AGE = "age"
    CHANGE = "change"
    SELF_CARE = "self_care"


class Trait(StrEnum):
    """What of a household decides how often it is looked at."""

    INCOME_NOT_FIXED = "income_not_fixed"
    CAN_WORK = "can_work"
    CARED_AT_HOME = "cared_at_home"
    CARED_IN_A_HOME = "cared_in_a_home"


class Happening(StrEnum):
    """What may happen in a household and asks for a step afterwards."""

    DEATH = "death"
    BIRTH = "birth"
    JOB = "job"
    INCOME_UP = "income_up"
    INCOME_DOWN = "income_down"
    PROPERTY = "property"
    MOVE = "move"
    MARRIAGE = "marriage"
    ILLNESS = "illness"
    SELF_CARE = "self_care"
    STUDY = "study"
    DETENTION = "detention"
    OTHER = "other"
    ADVANCE_RELIEF = "advance_relief"
    URGENT = "urgent"


class Basis(StrEnum):
    """Whether the clause itself says how long; else a place enters it or the house proposes it."""

    RULE = "rule"
    LOCAL = "local"
    HOUSE = "house"


class Span(Entry):
    """How long. `months_from` and `days_from` name a standard that each place enters."""

    months: int = Field(default=0, ge=0, le=120)
    days: int = Field(default=0, ge=0, le=366)
    working_days: int = Field(default=0, ge=0, le=366)
    months_from: Slug | None = None


class Cadence(Entry):
    """One rule of when: repeated (`every`), once after something (`after`, `within`), at the end
    of what was granted (`lasts`), or at an age. `replaces` names the national rule whose place it
    takes while its document is in force; `otherwise` covers what no other repeated rule does."""

    id: Slug
    kind: Kind
    says: Text
    programmes: tuple[Programme, ...] = ()
    any_of: tuple[Trait, ...] = ()
    none_of: tuple[Trait, ...] = ()
    every: Span | None = None
    lasts: Span | None = None
    after: tuple[Happening, ...] = ()
    within: Span | None = None
    at_age: int | None = Field(default=None, ge=1, le=120)
    notice_days: int = Field(default=0, ge=0, le=120)
    otherwise: bool = False
    replaces: Slug | None = None
    basis: Basis = Basis.RULE
    clause: Slug

    @model_validator(mode="after")
    def _says_when(self) -> "Cadence":
        given = [self.every, self.lasts, self.within, self.at_age]
        if sum(one is not None for one in given) != 1:
            raise ValueError("needs one of every, lasts, within and at_age")
        if bool(self.after) is not (self.within is not None):
            raise ValueError("after and within belong together")
        return self


@dataclass(frozen=True)
class Book:
    """The cadences of all regions with the documents they stand in, by clause."""

    rules: Mapping[Region, tuple[Cadence, ...]]
    documents: Mapping[str, Document]

    def for_region(self, region: Region, on: date) -> tuple[Cadence, ...]:
        """The rules of a place: its own, and the national ones it does not replace that day."""
        nation = self.rules[Region.NATIONAL]
        if region is Region.NATIONAL:
            return nation
        own = [one for one in self.rules[region] if one.replaces is None or self.binds(one, on)]
        replaced = {one.replaces for one in own}
        return (*own, *(one for one in nation if one.id not in replaced))

    def binds(self, cadence: Cadence, on: date) -> bool:
        """Whether the text behind a cadence is in force on that day."""
        return self.documents[cadence.clause].in_force(on)


def load(content: Path, documents: Iterable[Document]) -> Book:
    """Every region's `cadences.yml`. LibraryError names a clause or rule that is not there."""
    holders = {clause.id: document for document in documents for clause in document.clauses}
    rules = {
        region: loading.read_entries(content / region / "cadences.yml", Cadence)
        for region in Region
    }
    national = {one.id for one in rules[Region.NATIONAL]}
    seen: set[str] = set()
    for region, cadences in rules.items():
        for one in cadences:
            file = f"{region}/cadences.yml: {one.id}"
            if one.clause not in holders:
                raise LibraryError(f"{file}: no document has {one.clause}; correct the clause")
            if one.replaces is not None and one.replaces not in national:
                raise LibraryError(f"{file}: replaces {one.replaces}, which is no national rule")
            if one.id in seen:
                raise LibraryError(f"{file}: the id is used twice; choose another")
            seen.add(one.id)
    used = {one.clause for cadences in rules.values() for one in cadences}
    return Book(rules, {clause: holders[clause] for clause in used})


class Classes(Entry):
    """How a region sorts the households it helps, and the clause that says so."""

    clause: Slug
    classes: tuple[Text, ...]


def load_classes(content: Path) -> Mapping[Region, Classes]:
    """The classes of the regions that have any."""
    paths = {region: content / region / "classes.yml" for region in Region}
    return {
        region: loading.read_entry(path, Classes) for region, path in paths.items() if path.exists()
    }


def parameters(book: Book) -> frozenset[str]:
    """The standards that the cadences leave to each place."""
    spans = (
        span
        for cadences in book.rules.values()
        for one in cadences
        for span in (one.every, one.lasts, one.within)
    )
    return frozenset(span.months_from for span in spans if span and span.months_from)
