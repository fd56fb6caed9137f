"""What a ticket's clocks say now: the pure clocks read with its own rows and its region's days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cases import calendars
from cases.database import Session
from cases.ticket_rules import clocks
from cases.ticket_rules.allowances import Subject
from cases.ticket_rules.clocks import Clock, Happened, Happening
from cases.ticket_rules.lifecycle import State
from cases.tickets import milestones
from knowledge.names import Category, Matter, Priority, Region


class Timed(Protocol):
    """What is timed: a ticket as far as its clocks look at it."""

    id: str
    region: str
    category: str
    priority: str
    matter: str
    opened_at: datetime
    agreed_days: int | None


@dataclass(frozen=True)
class Times:
    """Until when whoever's turn it is must act, and until when there must be a result."""

    next_due: datetime
    respond_by: datetime
    provisional: bool


def record_move(  # noqa: PLR0913
    session: Session,
    ticket: Timed,
    state: State,
    *,
    actor: str,
    now: datetime,
    unit: str | None = None,
) -> None:
    """Keep that the ticket came into a state."""
    happened = Happening(Happened.MOVED, now, state=state)
    milestones.record(session, ticket.id, happened, actor=actor, unit=unit)


def of(session: Session, ticket: Timed, *, now: datetime) -> Times:
    """What holds now."""
    subject, extra = subject_of(ticket), calendars.local_days(session, Region(ticket.region))
    happened = milestones.of(session, ticket.id)
    whole = clocks.resolution(subject, ticket.opened_at, happened, now=now, extra=extra)
    own = clocks.turn(subject, ticket.opened_at, happened, now=now, extra=extra)
    return Times(own.due, whole.due, whole.provisional)


def readings(session: Session, ticket: Timed, *, now: datetime) -> Sequence[Clock]:
    """Every clock of the ticket, for its page."""
    extra = calendars.local_days(session, Region(ticket.region))
    happened = milestones.of(session, ticket.id)
    return clocks.readings(subject_of(ticket), ticket.opened_at, happened, now=now, extra=extra)


def subject_of(ticket: Timed) -> Subject:
    """What of a ticket its clocks depend on."""
    return Subject(
        region=Region(ticket.region),
        category=Category(ticket.category),
        priority=Priority(ticket.priority),
        matter=Matter(ticket.matter),
        days=ticket.agreed_days,
    )
