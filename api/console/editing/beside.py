"""What stands beside an entry of the knowledge, and which entries stand together in a list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge import citations
from knowledge.citations import Citation
from knowledge.editions import Kind
from knowledge.entries import Clause, Document
from knowledge.library import Library, cited
from knowledge.names import Programme, Region
from knowledge.parameters import Parameter

Programmes = tuple[Programme, ...]


@dataclass(frozen=True)
class Section:
    """Which part of the knowledge is listed."""

    kind: Kind = Kind.GUIDE
    region: Region | None = None
    programme: Programme | None = None


@dataclass(frozen=True)
class Listed:
    """One entry of a list."""

    subject: str
    name: str
    region: Region


@dataclass(frozen=True)
class Beside:
    """An entry's document and clauses, what it relies on, what relies on it, its values."""

    document: Document | None = None
    clauses: Sequence[Clause] = ()
    cited: Sequence[Citation] = ()
    used_by: Sequence[Listed] = ()
    values: Sequence[Parameter] = ()


def of(library: Library, kind: Kind, subject: str, on: date) -> Beside:
    """What stands beside this entry on a day; nothing for one that is not there."""
    match kind:
        case Kind.CLAUSE if subject in library.clauses:
            return _of_clause(library, subject, on)
        case Kind.DOCUMENT if subject in library.documents:
            document = library.documents[subject]
            return Beside(document, document.clauses)
        case Kind.GUIDE:
            for (region, name), guide in library.guides.items():
                if f"{region}/{name}" == subject:
                    return Beside(cited=citations.cite(library, cited(guide), on))
    return Beside()


def listed(library: Library, wanted: Section) -> Sequence[Listed]:
    """The entries of a section, in the order of the library."""
    return [
        row
        for row, programmes in _all(library, wanted.kind)
        if wanted.region in {None, row.region}
        and (wanted.programme is None or wanted.programme in programmes)
    ]


def _all(library: Library, kind: Kind) -> Iterator[tuple[Listed, Programmes]]:
    match kind:
        case Kind.DOCUMENT:
            for doc in library.documents.values():
                yield Listed(doc.id, doc.title, doc.region), _programmes(doc)
        case Kind.CLAUSE:
            for clause_id, c in library.clauses.items():
                doc = library.document_of(clause_id)
                name = f"{doc.title} {c.number} {c.heading}"
                yield Listed(clause_id, name, doc.region), c.programmes
        case Kind.HOTLINE:
            for line in library.hotlines:
                yield Listed(line.id, f"{line.number} {line.name}", line.region), ()
        case Kind.PLACE:
            for place in library.places:
                yield Listed(place.id, place.name, place.region), ()
        case _:
            for (region, name), guide in library.guides.items():
                about = (guide.programme,) if guide.programme else ()
                yield Listed(f"{region}/{name}", guide.title, region), about


def _programmes(document: Document) -> Programmes:
    return tuple(dict.fromkeys(name for c in document.clauses for name in c.programmes))


def _of_clause(library: Library, clause_id: str, on: date) -> Beside:
    clause, document = library.clause(clause_id), library.document_of(clause_id)
    relying = [
        Listed(f"{region}/{name}", guide.title, region)
        for (region, name), guide in library.guides.items()
        if clause_id in set(cited(guide))
    ]
    rows = (
        *library.rules.shipped[document.region].values,
        *library.local(document.region).values,
    )
    named = {document.id, document.title}
    values = [row for row in rows if row.document in named and row.clause == clause.number]
    return Beside(document, (), citations.cite(library, (clause_id,), on), relying, values)
