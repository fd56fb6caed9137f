"""How a clause is shown beside an answer, and which clauses may be shown at all."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from knowledge.entries import Clause, Document, Grade, Status
from knowledge.library import Library
from knowledge.names import Region


@dataclass(frozen=True, slots=True)
class Citation:
    """One clause relied on. `text` is the clause in our words, shown when it is opened; `version`
    is the published one, 0 as it was shipped."""

    document: str
    clause: str
    issued: date | None
    region: Region
    grade: Grade
    in_force: bool
    clause_id: str
    text: str
    note: str | None = None
    version: int = 0

    def to_json(self) -> dict[str, str | bool | None]:
        """One row of the contract's `citations`."""
        return {
            "document": self.document,
            "clause": self.clause,
            "issued": None if self.issued is None else self.issued.isoformat(),
            "region": str(self.region),
            "grade": str(self.grade),
            "in_force": self.in_force,
        }


def cite(library: Library, clause_ids: Iterable[str], on: date) -> tuple[Citation, ...]:
    """The clauses in order, one row a clause number, without unverified copies (grade C)."""
    shown: dict[tuple[str, str, bool], Citation] = {}
    for clause_id in dict.fromkeys(clause_ids):
        citation = _citation(library, clause_id, on)
        if citation.grade is Grade.C:
            continue
        key = (citation.document, citation.clause, citation.in_force)
        if key in shown:
            citation = replace(shown[key], text=f"{shown[key].text}\n{citation.text}")
        shown[key] = citation
    return tuple(shown.values())


def _citation(library: Library, clause_id: str, on: date) -> Citation:
    clause, document = library.clause(clause_id), library.document_of(clause_id)
    return Citation(
        document=document.title,
        clause=clause.number,
        issued=document.issued,
        region=document.region,
        grade=clause.grade or document.grade,
        in_force=in_force(clause, document, on),
        clause_id=clause_id,
        text=clause.says,
        note=clause.note or document.note,
        version=library.version_of(clause_id),
    )


def in_force(clause: Clause, document: Document, on: date) -> bool:
    """Whether the clause binds on that day: its document does and it is not itself expired."""
    gone = clause.status in {Status.EXPIRED, Status.DRAFT}
    return document.in_force(on) and not gone


def unverified(library: Library, clause_ids: Iterable[str]) -> bool:
    """Whether any clause is known from an unverified copy alone."""
    return any(
        (library.clause(name).grade or library.document_of(name).grade) is Grade.C
        for name in clause_ids
    )
