"""What a story is beyond its matter: help refused or stopped, somebody lost, on whom it falls."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from knowledge import loading

# Where the knowledge tells the rights of those who were refused.
REFUSED_GUIDE = "refused-or-stopped"
BOOK = Path(__file__).parent / "stories.yml"


class _Told(BaseModel, frozen=True, extra="forbid"):
    says: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...] = ()

    def within(self, text: str) -> bool:
        """Whether the text tells this, and nothing that silences it."""
        return _any(self.says, text) and not _any(self.unless, text)


class _Refused(_Told, frozen=True):
    conduct: tuple[str, ...]


class _Lost(_Told, frozen=True):
    who: re.Pattern[str]


class _Street(_Told, frozen=True):
    frail: re.Pattern[str]


class _House(_Told, frozen=True):
    units: re.Pattern[str]
    name: str


class Body(BaseModel, frozen=True, extra="forbid"):
    """A body that can be accused: how it is named, and which units of a routing row it is.

    `home`: people live there and depend on it, so that a report on it is sealed.
    """

    says: re.Pattern[str]
    name: str
    unit: re.Pattern[str]
    home: bool = False


class _Extorted(BaseModel, frozen=True, extra="forbid"):
    told: re.Pattern[str]
    held: re.Pattern[str]
    paid: re.Pattern[str]


class _Book(BaseModel, frozen=True, extra="forbid"):
    refused: _Refused
    lost: _Lost
    street: _Street
    extorted: _Extorted
    bodies: tuple[Body, ...]
    house: _House


def refused(text: str) -> bool:
    """Whether help was refused, cut or stopped, and nobody's manners are the matter."""
    told = book().refused
    return told.within(text) and not any(word in text for word in told.conduct)


def lost(text: str) -> bool:
    """Whether an old, ill or young person was lost or found astray."""
    told = book().lost
    return told.within(text) and told.who.search(text) is not None


def in_the_street(text: str) -> bool:
    """Whether somebody was seen sleeping or lying in the open."""
    return book().street.within(text)


def frail(text: str) -> bool:
    """Whether the one in the street is hurt, confused, a child or out in the frost."""
    return book().street.frail.search(text) is not None


def extorted(text: str) -> str | None:
    """What was done already by who was asked for money: `told` a code, card `held`, `paid`."""
    signs = book().extorted
    rows = (("told", signs.told), ("held", signs.held), ("paid", signs.paid))
    return next((name for name, sign in rows if sign.search(text)), None)


def accused(text: str) -> tuple[Body, ...]:
    """The bodies whose conduct the text may be about."""
    return tuple(body for body in book().bodies if body.says.search(text))


def on_this_house(text: str) -> bool:
    """Whether the story is about this service or the bureau that runs it."""
    return book().house.within(text)


def of_this_house(unit: str) -> bool:
    """Whether a unit belongs to the bureau that runs this service."""
    return book().house.units.search(unit) is not None


@cache
def book() -> _Book:
    """The patterns; read once."""
    return loading.read_entry(BOOK, _Book)


def _any(patterns: Sequence[re.Pattern[str]], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)
