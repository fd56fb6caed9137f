"""What a catalogue of units (派单目录) may say: a department's matter never goes to a town."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from knowledge import editions
from knowledge.editions import Edition, EditionError, Trouble
from knowledge.entries import Document, Responsibility, Units
from knowledge.names import Matter, Region

# What towns and streets take by law: 社会救助法 第34、37、52条. All else is a department's.
OF_TOWNS = frozenset({Matter.BASIC, Matter.TEMPORARY, Matter.DISPLACED, Matter.SERVICE})
TOWN = re.compile(r"镇|街道|居委|社区|村(?:委|支)|乡(?!村)")
# Spoken with a town in its name, and no town's office all the same.
NO_TOWN = re.compile(r"局|厅|委员会|联席会议|机构")


class Wrong(StrEnum):
    """What can be wrong with a row."""

    TOWN_FOR_DEPARTMENT = "town_for_department"
    NO_REASON = "no_reason"
    NO_SUCH_DOCUMENT = "no_such_document"
    OTHER_REGION = "other_region"
    CLAUSE_ALONE = "clause_alone"
    SAME_AREA = "same_area"


@dataclass(frozen=True)
class Fault:
    """One of them, in the row of which matter; `told` is what the sentence names."""

    matter: Matter
    wrong: Wrong
    told: str = ""


def faults(units: Units, documents: Mapping[str, Document]) -> tuple[Fault, ...]:
    """Everything that is wrong with a catalogue; empty when it may be published."""
    return tuple(
        fault
        for matter, row in units.matters.items()
        for fault in (*_of_units(matter, row), *_of_source(units, matter, row, documents))
    )


def of_edition(
    edition: Edition, shipped: Mapping[Region, Units], documents: Mapping[str, Document]
) -> Units:
    """The catalogue of a published version; without a body the shipped one. Raises EditionError."""
    if edition.subject not in set(Region):
        raise EditionError(edition.name, Trouble.NO_SUCH_REGION, "region", edition.subject)
    if not edition.body:
        return shipped[Region(edition.subject)]
    editions.as_entry(edition, Units)
    units = Units.model_validate(edition.body)
    if units.region != edition.subject:
        raise EditionError(edition.name, Trouble.OTHER_SUBJECT, "id", units.region)
    for fault in faults(units, documents):
        where = f"matters.{fault.matter}"
        raise EditionError(edition.name, Trouble.NOT_COMPETENT, where, fault.told)
    return units


def is_town(unit: str) -> bool:
    """Whether a unit is a town's or street's own."""
    return TOWN.search(unit) is not None and NO_TOWN.search(unit) is None


def _of_units(matter: Matter, row: Responsibility) -> Iterable[Fault]:
    takers = [unit for unit in (row.lead, *(office.unit for office in row.offices)) if unit]
    if matter not in OF_TOWNS:
        for unit in takers:
            if is_town(unit):
                yield Fault(matter, Wrong.TOWN_FOR_DEPARTMENT, unit)
        if row.document is None:
            # A town may join where a document of the region says so, never by our own guess.
            for unit in row.joint:
                if is_town(unit):
                    yield Fault(matter, Wrong.TOWN_FOR_DEPARTMENT, unit)
    if row.lead is None and row.note is None:
        yield Fault(matter, Wrong.NO_REASON)
    areas = [area for office in row.offices for area in office.areas]
    for area in sorted({area for area in areas if areas.count(area) > 1}):
        yield Fault(matter, Wrong.SAME_AREA, area)


def _of_source(
    units: Units, matter: Matter, row: Responsibility, documents: Mapping[str, Document]
) -> Iterable[Fault]:
    if row.document is None:
        if row.clause is not None:
            yield Fault(matter, Wrong.CLAUSE_ALONE)
        if row.lead is not None and row.note is None:
            yield Fault(matter, Wrong.NO_REASON)
        return
    document = documents.get(row.document)
    if document is None:
        yield Fault(matter, Wrong.NO_SUCH_DOCUMENT, row.document)
    elif document.region not in {units.region, Region.NATIONAL}:
        yield Fault(matter, Wrong.OTHER_REGION, document.title)
