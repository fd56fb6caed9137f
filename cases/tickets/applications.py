"""What is recorded of an application that was passed on, and which days the law gives for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlmodel import Field, SQLModel

from cases import calendars, keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from cases.sealed import Place as Sealed
from cases.ticket_rules import clocks
from cases.ticket_rules.allowances import Manner
from cases.tickets import history, tickets
from cases.tickets.history import NoteKind
from cases.tickets.tickets import Ticket
from knowledge.names import Programme, Region
from knowledge.workdays import ZONE

# 行政复议法 第20条; 行政诉讼法 第46条.
REVIEW_DAYS, COURT_MONTHS = 60, 6
NOON = time(12)


class Bearer(StrEnum):
    """Who hands it in; everybody but the person needs their commission (社会救助法 第37条)."""

    SELF = "self"
    RELATIVE = "relative"
    COMMITTEE = "committee"
    HELPER = "helper"


class Place(StrEnum):
    """Where it is handed in (社会救助法 第37、38条)."""

    REGISTERED = "registered"
    LIVING = "living"
    EVENT = "event"
    SCHOOL = "school"
    HOUSING = "housing"


class Decision(StrEnum):
    """What was decided."""

    GRANTED = "granted"
    REFUSED = "refused"
    CUT = "cut"
    STOPPED = "stopped"


class Fault(StrEnum):
    """What the law wanted and was not done (第48条, 第45条, the statutory day)."""

    NOT_HEARD = "not_heard"
    NO_REASONS = "no_reasons"
    LATE = "late"


AT_EVENT = frozenset({Programme.TEMPORARY_EMERGENCY, Programme.TEMPORARY_EXPENDITURE})
PLACES: Mapping[Programme, frozenset[Place]] = {
    **dict.fromkeys(AT_EVENT, frozenset({Place.EVENT})),
    Programme.EDUCATION: frozenset({Place.SCHOOL}),
    Programme.HOUSING: frozenset({Place.REGISTERED, Place.LIVING, Place.HOUSING}),
    Programme.DISPLACED_PERSONS: frozenset({Place.EVENT}),
}
USUAL = frozenset({Place.REGISTERED, Place.LIVING})


class Application(SQLModel, table=True):
    """One application. The facts that were agreed to and what was missing are sealed."""

    __tablename__ = "applications"
    ticket_id: str = Field(primary_key=True, foreign_key="tickets.id")
    programme: str
    bearer: str
    commissioned: bool = False
    place: str
    sealed_facts: bytes
    taken_by: str
    taken_at: datetime = Field(sa_type=UtcDateTime)
    manner: str = Manner.COUNTY
    accepted_on: date | None = None
    decide_by: datetime | None = Field(default=None, sa_type=UtcDateTime)
    provisional: bool = False
    missing_told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decision: str | None = None
    decided_on: date | None = None
    notice_on: date | None = None
    since: date | None = None
    heard: bool | None = None
    reasoned: bool | None = None


@dataclass(frozen=True)
class Intake:
    """What is agreed with the resident before it is passed on."""

    programme: Programme
    bearer: Bearer
    commissioned: bool
    place: Place
    facts: str


@dataclass(frozen=True)
class Decided:
    """What the unit says was decided. `since`: from when something is cut or stopped."""

    decision: Decision
    on: date
    notice_on: date | None = None
    since: date | None = None
    heard: bool | None = None
    reasoned: bool | None = None


class ApplicationError(CaseError):
    """It does not fit the law or the calendar; the sentence says what."""


class ToldOnceError(CaseError):
    """What is missing is told once and completely; it was told already."""


def of(session: Session, ticket: Ticket) -> Application | None:
    """The application of a ticket."""
    return session.get(Application, ticket.id)


def take_down(
    session: Session, ticket: Ticket, told: Intake, *, by: str, now: datetime
) -> Application:
    """Record who hands in what, where, and which facts may be told. Raises ApplicationError."""
    if told.bearer is not Bearer.SELF and not told.commissioned:
        raise ApplicationError("Whoever hands it in for another needs their commission.")
    if told.place not in places_for(told.programme):
        raise ApplicationError("This is handed in at another place.")
    if of(session, ticket) is not None:
        raise ApplicationError("This application was taken down already.")
    row = Application(
        ticket_id=ticket.id,
        programme=told.programme,
        bearer=told.bearer,
        commissioned=told.commissioned,
        place=told.place,
        sealed_facts=keys.seal(session, ticket.key_id, _facts(ticket), told.facts),
        taken_by=by,
        taken_at=now,
    )
    session.add(row)
    session.flush()
    tickets.announce(session, ticket, now=now)
    return row


def places_for(programme: Programme) -> frozenset[Place]:
    """Where this programme is handed in by law."""
    return PLACES.get(programme, USUAL)


def facts_of(session: Session, ticket: Ticket, row: Application) -> str:
    """What the resident agreed to be told to the unit."""
    return keys.unseal(session, ticket.key_id, _facts(ticket), row.sealed_facts)


def accept(
    session: Session, ticket: Ticket, on: date, manner: Manner, *, now: datetime
) -> Application:
    """Record the day of acceptance (受理日): from it the statutory days run."""
    row = _known(session, ticket)
    if row.accepted_on is not None or on > now.astimezone(ZONE).date():
        raise ApplicationError("The day of acceptance is recorded once, and is not ahead.")
    since = datetime.combine(on, NOON, tzinfo=ZONE)
    extra = calendars.local_days(session, Region(ticket.region))
    programme, region = Programme(row.programme), Region(ticket.region)
    due = clocks.statutory(programme, region, since, by=manner, extra=extra)
    row.accepted_on, row.manner = on, manner
    row.decide_by = None if due is None else due.due
    row.provisional = due is not None and due.provisional
    session.add(row)
    tickets.announce(session, ticket, now=now)
    return row


def tell_missing(
    session: Session, ticket: Ticket, papers: str, *, by: str, now: datetime
) -> Application:
    """Record that the missing papers were told, once and all together. Raises ToldOnceError."""
    row = _known(session, ticket)
    if row.missing_told_at is not None:
        raise ToldOnceError("The missing papers were told already; they are told once.")
    row.missing_told_at = now
    session.add(row)
    history.write(session, ticket, NoteKind.QUESTION, papers, actor=by, now=now)
    tickets.announce(session, ticket, now=now)
    return row


def decide(session: Session, ticket: Ticket, told: Decided, *, now: datetime) -> Application:
    """Record the decision. Raises ApplicationError for days that cannot be."""
    row = _known(session, ticket)
    today = now.astimezone(ZONE).date()
    if row.decision is not None or row.accepted_on is None:
        raise ApplicationError("A decision follows an acceptance, and is recorded once.")
    if not row.accepted_on <= told.on <= (told.notice_on or told.on) <= today:
        raise ApplicationError("Accepted, decided, told: in this order, and none is ahead.")
    row.decision, row.decided_on, row.notice_on = told.decision, told.on, told.notice_on
    row.since, row.heard, row.reasoned = told.since, told.heard, told.reasoned
    session.add(row)
    tickets.announce(session, ticket, now=now)
    return row


def faults(row: Application, *, now: datetime) -> tuple[Fault, ...]:
    """What the level above has to look at."""
    found = []
    if row.decision in {Decision.CUT, Decision.STOPPED} and row.heard is not True:
        found.append(Fault.NOT_HEARD)
    if row.decision not in {None, Decision.GRANTED} and row.reasoned is not True:
        found.append(Fault.NO_REASONS)
    if row.decide_by is not None and _decided_at(row, now) > row.decide_by:
        found.append(Fault.LATE)
    return tuple(found)


def last_days(row: Application) -> tuple[date, date] | None:
    """The last days for 复议 and 诉讼 at the latest, from the notice; None when all was granted."""
    told = row.notice_on or row.decided_on
    if told is None or row.decision in {None, Decision.GRANTED}:
        return None
    return told + timedelta(days=REVIEW_DAYS), _months_after(told, COURT_MONTHS)


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, min(day.day, last))
        except ValueError:
            continue
    return day


def _decided_at(row: Application, now: datetime) -> datetime:
    return now if row.decided_on is None else datetime.combine(row.decided_on, NOON, tzinfo=ZONE)


def _known(session: Session, ticket: Ticket) -> Application:
    row = session.get(Application, ticket.id, with_for_update=True)
    if row is None:
        raise UnknownError("No application was taken down on this ticket.")
    return row


def _facts(ticket: Ticket) -> Sealed:
    return Sealed("applications", "facts", ticket.id)
