"""One question to a household, with the answers that can be chosen."""

from dataclasses import dataclass
from enum import StrEnum

from knowledge.facts import FactValue


class Select(StrEnum):
    """How many of the options may be chosen."""

    ONE = "one"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer: the facts that choosing it tells. No facts: 不知道 or 不想说, for which
    `unsure` or `refused` is set, or none of the others."""

    label: str
    value: str
    tells: tuple[tuple[str, FactValue], ...] = ()
    unsure: bool = False
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask next. `member` is the index of the person that it is about, None for the
    household. With Select.MANY every fact that no chosen option tells becomes `otherwise`."""

    facts: tuple[str, ...]
    question: str
    why: str
    select: Select
    options: tuple[Option, ...] = ()
    member: int | None = None
    sensitive: bool = False
    otherwise: tuple[tuple[str, FactValue], ...] = ()

    def to_json(self) -> dict[str, object]:
        """The contract's shape of `next`."""
        return {
            "facts": list(self.facts),
            "question": self.question,
            "why": self.why,
            "select": self.select.value,
        }
