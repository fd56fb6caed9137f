"""Which of a deployment's own dated values are spoken where a resident asks how much."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from knowledge import parameters
from knowledge.citations import Citation
from knowledge.entries import Grade
from knowledge.library import Library
from knowledge.names import Programme, Region
from knowledge.parameters import Measure, Parameter

FEN = 100


@dataclass(frozen=True, slots=True)
class Spoken:
    """One value as a sentence, with the document that a deployment named for it."""

    text: str
    citation: Citation


def spoken(
    library: Library, programme: Programme | None, region: Region | None, on: date
) -> Iterable[Spoken]:
    """The values entered for the region that this programme's amount depends on, of that day."""
    if programme is None or region is None:
        return
    held = library.local(region).on(on)
    for name in library.amounts.get(programme, ()):
        row = held.get(name)
        if row is not None and not isinstance(row.value, bool):
            yield Spoken(_sentence(library, row, region), _citation(library, row, region))


def _sentence(library: Library, row: Parameter, region: Region) -> str:
    standard = parameters.shipped_standards()[row.parameter]
    key = "answer.standard" if row.value is not None else "answer.standard_least"
    money = standard.measure is Measure.MONEY
    amount = Fraction(row.value if row.value is not None else row.at_least or 0)
    return library.say(
        key,
        region=library.region_name(region),
        what=standard.description,
        value=library.say(
            "answer.yuan" if money else "answer.times", value=_decimal(amount, money=money)
        ),
        document=_title(library, row),
        clause=row.clause or "",
        since=row.valid_from.isoformat(),
    )


def _decimal(amount: Fraction, *, money: bool) -> str:
    value = amount / FEN if money else amount
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def _title(library: Library, row: Parameter) -> str:
    known = library.documents.get(row.document)
    return row.document.strip("《》") if known is None else known.title


def _citation(library: Library, row: Parameter, region: Region) -> Citation:
    return Citation(
        document=_title(library, row),
        clause=row.clause or "",
        issued=None,
        region=region,
        grade=Grade.B,
        in_force=True,
        clause_id=f"{region}/{row.parameter}",
        text=_sentence(library, row, region),
    )
