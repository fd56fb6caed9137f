"""What is known at one moment: all content, checked once and looked up by id."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Self

from pydantic import TypeAdapter

from knowledge import changes, cues, finder, loading, occasions, remembering, search
from knowledge.entries import Clause, Document, Guide, Hotline, Indicator, Place, Units
from knowledge.loading import LibraryError, Named, RegionEntry
from knowledge.names import Aspect, Category, Hazard, Matter, Programme, Region
from knowledge.parameters import ParameterError, Parameters
from knowledge.precedence import LawFirst
from knowledge.remembering import Memory
from knowledge.ruleset import RuleError, RuleSet
from knowledge.sheets import SheetError

CONTENT = Path(__file__).parent / "content"
LAW_FIRST = Path("national") / "law_before_document.yml"
LEXICON = Path(__file__).parent / "lexicon"
VERIFIED_FOR = timedelta(days=400)
Labelled = Programme | Aspect | Matter | Hazard | Category
_SECTIONS: Mapping[type, str] = {
    Programme: "programmes",
    Aspect: "aspects",
    Matter: "matters",
    Hazard: "hazards",
    Category: "categories",
}


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """The immutable knowledge of one moment. `version` changes with every content file."""

    version: str
    regions: Mapping[Region, RegionEntry]
    labels: Mapping[str, Mapping[str, Named]]
    documents: Mapping[str, Document]
    clauses: Mapping[str, Clause]
    guides: Mapping[tuple[Region, str], Guide]
    units: Mapping[Region, Units]
    hotlines: tuple[Hotline, ...]
    places: tuple[Place, ...]
    indicators: Mapping[Region, tuple[Indicator, ...]]
    law_first: tuple[LawFirst, ...]
    phrases: Mapping[str, str]
    targets: Mapping[Region, Mapping[Programme, tuple[int, ...]]]
    matters: Mapping[Programme, Matter]
    amounts: Mapping[Programme, tuple[str, ...]]
    cadences: occasions.Book
    classes: Mapping[Region, occasions.Classes]
    changes: changes.Changes
    cues: cues.Cues
    finder: finder.Finder
    index: search.Index
    holders: Mapping[str, str]
    rules: RuleSet
    standards: Mapping[Region, Parameters]
    versions: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def load(
        cls,
        content: Path = CONTENT,
        *,
        standards: Path | None = None,
        memory: Memory = remembering.NOTHING_KEPT,
    ) -> Self:
        """Read and check every content file; LibraryError names the first that is not right.

        `standards` is the folder in which a deployment keeps its local standards, a file a region;
        `memory` keeps what is learnt from the content for the next start.
        """
        version = loading.fingerprint(content, LEXICON)
        documents = _documents(content)
        guides = _guides(content)
        _check_citations(guides, documents)
        regions = _regions(content)
        labels = loading.read(content / "labels.yml", _LABELS)
        reading = cues.compile_cues(regions, LEXICON)
        return cls(
            version=version,
            regions=regions,
            labels=labels,
            documents=documents,
            clauses={c.id: c for d in documents.values() for c in d.clauses},
            guides=guides,
            units=_units(content),
            hotlines=loading.read_entries(content / "national" / "hotlines.yml", Hotline),
            places=_places(content),
            indicators=_indicators(content),
            law_first=loading.read_entries(content / LAW_FIRST, LawFirst),
            phrases=_phrases(content / "phrases.toml"),
            targets=loading.read(LEXICON / "targets.yml", _TARGETS),
            matters=loading.read(LEXICON / "matters.yml", _MATTERS),
            amounts=loading.read(LEXICON / "amounts.yml", _AMOUNTS),
            cadences=occasions.load(content, documents.values()),
            classes=occasions.load_classes(content),
            changes=changes.load(content, _clauses_of(documents)),
            cues=reading,
            finder=finder.Finder(guides, labels, reading, version=version, memory=memory),
            index=search.Index(_records(guides.values(), documents.values())),
            holders={c.id: d.id for d in documents.values() for c in d.clauses},
            rules=_rules(content, memory),
            standards=_standards(standards),
        )

    def local(self, region: Region) -> Parameters:
        """The standards that this deployment has entered for a region."""
        return self.standards.get(region, Parameters.none())

    def clause(self, clause_id: str) -> Clause:
        """The clause of that id; KeyError where there is none."""
        return self.clauses[clause_id]

    def version_of(self, clause_id: str) -> int:
        """The published version of a clause, or of the document that brought it; 0 as shipped."""
        holder = self.holders.get(clause_id, "")
        as_whole = self.versions.get(f"document {holder}", 0)
        return self.versions.get(f"clause {clause_id}", as_whole)

    def document_of(self, clause_id: str) -> Document:
        """The document that holds the clause."""
        return self.documents[self.holders[clause_id]]

    def clauses_numbered(self, region: Region, number: str) -> tuple[str, ...]:
        """The ids of the region's clauses of that number."""
        return tuple(
            clause.id
            for document in self.documents.values()
            if document.region is region
            for clause in document.clauses
            if clause.number == number
        )

    def label(self, name: Labelled) -> str:
        """How a name of a closed set is called in Chinese."""
        return self.labels[_SECTIONS[type(name)]][name].name

    def short_label(self, name: Labelled) -> str:
        """The everyday name, where it differs from the full one."""
        entry = self.labels[_SECTIONS[type(name)]][name]
        return entry.short or entry.name

    def matter_of(self, programme: Programme | None) -> Matter | None:
        """The matter under which a programme is routed; None for a topic without programme."""
        return None if programme is None else self.matters[programme]

    def region_name(self, region: Region) -> str:
        """The Chinese name of a region."""
        return self.regions[region].name

    def say(self, key: str, **values: str) -> str:
        """A fixed sentence with its values filled in."""
        return self.phrases[key].format(**values)

    def hotlines_for(self, purpose: str, region: Region | None, *, on: date) -> tuple[Hotline, ...]:
        """Numbers for a purpose (`""` is any), the region's first, that may be shown as fact."""
        wanted = {Region.NATIONAL, region or Region.NATIONAL}
        found = [
            line
            for line in self.hotlines
            if line.region in wanted and purpose in line.purpose and fresh(line, on)
        ]
        return tuple(sorted(found, key=lambda line: line.region is Region.NATIONAL))

    def emergency_hotlines(self, *, on: date) -> tuple[Hotline, ...]:
        """The numbers shown first where life is in danger."""
        return tuple(line for line in self.hotlines if line.emergency and fresh(line, on))


