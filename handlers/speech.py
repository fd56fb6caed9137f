"""How a reply becomes words: wording keys and values in, sentences out."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import assert_never
from zoneinfo import ZoneInfo

from handlers.turn import (
    ChecklistLink,
    Choice,
    CopyLink,
    QueuePosition,
    Reply,
    SafePage,
    TicketDue,
    TicketNumber,
    Value,
)
from knowledge.names import Intent

LOCALES = Path(__file__).parent / "locales"
LOCAL = ZoneInfo("Asia/Shanghai")


class WordingError(Exception):
    """A wording key is missing, or its sentence wants a value that was not given."""


@dataclass(frozen=True)
class Gave:
    """What filing gave, to fill the placeholders of a reply."""

    ticket_number: str | None = None
    due: datetime | None = None
    position: int | None = None
    checklist: str = ""
    safe_page: str = ""
    copy: str = ""


NOTHING = Gave()


@dataclass(frozen=True)
class Spoken:
    """A reply in words."""

    text: str
    choices: tuple[tuple[str, str], ...]


class Speech:
    """The sentences of one language."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self._sentences = sentences

    @classmethod
    def load(cls, language: str = "zh") -> "Speech":
        """Read `locales/LANGUAGE.toml`. Raises WordingError when it is not there."""
        path = LOCALES / f"{language}.toml"
        if not path.exists():
            raise WordingError(f"There is no wording file {path.name}; add it under locales.")
        with path.open("rb") as file:
            return cls(dict(_flat("", tomllib.load(file))))

    def say(self, key: str, values: Mapping[str, Value] | None = None, gave: Gave = NOTHING) -> str:
        """The sentence of a key with its values filled in."""
        sentence = self._sentences.get(key)
        if sentence is None:
            raise WordingError(f"No wording for {key!r}; add it to the locale file.")
        filled = {name: self._fill(value, gave) for name, value in (values or {}).items()}
        try:
            return sentence.format(**filled)
        except (KeyError, IndexError) as error:
            raise WordingError(f"The wording of {key!r} wants the value {error}.") from error

    def pattern(self, key: str) -> str:
        """The sentence of a key with its braces. Raises WordingError."""
        if key not in self._sentences:
            raise WordingError(f"No wording for {key!r}; add it to the locale file.")
        return self._sentences[key]

    def render(self, reply: Reply, gave: Gave) -> Spoken:
        """A reply in words, with its buttons."""
        return Spoken(
            text=self.say(reply.key, reply.values, gave),
            choices=tuple(self._button(choice) for choice in reply.choices),
        )

    def known(self, key: str) -> bool:
        """Whether there is wording for this key."""
        return key in self._sentences

    def hears(self, key: str, text: str) -> bool:
        """Whether one of the cue words of a key (separated by |) stands in the text."""
        return any(cue in text for cue in self.say(key).split("|"))

    def menu(self) -> dict[str, Intent]:
        """What each button that names a wish means when its label comes in as text."""
        return {
            label: Intent(key.partition(".")[2])
            for key, label in self._sentences.items()
            if key.startswith(("menu.", "intent."))
        }

    def when(self, moment: datetime) -> str:
        """A local time in words; midnight is the end of the day before it."""
        at = moment.astimezone(LOCAL)
        if at.time() == time():
            return self.day(at.date() - timedelta(days=1))
        return self._sentences["time.moment"].format(at=at)

    def day(self, day: date) -> str:
        """A day in words."""
        return self._sentences["time.day"].format(at=day)

    def _button(self, choice: Choice) -> tuple[str, str]:
        label = choice.label if choice.own else self.say(choice.label)
        return label, choice.value or label

    def _fill(self, value: Value, gave: Gave) -> str:
        match value:
            case str():
                return value
            case TicketNumber():
                return gave.ticket_number or self._sentences["ticket.none"]
            case TicketDue():
                return self._sentences["time.soon"] if gave.due is None else self.when(gave.due)
            case QueuePosition():
                return str(gave.position or 1)
            case ChecklistLink():
                return gave.checklist
            case CopyLink():
                return gave.copy
            case SafePage():
                return gave.safe_page or self._sentences["channel.safe_window"]
            case _:
                assert_never(value)


@cache
def chinese() -> Speech:
    """The house language."""
    return Speech.load("zh")


def _flat(prefix: str, table: Mapping[str, object]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, Mapping):
            pairs += _flat(f"{prefix}{name}.", value)
        else:
            pairs.append((f"{prefix}{name}", str(value).strip()))
    return pairs
