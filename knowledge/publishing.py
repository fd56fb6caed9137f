"""How published entries are laid over a library: a new one is made, only what changed anew."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from knowledge import catalogue, editions, finder, library, local_standards, search
from knowledge.editions import (
    ClauseEdition,
    DocumentEdition,
    Edition,
    EditionError,
    Kind,
    Trouble,
)
from knowledge.entries import Clause, Document, Entry, Guide, Hotline, Place, Units
from knowledge.finder import Finder
from knowledge.library import Library
from knowledge.names import Region
from knowledge.needs import Service, ServiceList
from knowledge.parameters import Parameters
from knowledge.remembering import NOTHING_KEPT, Memory
from knowledge.ruleset import RuleSet, SourceDocument

Key = TypeVar("Key")
Kept = TypeVar("Kept")


@dataclass
class _Contents:
    """The entries while editions are laid over them, one after another."""

    shipped: Library
    documents: dict[str, Document]
    holders: dict[str, str]
    guides: dict[tuple[Region, str], Guide]
    hotlines: dict[str, Hotline]
    places: dict[str, Place]
    standards: dict[Region, Parameters]
    services: dict[Region, ServiceList]
    units: dict[Region, Units]
    versions: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Folded:
    """The new library, and what had to be left out because it is not right."""

    library: Library
    left_out: tuple[EditionError, ...] = ()


def fold(
    shipped: Library,
    wanted: Iterable[Edition],
    *,
    before: Library | None = None,
    memory: Memory = NOTHING_KEPT,
) -> Library:
    """The shipped knowledge with these editions laid over it, in their order.

    `before` is an earlier result from which is taken what has not changed. Raises EditionError.
    """
    folded = fold_what_is_right(shipped, wanted, before=before, memory=memory)
    if folded.left_out:
        raise folded.left_out[0]
    return folded.library


def check(shipped: Library, wanted: Iterable[Edition], one: Edition) -> None:
    """Raises EditionError when `one` cannot be laid over the others; makes no library."""
    contents = _contents(shipped)
    _lay(contents, [edition for edition in wanted if edition.name != one.name])
    _APPLY[one.kind](contents, one)


def fold_what_is_right(
    shipped: Library,
    wanted: Iterable[Edition],
    *,
    before: Library | None = None,
    memory: Memory = NOTHING_KEPT,
) -> Folded:
    """The same, leaving out what is not right: one bad entry must not take down the rest."""
    contents = _contents(shipped)
    done, left_out = _lay(contents, wanted)
    made = _assembled(contents, done, before or shipped, memory) if done else shipped
    return Folded(made, tuple(left_out))


def _lay(
    contents: _Contents, wanted: Iterable[Edition]
) -> tuple[list[Edition], list[EditionError]]:
    """Lay each over what lies there; what is not right is left out."""
    done: list[Edition] = []
    left_out: list[EditionError] = []
    for edition in wanted:
        try:
            _APPLY[edition.kind](contents, edition)
        except EditionError as error:
            left_out.append(error)
            continue
        contents.versions[edition.name] = edition.version
        done.append(edition)
    return done, left_out


def _contents(shipped: Library) -> _Contents:
    return _Contents(
        shipped=shipped,
        documents=dict(shipped.documents),
        holders=dict(shipped.holders),
        guides=dict(shipped.guides),
        hotlines={line.id: line for line in shipped.hotlines},
        places={place.id: place for place in shipped.places},
        standards=dict(shipped.standards),
        services=dict(shipped.rules.services),
        units=dict(shipped.units),
    )


def _document(contents: _Contents, edition: Edition) -> None:
    shipped = contents.shipped.documents.get(edition.subject)
    if not edition.body:
        _put_document(contents, edition, shipped)
        return
    read = _own(edition, editions.as_entry(edition, DocumentEdition), DocumentEdition)
    _same_subject(edition, read.id)
    present = contents.documents.get(edition.subject)
    if not read.clauses and present is None:
        raise EditionError(edition.name, Trouble.NO_CLAUSES, "clauses")
    clauses = read.clauses or (present.clauses if present else ())
    rest = {name: getattr(read, name) for name in Document.model_fields if name != "clauses"}
    _put_document(contents, edition, Document(**rest, clauses=clauses))


def _put_document(contents: _Contents, edition: Edition, document: Document | None) -> None:
    """Put a document in its place, or take it out; no guide may lose a clause that it cites."""
    name = edition.subject
    kept = {} if document is None else {clause.id: name for clause in document.clauses}
    if document is not None and len(kept) < len(document.clauses):
        raise EditionError(edition.name, Trouble.TAKEN, "clauses", "twice")
    for clause_id in kept:
        if contents.holders.get(clause_id, name) != name:
            raise EditionError(edition.name, Trouble.TAKEN, "clauses", clause_id)
    gone = {held for held, holder in contents.holders.items() if holder == name} - set(kept)
    _check_uncited(contents, edition, gone)
    for clause_id in gone:
        del contents.holders[clause_id]
    contents.holders.update(kept)
    if document is None:
        contents.documents.pop(name, None)
    else:
        contents.documents[name] = document


def _clause(contents: _Contents, edition: Edition) -> None:
    if not edition.body:
        _restore_clause(contents, edition)
        return
    read = _own(edition, editions.as_entry(edition, ClauseEdition), ClauseEdition)
    _same_subject(edition, read.id)
    document = contents.documents.get(read.document)
    if document is None:
        raise EditionError(edition.name, Trouble.NO_SUCH_DOCUMENT, "document", read.document)
    if contents.holders.get(read.id, read.document) != read.document:
        raise EditionError(edition.name, Trouble.TAKEN, "id", contents.holders[read.id])
    rest = {name: getattr(read, name) for name in Clause.model_fields}
    clause = Clause(**rest)
    clauses = [clause if one.id == clause.id else one for one in document.clauses]
    if clause.id not in contents.holders:
        clauses.append(clause)
    contents.documents[document.id] = document.model_copy(update={"clauses": tuple(clauses)})
    contents.holders[clause.id] = document.id


def _restore_clause(contents: _Contents, edition: Edition) -> None:
    name = edition.subject
    holder = contents.holders.get(name)
    if holder is None:
        return
    shipped = contents.shipped.clauses.get(name)
    if shipped is None:
        _check_uncited(contents, edition, {name})
        del contents.holders[name]
    document = contents.documents[holder]
    clauses = tuple(
        shipped if one.id == name and shipped else one
        for one in document.clauses
        if one.id != name or shipped
    )
    contents.documents[holder] = document.model_copy(update={"clauses": clauses})


def _guide(contents: _Contents, edition: Edition) -> None:
    region, _, name = edition.subject.partition("/")
    if region not in set(Region):
        raise EditionError(edition.name, Trouble.NO_SUCH_REGION, "region", region)
    key = (Region(region), name)
    if not edition.body:
        _put(contents.guides, key, contents.shipped.guides.get(key))
        return
    guide = _own(edition, editions.as_entry(edition, Guide), Guide)
    _same_subject(edition, f"{guide.region}/{guide.id}")
    for clause_id in library.cited(guide):
        if clause_id not in contents.holders:
            raise EditionError(edition.name, Trouble.NO_SUCH_CLAUSE, "cites", clause_id)
    _put(contents.guides, key, guide)


def _hotline(contents: _Contents, edition: Edition) -> None:
    name = edition.subject
    if not edition.body:
        lines = contents.shipped.hotlines
        _put(contents.hotlines, name, next((one for one in lines if one.id == name), None))
        return
    line = _own(edition, editions.as_entry(edition, Hotline), Hotline)
    _same_subject(edition, line.id)
    _put(contents.hotlines, name, line)


def _place(contents: _Contents, edition: Edition) -> None:
    name = edition.subject
    if not edition.body:
        places = contents.shipped.places
        _put(contents.places, name, next((one for one in places if one.id == name), None))
        return
    place = _own(edition, editions.as_entry(edition, Place), Place)
    _same_subject(edition, place.id)
    if place.document is not None and place.document not in contents.documents:
        raise EditionError(edition.name, Trouble.NO_SUCH_DOCUMENT, "document", place.document)
    _put(contents.places, name, place)


def _parameter(contents: _Contents, edition: Edition) -> None:
    name, _, standard = edition.subject.partition("/")
    if name not in set(Region):
        raise EditionError(edition.name, Trouble.NO_SUCH_REGION, "region", name)
    region = Region(name)
    present = contents.standards.get(region, Parameters.none())
    others = tuple(row for row in present.values if row.parameter != standard)
    if edition.body:
        new = local_standards.of_edition(contents.shipped.rules, edition, standard)
    else:
        shipped = contents.shipped.local(region).values
        new = tuple(row for row in shipped if row.parameter == standard)
    contents.standards[region] = Parameters((*others, *new))


def _service(contents: _Contents, edition: Edition) -> None:
    name, _, service_id = edition.subject.partition("/")
    listed = contents.services.get(Region(name)) if name in set(Region) else None
    if listed is None:
        raise EditionError(edition.name, Trouble.NO_SUCH_REGION, "region", name)
    service = contents.shipped.rules.services[listed.region].service(service_id)
    if edition.body:
        service = _own(edition, editions.as_entry(edition, Service), Service)
        _same_subject(edition, f"{name}/{service.id}")
        document = service.cite.document
        if document not in contents.documents:
            raise EditionError(edition.name, Trouble.NO_SUCH_DOCUMENT, "cite.document", document)
    contents.services[listed.region] = listed.having(service_id, service)


def _catalogue(contents: _Contents, edition: Edition) -> None:
    units = catalogue.of_edition(edition, contents.shipped.units, contents.documents)
    contents.units[units.region] = units


_APPLY: Mapping[Kind, Callable[[_Contents, Edition], None]] = {
    Kind.DOCUMENT: _document,
    Kind.CLAUSE: _clause,
    Kind.GUIDE: _guide,
    Kind.HOTLINE: _hotline,
    Kind.PLACE: _place,
    Kind.PARAMETER: _parameter,
    Kind.SERVICE: _service,
    Kind.CATALOGUE: _catalogue,
}


def _own(edition: Edition, entry: Entry, shape: type[Kept]) -> Kept:
    if not isinstance(entry, shape):
        raise EditionError(edition.name, Trouble.OTHER, told=type(entry).__name__)
    return entry


def _same_subject(edition: Edition, name: str) -> None:
    if name != edition.subject:
        raise EditionError(edition.name, Trouble.OTHER_SUBJECT, "id", name)


def _check_uncited(contents: _Contents, edition: Edition, gone: set[str]) -> None:
    for (region, name), guide in contents.guides.items():
        for clause_id in library.cited(guide):
            if clause_id in gone:
                told = f"{clause_id} ({region}/{name})"
                raise EditionError(edition.name, Trouble.STILL_CITED, "clauses", told)


def _put(rows: dict[Key, Kept], key: Key, row: Kept | None) -> None:
    if row is None:
        rows.pop(key, None)
    else:
        rows[key] = row


def _assembled(
    contents: _Contents, done: Iterable[Edition], before: Library, memory: Memory
) -> Library:
    shipped = contents.shipped
    version = _version(shipped, done)
    return replace(
        shipped,
        version=version,
        documents=contents.documents,
        clauses={c.id: c for d in contents.documents.values() for c in d.clauses},
        holders=contents.holders,
        guides=contents.guides,
        hotlines=tuple(contents.hotlines.values()),
        places=tuple(contents.places.values()),
        standards=contents.standards,
        units=contents.units,
        finder=_finder(contents, before, memory),
        index=_index(contents),
        rules=_rules(shipped.rules, contents, before.rules, version),
        versions=contents.versions,
    )


def _version(shipped: Library, done: Iterable[Edition]) -> str:
    names = "\n".join(f"{edition.name} {edition.version}" for edition in done)
    return f"{shipped.version}.{hashlib.sha256(names.encode()).hexdigest()[:12]}"


def _finder(contents: _Contents, before: Library, memory: Memory) -> Finder:
    """Learnt anew only when a guide has changed."""
    shipped = contents.shipped
    for known in (before, shipped):
        if contents.guides == known.guides:
            return known.finder
    texts = "\n".join(guide.model_dump_json() for guide in contents.guides.values())
    version = f"{shipped.version}.{hashlib.sha256(texts.encode()).hexdigest()[:12]}"
    return finder.Finder(
        contents.guides, shipped.labels, shipped.cues, version=version, memory=memory
    )


def _index(contents: _Contents) -> search.Index:
    """The shipped index with what differs laid over it."""
    shipped = contents.shipped
    guides = [
        guide for key, guide in contents.guides.items() if guide is not shipped.guides.get(key)
    ]
    records = [*library.records_of_guides(guides), *_changed_clauses(contents)]
    hidden = {record.id for record in records}
    hidden |= {f"{region}/{name}" for region, name in set(shipped.guides) - set(contents.guides)}
    hidden |= set(shipped.holders) - set(contents.holders)
    if not records and not hidden:
        return shipped.index
    return search.Index(records, beneath=shipped.index, hidden=frozenset(hidden))


def _changed_clauses(contents: _Contents) -> Iterable[search.Record]:
    for name, document in contents.documents.items():
        if document is contents.shipped.documents.get(name):
            continue
        for clause in document.clauses:
            if clause != contents.shipped.clauses.get(clause.id):
                yield library.record_of_clause(clause)


def _rules(shipped: RuleSet, contents: _Contents, before: RuleSet, version: str) -> RuleSet:
    """The rules with the documents' days and the services as they now stand; the same where
    nothing moved."""
    heads = {**shipped.documents, **{n: _head(d) for n, d in contents.documents.items()}}
    for known in (shipped, before):
        moved = any(known.documents.get(name) != head for name, head in heads.items())
        if not moved and known.services == contents.services:
            return known
    as_shipped = all(shipped.documents.get(name) == head for name, head in heads.items())
    own = shipped.version if as_shipped else f"{shipped.version}.{version[-12:]}"
    return replace(shipped, documents=heads, services=contents.services, version=own)


def _head(document: Document) -> SourceDocument:
    return SourceDocument.model_validate(
        document.model_dump(include=set(SourceDocument.model_fields))
    )