def fresh(line: Hotline, on: date) -> bool:
    """Whether a number was verified within 400 days before that day."""
    return line.verified is not None and timedelta() <= on - line.verified <= VERIFIED_FOR


_OVERLAYS = TypeAdapter(dict[str, str])
_MATTERS = TypeAdapter[Mapping[Programme, Matter]](Mapping[Programme, Matter])
_AMOUNTS = TypeAdapter[Mapping[Programme, tuple[str, ...]]](Mapping[Programme, tuple[str, ...]])
_TARGETS = TypeAdapter[Mapping[Region, Mapping[Programme, tuple[int, ...]]]](
    Mapping[Region, Mapping[Programme, tuple[int, ...]]]
)
_LABELS = TypeAdapter[Mapping[str, Mapping[str, Named]]](Mapping[str, Mapping[str, Named]])


def _rules(content: Path, memory: Memory) -> RuleSet:
    try:
        return RuleSet.load(content, memory)
    except (RuleError, ParameterError, SheetError) as error:
        raise LibraryError(str(error)) from error


def _standards(folder: Path | None) -> dict[Region, Parameters]:
    if folder is None:
        return {}
    try:
        return {
            region: Parameters.load(folder / f"{region}.yml")
            for region in Region
            if (folder / f"{region}.yml").exists()
        }
    except ParameterError as error:
        raise LibraryError(f"Local standards: {error}") from error


