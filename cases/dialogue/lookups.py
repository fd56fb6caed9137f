"""What a dialogue handler may ask to know before it answers: a closed set."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from cases.ticket_rules.lifecycle import NextActor, State
from cases.ticket_rules.surveys import Question
from knowledge.names import Matter, Programme, Region


@dataclass(frozen=True)
class TicketByNumber:
    """How far is this ticket? It opens to the last four digits of the phone, or to the own word.

    `proof` is one of the two, as the resident typed it; None asks only which one is needed.
    """

    number: str
    proof: str | None = None


@dataclass(frozen=True)
class OwnTickets:
    """Which tickets were opened in this very conversation (never those that need the own word)?"""


class Locked(StrEnum):
    """Why a ticket does not open. An unknown number looks like a wrong proof."""

    NEEDS_PHONE = "needs_phone"
    NEEDS_WORD = "needs_word"
    WRONG = "wrong"
    TOO_MANY_TRIES = "too_many_tries"


@dataclass(frozen=True)
class PartStanding:
    """Where one unit's part of an application stands. Without a unit it is still to be found."""

    matter: Matter
    unit: str | None
    state: State


@dataclass(frozen=True)
class TicketStanding:
    """Where a ticket stands. `private`: neither matter nor unit may be named.

    `parts`: one for each unit that an application together went to. `withdrawable`: the resident
    may take it back without a person.
    """

    number: str
    state: State
    next_actor: NextActor
    next_due: datetime | None
    unit: str | None
    private: bool
    region: Region
    parts: tuple[PartStanding, ...] = ()
    withdrawable: bool = False


@dataclass(frozen=True)
class TicketShut:
    """The ticket does not open, and why."""

    number: str
    why: Locked


@dataclass(frozen=True)
class TicketsFound:
    """The tickets of this conversation, newest first."""

    tickets: tuple[TicketStanding, ...]


class Wants(StrEnum):
    """What is waited for: a reply for a unit, answers about a result, or how somebody is."""

    REPLY = "reply"
    FOLLOW_UP = "follow_up"
    CARE = "care"


@dataclass(frozen=True)
class Awaited:
    """What the helpline has asked in this conversation. `question` None: it will be asked later.

    `again`: the result is that of a second round.
    """

    wants: Wants
    number: str
    question: Question | None = None
    again: bool = False


@dataclass(frozen=True)
class FreeHours:
    """In which hours may this resident be called back?"""


@dataclass(frozen=True)
class FreeHour:
    """One hour that still has room."""

    id: str
    starts_at: datetime


@dataclass(frozen=True)
class HoursFree:
    """The next free hours; none where nobody has opened any."""

    hours: tuple[FreeHour, ...]


@dataclass(frozen=True)
class TakeHour:
    """Call this number in this hour; with None whoever is free next."""

    hour: str | None
    phone: str


@dataclass(frozen=True)
class HourTaken:
    """The call is promised; `at` None is as soon as somebody is free."""

    at: datetime | None


@dataclass(frozen=True)
class HourGone:
    """Somebody else has taken this hour meanwhile."""


@dataclass(frozen=True)
class NextVisit:
    """Which visit to the household of this conversation comes next?"""


@dataclass(frozen=True)
class TakeVisitHour:
    """Move this visit into an offered hour; answered with where it stands then."""

    visit_id: str
    at: datetime


@dataclass(frozen=True)
class OfferedHour:
    """An hour into which a visit may be moved; `local` is its wall time, as the button sends it."""

    at: datetime
    local: str


@dataclass(frozen=True)
class VisitAhead:
    """The next visit, and the hours its caseworker offers instead."""

    visit_id: str
    at: datetime
    hours: tuple[OfferedHour, ...] = ()


@dataclass(frozen=True)
class NoVisit:
    """No visit is planned to the household of this conversation."""


@dataclass(frozen=True)
class VisitHourGone:
    """Somebody else has this hour; these are left."""

    hours: tuple[OfferedHour, ...] = ()


@dataclass(frozen=True)
class OwnServices:
    """Which services are offered to, or run for, the household of this conversation?"""


@dataclass(frozen=True)
class PlannedService:
    """One service of the household's plans; `offered`: it waits for a yes or no."""

    item_id: str
    service_id: str
    name: str
    whom: str
    offered: bool


@dataclass(frozen=True)
class ServicesPlanned:
    """The services offered first, then those that run. `visit_ahead`: somebody is coming too."""

    services: tuple[PlannedService, ...]
    visit_ahead: bool = False


@dataclass(frozen=True)
class StatutoryDay:
    """By when must be decided on what was accepted elsewhere on this day?"""

    programme: Programme
    region: Region
    accepted_on: date


@dataclass(frozen=True)
class DayReckoned:
    """The end of the last day with the clause that says so; None where no rule is known."""

    due: datetime | None
    cite: str | None
    provisional: bool = False


@dataclass(frozen=True)
class DataHeld:
    """What is kept of the resident of this conversation?"""


@dataclass(frozen=True)
class HeldData:
    """How much is kept since when. `tickets` are those that may be named in this conversation,
    `going_on` those of them that have not ended; `in_file`: a household is reached here; `days`:
    how long after the last word a talk is kept, None where it is never erased by itself;
    `by_link`: whoever reads this can open a page.
    """

    lines: int
    since: datetime
    files: int = 0
    lists: int = 0
    phones: int = 0
    tickets: tuple[str, ...] = ()
    going_on: tuple[str, ...] = ()
    in_file: bool = False
    days: int | None = None
    by_link: bool = False


Lookup: TypeAlias = (
    TicketByNumber
    | OwnTickets
    | FreeHours
    | TakeHour
    | NextVisit
    | TakeVisitHour
    | OwnServices
    | StatutoryDay
    | DataHeld
)
Found: TypeAlias = (
    TicketStanding
    | TicketShut
    | TicketsFound
    | HoursFree
    | HourTaken
    | HourGone
    | VisitAhead
    | NoVisit
    | VisitHourGone
    | ServicesPlanned
    | DayReckoned
    | HeldData
)
