"""Why triage suggests what it suggests, and whom a law wants told of it: closed sets and values."""

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """What spoke for a suggestion."""

    HAZARD = "hazard"
    LOST = "lost"
    STREET = "street"
    WORDS = "words"
    PROGRAMME = "programme"
    NOTHING_SAID = "nothing_said"
    REFUSED = "refused"
    WISH = "wish"
    CLAUSE = "clause"
    CONFIRM_LOCALLY = "confirm_locally"
    NO_UNIT = "no_unit"
    OFFICE = "office"
    ACCUSED = "accused"
    LEAVES_HOUSE = "leaves_house"
    TWO_SIDES = "two_sides"
    CARE_HOME = "care_home"
    PERSONAL = "personal"
    UNDERWAY = "underway"
    OUTSIDE = "outside"
    TOLD_BY_LAW = "told_by_law"
    OWN_WILL = "own_will"


@dataclass(frozen=True)
class Reason:
    """One of them. `told` is what it was seen by: cue words of ours, a unit, a clause, a place."""

    why: Why
    told: str = ""


@dataclass(frozen=True)
class Duty:
    """An addressee who must be told, of what kind of thing, by which clause, in how many hours.

    `clause` is an id of the content; None: no clause says it, 需当地确认.
    """

    of: str
    addressee: str
    hours: int
    clause: str | None = None