def _regions(content: Path) -> dict[Region, RegionEntry]:
    entries = loading.read_entries(content / "regions.yml", RegionEntry)
    known = {Region(entry.id): entry for entry in entries}
    missing = [region for region in Region if region not in known]
    if missing:
        raise LibraryError(f"{content / 'regions.yml'}: {missing[0]} is missing; add its entry")
    return known


def _documents(content: Path) -> dict[str, Document]:
    found: dict[str, Document] = {}
    owner: dict[str, Path] = {}
    for region in Region:
        for path, document in loading.read_folder(content / region / "documents", Document):
            ids = [document.id, *(clause.id for clause in document.clauses)]
            for name in ids:
                if name in owner and not (name == document.id and len(ids) == 1):
                    raise LibraryError(
                        f"{path}: the id {name} stands in {owner[name]} too; choose another"
                    )
                owner[name] = path
            found[document.id] = document
    return found


def _clauses_of(documents: Mapping[str, Document]) -> frozenset[str]:
    return frozenset(clause.id for document in documents.values() for clause in document.clauses)


def _guides(content: Path) -> dict[tuple[Region, str], Guide]:
    found: dict[tuple[Region, str], Guide] = {}
    overlays = loading.read(LEXICON / "overlays.yml", _OVERLAYS)
    for region in Region:
        for path, read in loading.read_folder(content / region / "guides", Guide):
            guide = read.model_copy(update={"id": overlays.get(read.id, read.id)})
            if guide.region is not region:
                raise LibraryError(f"{path}: region: is {guide.region}; write {region}")
            if (region, guide.id) in found:
                raise LibraryError(f"{path}: id: {guide.id} is used twice; choose another")
            found[region, guide.id] = guide
    return found


def cited(guide: Guide) -> Iterable[str]:
    """Every clause id that a guide relies on."""
    if guide.brief is not None:
        yield from guide.brief.cites
    for said in (*guide.answers.values(), *guide.misunderstandings):
        yield from said.cites


def _check_citations(
    guides: Mapping[tuple[Region, str], Guide], documents: Mapping[str, Document]
) -> None:
    known = {clause.id for document in documents.values() for clause in document.clauses}
    for (region, name), guide in guides.items():
        for clause_id in cited(guide):
            if clause_id not in known:
                raise LibraryError(
                    f"{region}/guides/{name}.yml: cites {clause_id}, which no document has;"
                    " correct the id or add the clause"
                )


def _units(content: Path) -> dict[Region, Units]:
    paths = {region: content / region / "units.yml" for region in Region}
    return {
        region: loading.read_entry(path, Units) for region, path in paths.items() if path.exists()
    }


def _places(content: Path) -> tuple[Place, ...]:
    found: list[Place] = []
    for region in Region:
        found.extend(loading.read_entries(content / region / "places.yml", Place))
    return tuple(found)


def _indicators(content: Path) -> dict[Region, tuple[Indicator, ...]]:
    return {
        region: loading.read_entries(content / region / "indicators.yml", Indicator)
        for region in Region
    }


def _phrases(path: Path) -> dict[str, str]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise LibraryError(f"{path}: {error}; mend the file") from error
    return {
        f"{section}.{key}": str(text)
        for section, rows in table.items()
        for key, text in rows.items()
    }


def _records(guides: Iterable[Guide], documents: Iterable[Document]) -> Iterable[search.Record]:
    """Guides as `REGION/ID` and clauses by their id."""
    yield from records_of_guides(guides)
    for document in documents:
        for clause in document.clauses:
            yield record_of_clause(clause)


def records_of_guides(guides: Iterable[Guide]) -> Iterable[search.Record]:
    """What the search knows of guides."""
    for guide in guides:
        said = "\n".join(answer.says for answer in guide.answers.values())
        yield search.Record(f"{guide.region}/{guide.id}", guide.title, said, guide.asks)


def record_of_clause(clause: Clause) -> search.Record:
    """What the search knows of a clause."""
    return search.Record(clause.id, clause.heading, clause.says)
