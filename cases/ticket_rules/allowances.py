"""How long each step of a ticket may take, as data with its source: the first row that fits."""

from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import BaseModel, NonNegativeInt

from knowledge import loading
from knowledge.names import Category, Matter, Priority, Programme, Region

PATH = Path(__file__).parent / "clocks.yml"


class Step(StrEnum):
    """What is timed."""

    FIRST_RESPONSE = "first_response"
    REFERRAL = "referral"
    ACCEPTANCE = "acceptance"
    NEXT_RESPONSE = "next_response"
    RESIDENT_ANSWER = "resident_answer"
    FOLLOW_UP = "follow_up"
    RESOLUTION = "resolution"


class Kind(StrEnum):
    """What is counted. Minutes and hours run at night and on holidays too."""

    MINUTES = "minutes"
    HOURS = "hours"
    NATURAL = "natural"
    WORKING = "working"


class Manner(StrEnum):
    """Ways of deciding an application that have a time of their own."""

    COUNTY = "county"
    TOWNSHIP = "township"
    DIFFICULT = "difficult"


class Stage(BaseModel, frozen=True, extra="forbid"):
    """So many of one kind."""

    kind: Kind
    amount: NonNegativeInt


class Allowance(Stage, frozen=True, extra="forbid"):
    """How long one step may take; what is None fits everything. `cite` None: our own default."""

    step: Step
    regions: frozenset[Region] | None = None
    priorities: frozenset[Priority] | None = None
    categories: frozenset[Category] | None = None
    matters: frozenset[Matter] | None = None
    extension: NonNegativeInt = 0
    cite: str | None = None


class Statute(BaseModel, frozen=True, extra="forbid"):
    """How long a decision on an application may take by law, stage after stage."""

    programme: Programme
    regions: frozenset[Region] | None = None
    by: Manner | None = None
    stages: tuple[Stage, ...]
    cite: str


class Book(BaseModel, frozen=True, extra="forbid"):
    """All of it."""

    clocks: tuple[Allowance, ...]
    statutes: tuple[Statute, ...]


class Subject(BaseModel, frozen=True):
    """What of a ticket its clocks depend on."""

    region: Region
    category: Category
    priority: Priority
    matter: Matter | None = None
    days: int | None = None


@cache
def book() -> Book:
    """What the program ships with."""
    return loading.read_entry(PATH, Book)


def allowance(step: Step, subject: Subject) -> Allowance:
    """How long this step of such a ticket may take.

    Agreed days (派单目录) take the place of our own default, never of a clause or of an emergency.
    """
    row = next(row for row in book().clocks if row.step is step and _fits(row, subject))
    ours = row.cite is None and row.kind is Kind.WORKING and step is Step.RESOLUTION
    if subject.days is None or not ours:
        return row
    return row.model_copy(update={"amount": subject.days})


def statute(programme: Programme, region: Region, by: Manner) -> Statute | None:
    """The time for a decision by law; None where none is known."""
    return next(
        (
            row
            for row in book().statutes
            if row.programme is programme
            and (row.regions is None or region in row.regions)
            and row.by in {None, by}
        ),
        None,
    )


def _fits(row: Allowance, subject: Subject) -> bool:
    return (
        (row.regions is None or subject.region in row.regions)
        and (row.priorities is None or subject.priority in row.priorities)
        and (row.categories is None or subject.category in row.categories)
        and (row.matters is None or subject.matter in row.matters)
    )
