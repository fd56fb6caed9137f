"""What more than one decide of a ticket: a conference of units, a case by itself, a check above."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel, col, select, update

from cases import calendars, keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from cases.sealed import Place
from cases.ticket_rules import allowances, clocks
from cases.ticket_rules.allowances import Stage
from cases.tickets import tickets
from cases.tickets.tickets import Ticket
from knowledge.names import Category, Region
from knowledge.workdays import ZONE

# Our own default: no document of the region says how long a check may take.
CHECK_WITHIN = Stage(kind=allowances.Kind.WORKING, amount=5)
HOUSE = "system"
MOST = 200


class Kind(StrEnum):
    """会商, 一事一议, and the check of a refusal by the level above."""

    CONFERENCE = "conference"
    SINGLE_CASE = "single_case"
    CHECK = "check"


class Deliberation(SQLModel, table=True):
    """One of them: called with a reason and a day, done once its minutes are written."""

    __tablename__ = "deliberations"
    __table_args__ = (
        CheckConstraint("kind IN ('conference','single_case','check')", name="kind"),
        Index("ix_deliberations_written_at_due_on", "written_at", "due_on"),
    )
    id: str = Field(primary_key=True)
    ticket_id: str = Field(foreign_key="tickets.id", index=True)
    kind: str
    unit: str | None = None
    joint_units: list[str] = Field(sa_column=Column(JSON, nullable=False))
    sealed_why: bytes
    due_on: date
    called_by: str
    called_at: datetime = Field(sa_type=UtcDateTime)
    held_on: date | None = None
    sealed_minutes: bytes | None = None
    written_by: str | None = None
    written_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


@dataclass(frozen=True)
class Call:
    """What is called: which kind, by whom it is held, with whom, why, and until which day."""

    kind: Kind
    unit: str | None
    joint_units: tuple[str, ...]
    why: str
    due_on: date


@dataclass(frozen=True)
class Held:
    """One as it is read; `minutes` None while it is still to be held."""

    row: Deliberation
    why: str
    minutes: str | None


class DeliberationError(CaseError):
    """It cannot be called or written like this: no reason, a wrong day or unit, or done already."""


def call(session: Session, ticket: Ticket, told: Call, *, by: str, now: datetime) -> Deliberation:
    """Call one. No accused unit takes part, and nobody checks their own decision.

    Raises DeliberationError.
    """
    units = {unit for unit in (told.unit, *told.joint_units) if unit}
    if ticket.ended or not told.why or told.due_on < now.astimezone(ZONE).date():
        raise DeliberationError("Say why, and a day that is not over, while the ticket is open.")
    if units & set(ticket.not_to):
        raise DeliberationError("This report concerns one of these units; choose others.")
    if told.kind is Kind.CHECK and ticket.lead_unit in units:
        raise DeliberationError("Whoever decided does not check it; choose the level above.")
    if any(one.row.kind == told.kind and one.minutes is None for one in of_ticket(session, ticket)):
        raise DeliberationError("One of this kind is called already; write its minutes first.")
    return _add(session, ticket, told, by=by, now=now)


def check_above(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Make the check by the level above a task of its own; one that waits already is enough."""
    if any(
        one.row.kind == Kind.CHECK and one.minutes is None for one in of_ticket(session, ticket)
    ):
        return
    extra = calendars.local_days(session, Region(ticket.region))
    # The deadline is the midnight after its last day.
    due = clocks.after(CHECK_WITHIN, now, extra=extra).due.astimezone(ZONE)
    last = date.fromordinal(due.date().toordinal() - 1)
    _add(session, ticket, Call(Kind.CHECK, None, (), "", last), by=HOUSE, now=now)


def write(  # noqa: PLR0913
    session: Session,
    ticket: Ticket,
    deliberation_id: str,
    *,
    held_on: date,
    minutes: str,
    by: str,
    now: datetime,
) -> Deliberation:
    """Write its minutes, once. Raises DeliberationError, UnknownError."""
    row = session.get(Deliberation, deliberation_id)
    if row is None or row.ticket_id != ticket.id:
        raise UnknownError("There is no such deliberation on this ticket.")
    today, called = now.astimezone(ZONE).date(), row.called_at.astimezone(ZONE).date()
    if not minutes or not called <= held_on <= today:
        raise DeliberationError("Write what was decided, and the day on which it was held.")
    sealed = keys.seal(session, ticket.key_id, _place("minutes", row.id), minutes)
    done = session.connection().execute(
        update(Deliberation)
        .where(col(Deliberation.id) == row.id, col(Deliberation.written_at).is_(None))
        .values(held_on=held_on, sealed_minutes=sealed, written_by=by, written_at=now)
    )
    if done.rowcount != 1:
        raise DeliberationError("Its minutes are written already; they are written once.")
    session.refresh(row)
    tickets.announce(session, ticket, now=now)
    return row


def of_ticket(session: Session, ticket: Ticket) -> Sequence[Held]:
    """Those of a ticket, oldest first."""
    rows = session.exec(
        select(Deliberation)
        .where(Deliberation.ticket_id == ticket.id)
        .order_by(col(Deliberation.called_at))
    )
    return [_read(session, ticket, row) for row in rows]


def kind_of(session: Session, ticket: Ticket, deliberation_id: str) -> Kind | None:
    """Which kind it is; None when the ticket has no such one."""
    row = session.get(Deliberation, deliberation_id)
    return None if row is None or row.ticket_id != ticket.id else Kind(row.kind)


def ahead(session: Session) -> Sequence[tuple[Deliberation, Ticket]]:
    """Those that are still to be held, the most urgent first."""
    return session.exec(
        select(Deliberation, Ticket)
        .join(Ticket, col(Ticket.id) == Deliberation.ticket_id)
        .where(col(Deliberation.written_at).is_(None))
        .order_by(col(Deliberation.due_on))
        .limit(MOST)
    ).all()


def wants_check(ticket: Ticket) -> bool:
    """Whether what was refused, cut or stopped is looked at by the level above."""
    return ticket.category == Category.REFUSED


def _add(session: Session, ticket: Ticket, told: Call, *, by: str, now: datetime) -> Deliberation:
    row_id = keys.new_id()
    row = Deliberation(
        id=row_id,
        ticket_id=ticket.id,
        kind=told.kind,
        unit=told.unit,
        joint_units=list(told.joint_units),
        sealed_why=keys.seal(session, ticket.key_id, _place("why", row_id), told.why),
        due_on=told.due_on,
        called_by=by,
        called_at=now,
    )
    session.add(row)
    session.flush()
    tickets.announce(session, ticket, now=now)
    return row


def _read(session: Session, ticket: Ticket, row: Deliberation) -> Held:
    def opened(column: str, blob: bytes) -> str:
        return keys.unseal(session, ticket.key_id, _place(column, row.id), blob)

    minutes = None if row.sealed_minutes is None else opened("minutes", row.sealed_minutes)
    return Held(row, opened("why", row.sealed_why), minutes)


def _place(column: str, row: str) -> Place:
    return Place("deliberations", column, row)
