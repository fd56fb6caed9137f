"""Which unit leads and which join in one matter of one region."""

from dataclasses import dataclass

from knowledge.entries import Responsibility
from knowledge.library import Library
from knowledge.names import Matter, Region


@dataclass(frozen=True, slots=True)
class Routing:
    """Lead and joint units as the source names them.

    `document` (title) and `clause` are None where no document of the region says it: then the
    units are a fallback of the national rules and 需当地确认. `area` is the county, town or street
    whose own office leads; `days` are the working days agreed on for the matter.
    """

    lead: str | None = None
    joint: tuple[str, ...] = ()
    document: str | None = None
    clause: str | None = None
    note: str | None = None
    area: str | None = None
    days: int | None = None

    @property
    def sourced(self) -> bool:
        """Whether a document of the region names the units."""
        return self.document is not None and self.clause is not None


NOBODY = Routing()


def responsible(
    library: Library, matter: Matter, region: Region | None, *, text: str = ""
) -> Routing:
    """Who is responsible, in the place that the text names; without a region nobody can be."""
    if region is None or region is Region.NATIONAL:
        return NOBODY
    row = library.units[region].matters.get(matter) if region in library.units else None
    if row is None:
        return NOBODY
    return of_row(library, row, text=text)


def of_row(library: Library, row: Responsibility, *, text: str = "") -> Routing:
    """The same of one row, a draft's for example."""
    document = library.documents.get(row.document) if row.document else None
    lead, area = _nearest(row, text)
    return Routing(
        lead=lead,
        joint=tuple(unit for unit in row.joint if unit != lead),
        document=document.title if document and row.clause else None,
        clause=row.clause if document else None,
        note=row.note,
        area=area,
        days=row.days,
    )


def _nearest(row: Responsibility, text: str) -> tuple[str | None, str | None]:
    """The office of the longest name of a place in the text, and that name."""
    named = [(area, office.unit) for office in row.offices for area in office.areas]
    found = [(area, unit) for area, unit in named if area in text]
    if not found:
        return row.lead, None
    area, unit = max(found, key=lambda one: len(one[0]))
    return unit, area
