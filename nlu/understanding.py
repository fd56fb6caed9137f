"""What one message means: the single shape in which every engine answers."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from knowledge.names import Aspect, Hazard, Intent, Priority, Programme, Region

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None


class Writer(StrEnum):
    """Who seems to write: the one concerned, a helper, a child, one who cannot act alone."""

    SELF = "self"
    HELPER = "helper"
    CHILD = "child"
    DEPENDENT = "dependent"


class EntityName(StrEnum):
    """What can be marked in a message; the last two are beyond the contract's list."""

    AMOUNT = "amount"
    AGE = "age"
    HOUSEHOLD_SIZE = "household_size"
    REGION = "region"
    PHONE = "phone"
    ID_NUMBER = "id_number"
    TICKET_NUMBER = "ticket_number"
    DATE = "date"
    DURATION = "duration"
    DISABILITY = "disability"
    ILLNESS = "illness"
    PROGRAMME = "programme"
    MEMBER = "member"
    NUMBER = "number"


class Per(StrEnum):
    """What an amount is counted by."""

    MONTH = "month"
    YEAR = "year"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in 分; low and high differ where the resident was vague (一千多)."""

    fen_low: int
    fen_high: int
    per: Per


@dataclass(frozen=True, slots=True)
class DateSpan:
    """Days, both inclusive; `part` is morning, afternoon or evening where said."""

    start: date
    end: date
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Disability:
    """Kind and grade as said; None where not said. Grade 1 is the gravest of four."""

    kind: str | None
    grade: int | None


@dataclass(frozen=True, slots=True)
class IdNumber:
    """Whether the checksum holds. The number itself is never carried along."""

    valid: bool


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in the unit the resident used."""

    years: int = 0
    months: int = 0
    days: int = 0
    hours: int = 0

    def iso(self) -> str:
        """The ISO 8601 duration, for example P3M or PT24H."""
        units = ((self.years, "Y"), (self.months, "M"), (self.days, "D"))
        days = "".join(f"{count}{unit}" for count, unit in units if count)
        clock = f"T{self.hours}H" if self.hours else ""
        return f"P{days}{clock}" if days or clock else "P0D"


EntityValue: TypeAlias = bool | int | str | Amount | DateSpan | Disability | IdNumber | Duration


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of the unchanged input, in code points, and its value."""

    name: str
    value: EntityValue
    text: str
    start: int
    end: int

    def to_json(self) -> dict[str, Json]:
        """One row of the contract's `entities`."""
        return {
            "name": str(self.name),
            "value": _plain(self.value),
            "text": self.text,
            "start": self.start,
            "end": self.end,
        }


def _plain(value: EntityValue) -> Json:
    match value:
        case Amount():
            return {"fen_low": value.fen_low, "fen_high": value.fen_high, "per": str(value.per)}
        case DateSpan():
            return f"{value.start.isoformat()}/{value.end.isoformat()}"
        case Disability():
            return {"kind": value.kind, "grade": value.grade}
        case IdNumber():
            return {"valid": value.valid}
        case Duration():
            return value.iso()
        case _:
            return value


@dataclass(frozen=True, slots=True)
class Understanding:
    """Everything the router needs of one message.

    `sure` is false when the confidence is under the model's threshold or the two best intents
    are too close: then the bot asks. `hazard` comes from transparent rules alone; `suspicion`
    never decides, it brings a gentle question. `worry` is the probability, by a model, that a
    message without a hazard tells of danger to life. `because` names what spoke for the intent.
    """

    text: str
    intent: Intent
    confidence: float
    runner_up: Intent | None
    sure: bool
    programme: Programme | None
    aspect: Aspect | None
    region: Region | None
    hazard: Hazard
    hazard_reason: str
    suspicion: Hazard
    priority: Priority
    entities: tuple[Entity, ...]
    writer: Writer
    because: tuple[str, ...] = ()
    worry: float = 0.0

    def to_json(self) -> dict[str, object]:
        """The contract's `understand` object."""
        return {
            "text": self.text,
            "intent": str(self.intent),
            "confidence": round(self.confidence, 4),
            "programme": None if self.programme is None else str(self.programme),
            "aspect": None if self.aspect is None else str(self.aspect),
            "region": None if self.region is None else str(self.region),
            "hazard": str(self.hazard),
            "priority": str(self.priority),
            "entities": [entity.to_json() for entity in self.entities],
        }
