"""What may be asked of a household: each fact with its type, question, reason and answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import Field

from knowledge import sheets
from knowledge.entries import Entry, Slug, Text

CONTENT = Path(__file__).parent / "content"
FEN_LIMIT = 10**13
INTEGER_LIMIT = 10**6
LONGEST_NUMBER = 20


class Entity(StrEnum):
    """Whether a fact is told of the household or of each person in it."""

    HOUSEHOLD = "household"
    PERSON = "person"


class FactType(StrEnum):
    """What kind of value a fact has. Money is integer 分."""

    BOOL = "bool"
    CHOICE = "choice"
    MONEY = "money"
    INTEGER = "integer"
    DATE = "date"


class Source(StrEnum):
    """How a fact is known. Only what was said or confirmed decides anything."""

    SAID = "said"
    INFERRED = "inferred"
    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"
    REFUSED = "refused"


class Interval(Entry):
    """A number said vaguely: 一千多 is 100000 to 199999 分. Both ends belong to it."""

    low: int
    high: int


FactValue = bool | int | str | date | Interval


@dataclass(frozen=True, slots=True)
class Known:
    """The value of a fact and how it is known. 不知道 and 不想说 have no value."""

    value: FactValue | None
    source: Source = Source.SAID

    @property
    def decides(self) -> bool:
        """Whether a verdict may rest on it."""
        return self.value is not None and self.source in {Source.SAID, Source.CONFIRMED}


UNSURE = Known(None, Source.UNKNOWN)
REFUSED = Known(None, Source.REFUSED)


class Option(Entry):
    """One answer to choose. `sample` stands for the answer when its effect is weighed."""

    value: bool | int | str
    label: Text
    aliases: tuple[Text, ...] = ()


class Chance(Entry):
    """How probable a value is before anything is known; for numbers, a typical value."""

    value: bool | int | str
    weight: float = Field(gt=0)


class Follows(Entry):
    """What follows by necessity when the expression `when` is true: a value, or for a
    number that it is not below `low` or not above `high`."""

    when: Text
    value: bool | int | str | None = None
    low: int | None = None
    high: int | None = None


class Fact(Entry):
    """One thing worth knowing. `flag` names the household fact that says whether anyone
    in the household has it: it is asked first."""

    id: Slug
    entity: Entity
    type: FactType
    unit: Text | None = None
    question: Text
    flagged_question: Text | None = None
    why: Text
    options: tuple[Option, ...] = ()
    sensitive: bool = False
    cost: float = Field(default=1, gt=0)
    low: int = 0
    high: int | None = None
    flag: Slug | None = None
    prior: tuple[Chance, ...] = ()
    follows: tuple[Follows, ...] = ()

    def parse(self, raw: object) -> FactValue | None:
        """The value that a label, an option's value or a JSON value means; None if none."""
        if isinstance(raw, str):
            chosen = self._option(raw.strip())
            if chosen is not None:
                return chosen
        match self.type:
            case FactType.BOOL:
                return raw if isinstance(raw, bool) else None
            case FactType.CHOICE:
                return self._listed(raw)
            case FactType.DATE:
                return _day(raw)
            case FactType.MONEY | FactType.INTEGER:
                return self._number(raw)

    def _option(self, text: str) -> bool | int | str | None:
        for option in self.options:
            if text in {option.label, str(option.value), *option.aliases}:
                return option.value
        return None

    def _listed(self, raw: object) -> FactValue | None:
        if isinstance(raw, bool):
            return None
        return next((o.value for o in self.options if o.value == raw), None)

    def _number(self, raw: object) -> int | Interval | None:
        if isinstance(raw, Mapping) and set(raw) == {"low", "high"}:
            low, high = self._number(raw["low"]), self._number(raw["high"])
            if isinstance(low, int) and isinstance(high, int) and low <= high:
                return Interval(low=low, high=high)
            return None
        if (
            isinstance(raw, str)
            and raw.isascii()
            and raw.isdecimal()
            and len(raw) <= LONGEST_NUMBER
        ):
            raw = int(raw)
        if isinstance(raw, bool) or not isinstance(raw, int):
            return None
        return raw if self.low <= raw <= self._highest() else None

    def _highest(self) -> int:
        if self.high is not None:
            return self.high
        return FEN_LIMIT if self.type is FactType.MONEY else INTEGER_LIMIT


class FactFile(Entry):
    """One file of facts."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All facts, in the order in which the files tell them."""

    household: Mapping[str, Fact]
    person: Mapping[str, Fact]

    def __iter__(self) -> Iterator[Fact]:
        yield from self.household.values()
        yield from self.person.values()

    def get(self, fact: str) -> Fact | None:
        """The fact of that id, of the household or of a person."""
        return self.household.get(fact) or self.person.get(fact)


def load(content: Path) -> Catalogue:
    """All facts under `national/facts/`; ids are unique over households and persons."""
    household: dict[str, Fact] = {}
    person: dict[str, Fact] = {}
    for path in sorted((content / "national" / "facts").glob("*.yml")):
        for index, fact in enumerate(sheets.read_one(path, FactFile).facts):
            if fact.id in household or fact.id in person:
                raise sheets.at(path, ("facts", index, "id"), f"{fact.id} is told twice")
            own = household if fact.entity is Entity.HOUSEHOLD else person
            own[fact.id] = fact
    return Catalogue(household, person)


@cache
def shipped() -> Catalogue:
    """The facts of the content that comes with the program."""
    return load(CONTENT)


def _day(raw: object) -> date | None:
    if isinstance(raw, date):
        return raw
    if not isinstance(raw, str):
        return None
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return None
