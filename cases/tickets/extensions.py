"""Who may get more time: asked with a reason before the time is over, granted by somebody else."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel, col, select, update

from cases import calendars, keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from cases.ticket_rules import clocks
from cases.ticket_rules.clocks import Clock, Happened, Happening
from cases.tickets import history, milestones, tickets, timing
from cases.tickets.history import NoteKind
from cases.tickets.tickets import Ticket
from knowledge.names import Priority, Region


class Decision(StrEnum):
    """What became of a wish for more time."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class Extension(SQLModel, table=True):
    """A wish for more days. The reason stands sealed in the ticket's story."""

    __tablename__ = "ticket_extensions"
    __table_args__ = (CheckConstraint("state IN ('asked','granted','refused')", name="state"),)
    id: str = Field(primary_key=True)
    ticket_id: str = Field(foreign_key="tickets.id", index=True)
    days: int
    state: str = Decision.ASKED
    asked_by: str
    asked_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class NoExtensionError(CaseError):
    """No more time can be given: it is over, it may not be, or it would be too long."""


class OwnWishError(CaseError):
    """Somebody else must decide on a wish for more time than the one who had it."""


def ask(  # noqa: PLR0913
    session: Session, ticket: Ticket, *, days: int, reason: str, by: str, now: datetime
) -> Extension:
    """Ask for more days, with a reason. Raises NoExtensionError, also when one is asked already."""
    if not reason:
        raise CaseError("Say why more time is needed.")
    if any(one.state == Decision.ASKED for one in of(session, ticket)):
        raise NoExtensionError("Somebody has asked already; wait for the decision.")
    _check(session, ticket, days, now=now)
    wish = Extension(id=keys.new_id(), ticket_id=ticket.id, days=days, asked_by=by, asked_at=now)
    session.add(wish)
    session.flush()
    history.write(session, ticket, NoteKind.EXTENSION, reason, actor=by, now=now)
    tickets.announce(session, ticket, now=now)
    return wish


def grant(session: Session, ticket: Ticket, *, by: str, now: datetime) -> Ticket:
    """Give the days that were asked for. Raises UnknownError, OwnWishError, NoExtensionError."""
    wish = _open(session, ticket, by)
    _check(session, ticket, wish.days, now=now)
    _decide(session, wish, Decision.GRANTED, by=by, now=now)
    happened = Happening(Happened.EXTENDED, now, days=wish.days)
    milestones.record(session, ticket.id, happened, actor=by)
    tickets.retime(session, ticket, now=now)
    tickets.announce(session, ticket, now=now)
    return ticket


def refuse(session: Session, ticket: Ticket, *, by: str, now: datetime) -> None:
    """Leave the time as it is. Raises UnknownError, OwnWishError."""
    _decide(session, _open(session, ticket, by), Decision.REFUSED, by=by, now=now)
    tickets.announce(session, ticket, now=now)


def of(session: Session, ticket: Ticket) -> Sequence[Extension]:
    """The wishes for more time, oldest first."""
    return session.exec(
        select(Extension).where(Extension.ticket_id == ticket.id).order_by(col(Extension.asked_at))
    ).all()


def longest(session: Session, ticket: Ticket, *, now: datetime) -> int:
    """How many days more can still be asked for; 0 when none."""
    clock = _clock(session, ticket, now=now)
    if ticket.ended or now >= clock.due or Priority(ticket.priority) in clocks.NEVER_PAUSED:
        return 0
    given = sum(
        one.days
        for one in of(session, ticket)
        if one.state == Decision.GRANTED and one.asked_at >= clock.since
    )
    return max(clock.rule.extension - given, 0)


def change_priority(  # noqa: PLR0913
    session: Session,
    ticket: Ticket,
    priority: Priority,
    *,
    reason: str,
    by: str,
    now: datetime,
) -> Ticket:
    """Give it another priority: its clocks start at the beginning again, what happened stays."""
    if not reason:
        raise CaseError("Say why the priority is another.")
    if ticket.ended:
        raise CaseError("This ticket has ended; open it again first.")
    ticket.priority = priority
    happened = Happening(Happened.PRIORITY, now, priority=priority)
    milestones.record(session, ticket.id, happened, actor=by)
    tickets.retime(session, ticket, now=now)
    history.write(session, ticket, NoteKind.PRIORITY, reason, actor=by, now=now)
    tickets.announce(session, ticket, now=now)
    return ticket


def retime_provisional(session: Session, region: Region, *, now: datetime) -> int:
    """After days were entered: reckon anew what a year decides that was not known. How many."""
    statement = select(Ticket).where(col(Ticket.ended).is_(False))
    if region is not Region.NATIONAL:
        statement = statement.where(Ticket.region == region)
    open_ones = session.exec(statement).all()
    for ticket in open_ones:
        tickets.retime(session, ticket, now=now)
    return len(open_ones)


def _clock(session: Session, ticket: Ticket, *, now: datetime) -> Clock:
    return clocks.resolution(
        timing.subject_of(ticket),
        ticket.opened_at,
        milestones.of(session, ticket.id),
        now=now,
        extra=calendars.local_days(session, Region(ticket.region)),
    )


def _check(session: Session, ticket: Ticket, days: int, *, now: datetime) -> None:
    if not 0 < days <= longest(session, ticket, now=now):
        raise NoExtensionError(
            "The time is over, or cannot be made so much longer; ask before it is over."
        )


def _open(session: Session, ticket: Ticket, by: str) -> Extension:
    wish = next((one for one in of(session, ticket) if one.state == Decision.ASKED), None)
    if wish is None:
        raise UnknownError("Nobody has asked for more time; look at the ticket again.")
    if wish.asked_by == by:
        raise OwnWishError("You asked yourself; somebody else must decide.")
    return wish


def _decide(
    session: Session, wish: Extension, decision: Decision, *, by: str, now: datetime
) -> None:
    done = session.connection().execute(
        update(Extension)
        .where(col(Extension.id) == wish.id, col(Extension.state) == Decision.ASKED)
        .values(state=decision, decided_by=by, decided_at=now)
    )
    if done.rowcount != 1:
        raise UnknownError("Somebody else has decided meanwhile.")
    session.refresh(wish)
