"""Which value a standard has in a region on a day; without one it is unknown, never guessed."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError, field_validator, model_validator

from knowledge import facts, sheets
from knowledge.entries import Entry, Slug, Text
from knowledge.spans import Span

LONGEST_NUMBER = 40
ParameterValue = bool | int | Fraction | Span


class ParameterError(ValueError):
    """Local standards that cannot be used; the message says which one and why. `place` is the
    row and the key in it, where one is to blame."""

    def __init__(self, message: str, *place: str | int) -> None:
        super().__init__(message)
        self.place = place


class Measure(StrEnum):
    """What kind of value a parameter has."""

    MONEY = "money"
    NUMBER = "number"
    RATIO = "ratio"
    BOOL = "bool"


class Standard(Entry):
    """A parameter that rules speak of, with or without a shipped value. `constant` is what
    no document has to state."""

    id: Slug
    measure: Measure
    unit: Text
    description: Text
    constant: int | None = None


class Parameter(Entry):
    """One dated value with its source. Money is integer 分; ratios are exact. `at_least`
    is a floor that the source states while leaving more to others."""

    parameter: Slug
    value: int | Fraction | bool | None = None
    at_least: Fraction | None = None
    unit: Text
    valid_from: date
    valid_until: date | None = None
    document: Text
    clause: Text | None = None
    note: Text | None = None

    @field_validator("value", "at_least", mode="before")
    @classmethod
    def _exact(cls, raw: object) -> object:
        if raw is None or isinstance(raw, bool | int | Fraction):
            return raw
        if isinstance(raw, float | str):
            return _fraction(str(raw).strip())
        raise ValueError("must be a number, a fraction as text or true/false")

    @model_validator(mode="after")
    def _one_value(self) -> "Parameter":
        if (self.value is None) == (self.at_least is None):
            raise ValueError("needs either a value or at_least")
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValueError("valid_until lies before valid_from")
        return self

    def holds(self, on: date) -> bool:
        """Whether the value is valid on that day, both ends included."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)

    @property
    def exact(self) -> ParameterValue:
        """The value for reckoning."""
        if self.value is not None:
            return self.value
        return Span(self.at_least or 0, math.inf)


@dataclass(frozen=True, eq=False)
class Parameters:
    """Dated values of one layer: shipped for a region, or a deployment's own. Two of them
    are never equal, so that what was reckoned from one can be kept for it."""

    values: tuple[Parameter, ...] = ()

    @classmethod
    def none(cls) -> "Parameters":
        """No local standards are known."""
        return cls()

    @classmethod
    def load(cls, path: Path, known: Mapping[str, Standard] | None = None) -> "Parameters":
        """Reads a YAML or JSON list; ParameterError says in one sentence what is wrong, with
        the file and the line."""
        try:
            return cls.of(sheets.read(path), known)
        except sheets.SheetError as error:
            raise ParameterError(f"{error}.") from error
        except ParameterError as error:
            raise ParameterError(str(sheets.at(path, error.place, str(error)))) from error

    @classmethod
    def of(cls, raw: object, known: Mapping[str, Standard] | None = None) -> "Parameters":
        """The same from rows that were read elsewhere."""
        if not isinstance(raw, list):
            raise ParameterError("must be a list of {parameter, value, unit, valid_from, …}.")
        standards = shipped_standards() if known is None else known
        rows = tuple(_row(standards, index, item) for index, item in enumerate(raw))
        for index, row in enumerate(rows):
            if any(_overlap(row, other) for other in rows[:index]):
                message = f"{row.parameter} has two values on {row.valid_from}."
                raise ParameterError(message, index, "valid_from")
        return cls(rows)

    def on(self, day: date) -> dict[str, Parameter]:
        """What is valid on that day."""
        return {row.parameter: row for row in self.values if row.holds(day)}


class _Standards(Entry):
    standards: tuple[Standard, ...] = Field(min_length=1)


def load_standards(content: Path) -> dict[str, Standard]:
    """Every parameter that rules may speak of."""
    read = sheets.read_one(content / "national" / "standards.yml", _Standards)
    return {standard.id: standard for standard in read.standards}


@cache
def shipped_standards() -> dict[str, Standard]:
    """The parameters of the content that comes with the program."""
    return load_standards(facts.CONTENT)


def shown(value: ParameterValue) -> str:
    """The value as text for a trace."""
    if isinstance(value, Span):
        return f">={value.low}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _row(known: Mapping[str, Standard], index: int, raw: object) -> Parameter:
    try:
        row = Parameter.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        message = f"row {index + 1}: {place}: {first['msg']}."
        raise ParameterError(message, index, *first["loc"][:1]) from error
    standard = known.get(row.parameter)
    if standard is None:
        names = ", ".join(sorted(known))
        message = f"{row.parameter!r} is not a known parameter; known are {names}."
        raise ParameterError(message, index, "parameter")
    _check_measure(standard, row, index)
    return row


def _check_measure(standard: Standard, row: Parameter, index: int) -> None:
    name, value = standard.id, row.value
    money = row.unit.startswith(("fen", "分"))
    if money is not (standard.measure is Measure.MONEY):
        raise ParameterError(
            f"{name}: the unit must be {standard.unit}, not {row.unit}.", index, "unit"
        )
    if isinstance(value, bool) is not (standard.measure is Measure.BOOL):
        raise ParameterError(f"{name}: the value must be a {standard.measure}.", index, "value")
    if standard.measure is Measure.MONEY and not isinstance(value, int):
        raise ParameterError(f"{name}: money must be a whole number of 分.", index, "value")
    if isinstance(value, int | Fraction) and value < 0:
        raise ParameterError(f"{name}: the value must not be negative.", index, "value")


def _overlap(row: Parameter, other: Parameter) -> bool:
    return row.parameter == other.parameter and (
        row.holds(other.valid_from) or other.holds(row.valid_from)
    )


def _fraction(text: str) -> int | Fraction:
    if len(text) > LONGEST_NUMBER or "e" in text.lower():
        raise ValueError("is not written as a plain number")
    try:
        exact = Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise ValueError(f"{text!r} is not a number") from error
    return exact.numerator if exact.denominator == 1 else exact
