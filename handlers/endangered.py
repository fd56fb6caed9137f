"""Who is in danger and where: which words are said first, to the one who can act on them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from knowledge import loading, normalise
from knowledge.names import Hazard

BOOK = Path(__file__).parent / "endangered.yml"
BY_SOMEBODY = frozenset({Hazard.VIOLENCE, Hazard.CHILD_AT_RISK})
# What can burn or poison a room; who opened the gas to die is spoken to as one who wants to die.
OF_A_ROOM = frozenset({Hazard.MEDICAL_EMERGENCY, Hazard.DISASTER_DANGER, Hazard.CHILD_AT_RISK})


class Whose(StrEnum):
    """Whom the danger threatens: the one who writes, somebody beside them, somebody elsewhere."""

    SELF = "self"
    BESIDE = "beside"
    ELSEWHERE = "elsewhere"


class Scene(StrEnum):
    """What changes the first step, whoever is in danger."""

    TAKEN = "taken"
    GAS = "gas"
    HIDING = "hiding"
    PHONELESS = "phoneless"
    FLOOD = "flood"
    CARE_HOME = "care_home"
    FROST = "frost"


class Childhood(StrEnum):
    """How a child stands who writes."""

    HIDING = "hiding"
    HURT = "hurt"
    HOME = "home"
    ALONE = "alone"
    ASKS = "asks"
    UNKNOWN = "first"


class _People(BaseModel, frozen=True, extra="forbid"):
    third: str
    gone: str
    object: str
    onlooker: str
    me: str


class _Words(BaseModel, frozen=True, extra="forbid"):
    people: _People
    told: Mapping[Hazard, str]
    signs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Book:
    """The patterns; `people` finds everybody spoken of: `me`, `other`, or `aside` for neither."""

    people: re.Pattern[str]
    told: Mapping[Hazard, re.Pattern[str]]
    signs: Mapping[str, re.Pattern[str]]


def whose(text: str, hazard: Hazard) -> Whose:
    """Whom the danger threatens. Where the words leave it open, the one who writes."""
    plain = normalise.normalise(text).text
    if _threatens_me(plain, hazard):
        return Whose.SELF
    return Whose.ELSEWHERE if _elsewhere(plain) else Whose.BESIDE


def scene(text: str, hazard: Hazard) -> Scene | None:
    """What in the story changes the first step; None where nothing does."""
    plain = normalise.normalise(text).text
    if hazard in BY_SOMEBODY and _hides_me(plain):
        unheard = _unheard(plain)
        if unheard is not None:
            return unheard
    if hazard is Hazard.DISASTER_DANGER:
        return _of_disaster(plain)
    if hazard is Hazard.SELF_HARM and _hears("taken", plain) and _is_mine(plain, hazard):
        return Scene.TAKEN
    if hazard in OF_A_ROOM and _hears("gas", plain):
        return Scene.GAS
    if hazard is Hazard.MEDICAL_EMERGENCY and _hears("frost", plain) and _is_mine(plain, hazard):
        return Scene.FROST
    if hazard in BY_SOMEBODY and _hears("care_home", plain) and not _hears("no_visitor", plain):
        return Scene.CARE_HOME
    return None


def childhood(text: str, hazard: Hazard) -> Childhood:
    """How a child stands: what it must hear first."""
    plain = normalise.normalise(text).text
    if hazard is not Hazard.NONE and _hears("hiding", plain):
        return Childhood.HIDING
    if _hears("hurt", plain):
        return Childhood.HURT
    if hazard is not Hazard.NONE and _hears("home", plain):
        return Childhood.HOME
    if _hears("alone", plain):
        return Childhood.ALONE
    return Childhood.ASKS if hazard is Hazard.NONE else Childhood.UNKNOWN


def medicine_runs_out(text: str) -> bool:
    """Whether what keeps somebody alive is running out."""
    return _hears("medicine", normalise.normalise(text).text)


def card(text: str, hazard: Hazard) -> str:
    """The wording key of what is said first to an adult who tells of a danger to life."""
    special = scene(text, hazard)
    if special is not None:
        return f"danger.{special}"
    threatened = whose(text, hazard)
    return f"danger.{hazard}" if threatened is Whose.SELF else f"danger.{hazard}_{threatened}"


def child_card(text: str, hazard: Hazard) -> str:
    """The same for a child who writes."""
    return f"child.{childhood(text, hazard)}"


def _elsewhere(plain: str) -> bool:
    far = _hears("far", plain) and not _hears("near", plain)
    return far or _hears("next_door", plain)


def _of_disaster(plain: str) -> Scene | None:
    """Gas in a room, or water below who is above it, unless that is somebody elsewhere."""
    if _hears("gas", plain):
        return Scene.GAS
    here = _is_mine(plain, Hazard.DISASTER_DANGER) or not _elsewhere(plain)
    return Scene.FLOOD if here and _hears("flood", plain) else None


def _unheard(plain: str) -> Scene | None:
    """Whether the one who writes cannot call: their telephone is kept, or they must be silent."""
    if _hears("phoneless", plain):
        return Scene.PHONELESS
    return Scene.HIDING if _hears("hiding", plain) else None


def _threatens_me(plain: str, hazard: Hazard) -> bool:
    if hazard is Hazard.CHILD_AT_RISK:
        return _hears("me_harmed", plain)
    return _hides_me(plain) if hazard is Hazard.VIOLENCE else _is_mine(plain, hazard)


def _hides_me(plain: str) -> bool:
    """Whether somebody harms the one who writes, too; nobody named as harmed means them."""
    return _hears("me_harmed", plain) or not _hears("other_harmed", plain)


def _is_mine(plain: str, hazard: Hazard) -> bool:
    """Whether the one named last before the words of the danger is the one who writes."""
    if hazard is Hazard.SELF_HARM and _hears("own_farewell", plain):
        return True
    named = [(found.lastgroup, found.start()) for found in book().people.finditer(plain)]
    people = [(who, at) for who, at in named if who != "aside"]
    if not any(who == "other" for who, _ in people):
        return True
    told_with = book().told.get(hazard)
    for told in told_with.finditer(plain) if told_with else ():
        before = [who for who, at in people if at <= told.start()]
        # Nobody named yet: people leave themselves out.
        return before[-1] == "me" if before else not _hears("senseless", plain)
    return any(who == "me" for who, _ in people)


def _hears(name: str, plain: str) -> bool:
    return book().signs[name].search(plain) is not None


@cache
def book() -> _Book:
    """The patterns; read once."""
    words = loading.read_entry(BOOK, _Words)
    people = words.people

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern.replace("<third>", f"(?:{people.third})"))

    aside = "|".join((people.gone, people.object, people.onlooker))
    return _Book(
        people=compiled(f"(?P<aside>{aside})|(?P<other>{people.third})|(?P<me>{people.me})"),
        told={hazard: compiled(pattern) for hazard, pattern in words.told.items()},
        signs={name: compiled(pattern) for name, pattern in words.signs.items()},
    )
