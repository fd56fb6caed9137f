"""Which rules bind in a region on a day: the national sheets with the region's changes."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from knowledge import compiling, facts, needs, parameters, phrasing, remembering, sheets
from knowledge.compiling import Compiled, Place
from knowledge.entries import Status
from knowledge.expressions import Kind, Value
from knowledge.facts import Catalogue
from knowledge.grammar import Names
from knowledge.names import Programme, Region
from knowledge.needs import ServiceList
from knowledge.parameters import Measure, Parameters, Standard
from knowledge.phrasing import Phrases
from knowledge.programmes import Cite, Sheet
from knowledge.remembering import Memory

YEAR = re.compile(r"〔(\d{4})〕")


class RuleError(ValueError):
    """Rules that cannot be used; the message names the file and what is wrong."""


class SourceDocument(BaseModel):
    """The head of a document: what it is called and when it binds."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    title: str
    number: str | None = None
    status: Status
    issued: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None

    def binds(self, on: date) -> bool:
        """Whether it is in force on that day; drafts and expired texts never are."""
        if self.status in {Status.DRAFT, Status.EXPIRED}:
            return False
        if on < self._first():
            return False
        return self.valid_until is None or on <= self.valid_until

    def _first(self) -> date:
        """Nothing is in force before it was issued, at the earliest in the year of its number."""
        year = YEAR.search(self.number or "")
        return self.valid_from or self.issued or date(int(year[1]) if year else 1, 1, 1)


@dataclass(frozen=True, eq=False)
class RuleSet:
    """All facts, standards, sheets and shipped values of one content folder. `version`
    changes with every byte that may change a verdict."""

    version: str
    catalogue: Catalogue
    standards: Mapping[str, Standard]
    documents: Mapping[str, SourceDocument]
    sheets: Mapping[tuple[Region, Programme], Sheet]
    shipped: Mapping[Region, Parameters]
    phrases: Phrases
    services: Mapping[Region, ServiceList]
    paths: Mapping[tuple[Region, Programme], Path] = field(repr=False)

    @classmethod
    def load(cls, content: Path, memory: Memory = remembering.NOTHING_KEPT) -> "RuleSet":
        """Reads and checks everything, what `memory` knows to be right once; errors name file
        and line."""
        paths = dict(_sheet_paths(content))
        standards = parameters.load_standards(content)
        catalogue = facts.load(content)
        rules = cls(
            version=_version(content),
            catalogue=catalogue,
            standards=standards,
            documents=dict(_documents(content)),
            sheets={key: _sheet(key, path) for key, path in paths.items()},
            shipped={region: _shipped(content, region, standards) for region in Region},
            phrases=phrasing.load(content, catalogue),
            services=dict(_services(content)),
            paths=paths,
        )
        memory.check_once("rules", rules.version, rules.check)
        return rules

    def check(self) -> None:
        """Refuses rules that cite unknown documents or cannot be understood."""
        for key, sheet in self.sheets.items():
            for place, cite in _cites(sheet):
                if cite.document not in self.documents:
                    message = f"{cite.document} is not a document of the content"
                    raise sheets.at(self.paths[key], (*place, "cite", "document"), message)
        for region in Region:
            names = self.names(region, dict(self._in_region(region)))
            try:
                compiling.compiled(names, self._places(region, None))
            except compiling.CompileError as error:
                path = self.paths[error.region, error.programme]
                raise sheets.at(path, error.place, str(error)) from error

    def title(self, document: str) -> str:
        """The title without 《》."""
        return self.documents[document].title

    def at(self, region: Region, on: date) -> Compiled:
        """The rules of the region on that day."""
        return _compiled(self, region, on)

    def standards_on(self, region: Region, on: date, local: Parameters) -> "StandardsOn":
        """The standards of the region on that day: local before regional before national."""
        return _standards_on(self, region, on, local)

    @property
    def constants(self) -> dict[str, int]:
        """What no document has to state."""
        return {
            key: standard.constant
            for key, standard in self.standards.items()
            if standard.constant is not None
        }

    def standards_used(self, region: Region) -> frozenset[str]:
        """The standards that the region's rules speak of, whatever the day."""
        names = self.names(region, dict(self._in_region(region)))
        compiled = compiling.compiled(names, self._places(region, None))
        return compiled.standards

    def names(self, region: Region, own: Mapping[Programme, Sheet]) -> Names:
        """Everything that an expression of the region may speak of."""
        nodes = {programme.value: Kind.TRUTH for programme in own}
        for layer in (Region.NATIONAL, region):
            for (where, _), sheet in self.sheets.items():
                if where is layer:
                    nodes |= dict.fromkeys(sheet.parts, Kind.TRUTH)
        kinds = {key: _kind(standard) for key, standard in self.standards.items()}
        return Names(self.catalogue.household, self.catalogue.person, kinds, nodes)

    def _in_region(self, region: Region) -> Iterator[tuple[Programme, Sheet]]:
        for programme in Programme:
            sheet = self.sheets.get((region, programme))
            sheet = sheet or self.sheets.get((Region.NATIONAL, programme))
            if sheet is not None:
                yield programme, sheet

    def _places(self, region: Region, on: date | None) -> tuple[Place, ...]:
        """The sheets of the region in order; with a day, how each one stands on it."""
        layers = [Region.NATIONAL] if region is Region.NATIONAL else [Region.NATIONAL, region]
        found = []
        for programme in Programme:
            for layer in layers:
                sheet = self.sheets.get((layer, programme))
                if sheet is not None:
                    found.append(Place(layer, sheet, self._binding(sheet, on)))
        return tuple(found)

    def _binding(self, sheet: Sheet, on: date | None) -> frozenset[str]:
        cited = {cite.document for _, cite in _cites(sheet)}
        cited |= {sheet.document} if sheet.document else set()
        return frozenset(d for d in cited if on is None or self.documents[d].binds(on))


