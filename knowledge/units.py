"""Which unit leads and which join in one matter of one region."""

from dataclasses import dataclass

from knowledge.library import Library
from knowledge.names import Matter, Region


@dataclass(frozen=True, slots=True)
class Routing:
    """Lead and joint units as the source names them.

    `document` (title) and `clause` are None where no document of the region says it: then the
    units are a fallback of the national rules and 需当地确认.
    """

    lead: str | None = None
    joint: tuple[str, ...] = ()
    document: str | None = None
    clause: str | None = None
    note: str | None = None

    @property
    def sourced(self) -> bool:
        """Whether a document of the region names the units."""
        return self.document is not None and self.clause is not None


NOBODY = Routing()


def responsible(library: Library, matter: Matter, region: Region | None) -> Routing:
    """Who is responsible; without a region nobody can be named."""
    if region is None or region is Region.NATIONAL:
        return NOBODY
    row = library.units[region].matters.get(matter) if region in library.units else None
    if row is None:
        return NOBODY
    document = library.documents.get(row.document) if row.document else None
    return Routing(
        lead=row.lead,
        joint=row.joint,
        document=document.title if document and row.clause else None,
        clause=row.clause if document else None,
        note=row.note,
    )
