"""Whom a law, or the way of a report, wants told: addressee, clause and hours (强制报告)."""

import re
from functools import cache
from pathlib import Path

from pydantic import BaseModel, PositiveInt

from cases.ticket_rules.reasons import Duty
from handlers import stories
from knowledge import loading
from knowledge.names import Category, Hazard, Matter
from nlu.understanding import Writer

BOOK = Path(__file__).parent / "duties.yml"
HARMED = frozenset({Hazard.VIOLENCE, Hazard.INSTITUTION_ABUSE})
# Who is lost and frail may be heard as ill; the police look for them all the same.
ASTRAY = frozenset({Hazard.DISPLACED, Hazard.MEDICAL_EMERGENCY})
REPORTED = frozenset({Category.COMPLAINT, Category.REPORT})


class _Addressee(BaseModel, frozen=True, extra="forbid"):
    addressee: str
    hours: PositiveInt
    clause: str | None = None


class _Book(BaseModel, frozen=True, extra="forbid"):
    child: tuple[_Addressee, ...]
    incapable_adult: tuple[_Addressee, ...]
    lost: tuple[_Addressee, ...]
    street: tuple[_Addressee, ...]
    scam: tuple[_Addressee, ...]
    conduct: tuple[_Addressee, ...]
    incapable: re.Pattern[str]
    staff: re.Pattern[str]
    impostor: re.Pattern[str]


def of(
    text: str, *, hazard: Hazard, matter: Matter, category: Category, writer: Writer | None = None
) -> tuple[Duty, ...]:
    """Who must be told of this.

    A capable adult who is beaten is not reported against her will (反家庭暴力法 第14条 names only
    those who cannot, or not fully, act for themselves): no addressee for her.
    """
    found: list[Duty] = []
    if hazard is Hazard.CHILD_AT_RISK or matter is Matter.SAFEGUARDING:
        found += _named("child", book().child)
    elif hazard in HARMED and (writer is Writer.DEPENDENT or incapable(text)):
        found += _named("incapable_adult", book().incapable_adult)
    if hazard in ASTRAY and stories.lost(text):
        found += _named("lost", book().lost)
    elif hazard is Hazard.DISPLACED and stories.in_the_street(text):
        found += _named("street", book().street)
    if hazard is Hazard.EXTORTION and not by_staff(text):
        found += _named("scam", book().scam)
    if by_staff(text) and _on_staff(hazard, matter, category):
        found += _named("conduct", book().conduct)
    return tuple(found)


def incapable(text: str) -> bool:
    """Whether it is told of an adult who cannot, or not fully, act for themselves."""
    return book().incapable.search(text) is not None


def by_staff(text: str) -> bool:
    """Whether those complained of hold an office; who only pretends to does not."""
    return book().staff.search(text) is not None and not pretended(text)


def pretended(text: str) -> bool:
    """Whether it is told of somebody who only pretends to hold an office, or of a usurer."""
    return book().impostor.search(text) is not None


@cache
def book() -> _Book:
    """The addressees; read once."""
    return loading.read_entry(BOOK, _Book)


def _on_staff(hazard: Hazard, matter: Matter, category: Category) -> bool:
    reported = category in REPORTED and matter in {Matter.CONDUCT, Matter.FRAUD}
    return reported or hazard is Hazard.EXTORTION


def _named(of: str, rows: tuple[_Addressee, ...]) -> list[Duty]:
    return [Duty(of, row.addressee, row.hours, row.clause) for row in rows]
