"""Whether a message is a pressed button: its words are ours, so no danger is read out of them."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from knowledge import loading
from knowledge.names import Hazard, Priority
from nlu.understanding import Understanding

BOOK = Path(__file__).parent / "pressing.yml"


class _Book(BaseModel, frozen=True, extra="forbid"):
    danger: frozenset[str]
    between: str


def heard(said: Understanding, offered: Sequence[str]) -> Understanding:
    """The message without danger where it says nothing but choices that were offered, and none
    of these is itself a danger. One word more, and it is read like anything typed freely."""
    pressed = picked(said.text, offered)
    if not pressed or _book().danger.intersection(pressed):
        return said
    return replace(
        said,
        hazard=Hazard.NONE,
        priority=Priority.P2,
        hazard_reason="",
        suspicion=Hazard.NONE,
        worry=0.0,
    )


def picked(text: str, offered: Sequence[str]) -> tuple[str, ...]:
    """The offered choices that the text consists of, one or several; none when it says more."""
    rest, found = _plain(text), []
    between = _book().between
    for choice in sorted(offered, key=len, reverse=True):
        plain = _plain(choice)
        if plain and plain in rest:
            rest = rest.replace(plain, between[0])
            found.append(choice)
    return tuple(found) if not rest.strip(between) else ()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


@cache
def _book() -> _Book:
    return loading.read_entry(BOOK, _Book)
