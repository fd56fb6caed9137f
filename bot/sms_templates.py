"""Which registered text message stands for a line, and whether it may leave as it is."""

import re
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from cases.talk.messages import Lane, Line
from handlers.speech import Speech

FILE = Path(__file__).parent / "sms.toml"
# What one message holds, and each part of one that is longer, in units of UCS-2.
WHOLE, PART = 70, 67
MOST_PARTS = 2
# A name or a time that is filled in; what is longer is no such thing.
LONGEST_VALUE = 30


class Template(BaseModel):
    """One registered message; `of` is the wording key of what it stands for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    text: str
    of: str = ""


class Registered(BaseModel):
    """All of them, the words that none may hold, and the words that end it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    forbidden: tuple[str, ...]
    unsubscribes: tuple[str, ...]
    template: tuple[Template, ...]
    urgent: Template
    registered: Template
    other: Template


@dataclass(frozen=True)
class Text:
    """A message as it leaves. `usual`: it says nothing of its own and need not come twice."""

    template: str
    values: Mapping[str, str]
    text: str
    usual: bool = False

    @property
    def parts(self) -> int:
        """How many parts it is counted and paid as."""
        return parts(self.text)


class NotNeutralError(ValueError):
    """The message would say what nobody but the resident may read."""


@cache
def registered() -> Registered:
    """The messages of `sms.toml`."""
    return Registered.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8")))


def parts(text: str) -> int:
    """In how many parts a text travels."""
    units = len(text.encode("utf-16-be", "replace")) // 2
    return 1 if units <= WHOLE else -(-units // PART)


def stand_in(line: Line, speech: Speech, *, hotline: str) -> Text:
    """The message for a line. Raises NotNeutralError."""
    known = registered()
    for template in known.template:
        found = _pattern(speech.pattern(template.of)).fullmatch(line.text)
        if found is not None:
            return _filled(template, {**found.groupdict(), "hotline": hotline})
    if line.urgent or line.lane is Lane.EMERGENCY:
        return _filled(known.urgent, {"hotline": hotline})
    if line.ticket_number is not None and line.ticket_number in line.text:
        return _filled(known.registered, {"number": line.ticket_number, "hotline": hotline})
    made = _filled(known.other, {"hotline": hotline})
    return Text(made.template, made.values, made.text, usual=True)


def ends(text: str) -> bool:
    """Whether somebody asks for no more messages."""
    return text.strip().upper() in registered().unsubscribes


def _filled(template: Template, values: Mapping[str, str]) -> Text:
    wanted = {field for _, field, _, _ in string.Formatter().parse(template.text) if field}
    given = {name: values[name].strip() for name in wanted}
    text = template.text.format(**given)
    too_long = any(len(value) > LONGEST_VALUE for value in given.values())
    if too_long or parts(text) > MOST_PARTS:
        raise NotNeutralError(f"The message {template.id} would be too long.")
    lowered = text.lower()
    if any(word in lowered for word in registered().forbidden):
        raise NotNeutralError(f"The message {template.id} would say what it is about.")
    return Text(template.id, given, text)


@cache
def _pattern(sentence: str) -> re.Pattern[str]:
    """What a sentence looks like once its values are filled in."""
    pieces = []
    for words, field, _, _ in string.Formatter().parse(sentence):
        pieces.append(re.escape(words))
        if field:
            pieces.append(f"(?P<{field}>.+?)")
    return re.compile("".join(pieces), re.DOTALL)