@dataclass(frozen=True, eq=False)
class StandardsOn:
    """The standards of one day, for reckoning and for showing."""

    exact: Mapping[str, Value]
    shown: Mapping[str, str]


@lru_cache(maxsize=256)
def _standards_on(rules: RuleSet, region: Region, on: date, local: Parameters) -> StandardsOn:
    layers = (rules.shipped[Region.NATIONAL].on(on), rules.shipped[region].on(on))
    bound = {
        name: row
        for layer in layers
        for name, row in layer.items()
        if row.document in rules.documents and rules.documents[row.document].binds(on)
    }
    rows = {**bound, **local.on(on)}
    exact: dict[str, Value] = {**rules.constants}
    exact |= {name: row.exact for name, row in rows.items()}
    return StandardsOn(exact, {name: parameters.shown(row.exact) for name, row in rows.items()})


@lru_cache(maxsize=256)
def _compiled(rules: RuleSet, region: Region, on: date) -> Compiled:
    own = dict(rules._in_region(region))  # noqa: SLF001 - the cache of the method above
    return compiling.compiled(rules.names(region, own), rules._places(region, on))  # noqa: SLF001


def _kind(standard: Standard) -> Kind:
    return Kind.TRUTH if standard.measure is Measure.BOOL else Kind.NUMBER


def _sheet_paths(content: Path) -> Iterator[tuple[tuple[Region, Programme], Path]]:
    for region in Region:
        for path in sorted((content / region.value / "rules").glob("*.yml")):
            try:
                yield (region, Programme(path.stem)), path
            except ValueError as error:
                raise RuleError(f"{path}:1: {path.stem} is not a programme") from error


def _sheet(key: tuple[Region, Programme], path: Path) -> Sheet:
    sheet = sheets.read_one(path, Sheet)
    if (sheet.region, sheet.programme) != key:
        raise sheets.at(path, ("programme",), "region and programme must be those of the file")
    return sheet


def _shipped(content: Path, region: Region, known: Mapping[str, Standard]) -> Parameters:
    path = content / region.value / "parameters.yml"
    return Parameters.load(path, known) if path.exists() else Parameters.none()


def _services(content: Path) -> Iterator[tuple[Region, ServiceList]]:
    for region in Region:
        listed = needs.load(content, region)
        if listed is not None:
            yield region, listed


def _documents(content: Path) -> Iterator[tuple[str, SourceDocument]]:
    for path in sorted(content.glob("*/documents/*.yml")):
        document = sheets.read_one(path, SourceDocument)
        yield document.id, document


def _cites(sheet: Sheet) -> Iterator[tuple[tuple[str | int, ...], Cite]]:
    for index, clause in enumerate(sheet.clauses):
        yield ("clauses", index), clause.cite
    for index, exception in enumerate(sheet.exceptions):
        yield ("exceptions", index), exception.cite
    for index, amount in enumerate(sheet.amounts):
        yield ("amounts", index), amount.cite
    for index, note in enumerate(sheet.notes):
        yield ("notes", index), note.cite


def _version(content: Path) -> str:
    digest = hashlib.sha256()
    patterns = (
        "national/standards.yml",
        "national/asking.yml",
        "national/facts/*.yml",
        "*/rules/*.yml",
    )
    for pattern in (*patterns, "*/parameters.yml", "*/documents/*.yml"):
        for path in sorted(content.glob(pattern)):
            digest.update(path.relative_to(content).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
