"""When a ticket is looked at next because its time is near or over: a row that the clock claims."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlmodel import Field, SQLModel, col, select

from cases import calendars
from cases.database import Session, UtcDateTime
from cases.ticket_rules import lateness
from cases.ticket_rules.lateness import Due, Stage
from knowledge.names import Priority, Region

BATCH = 50


class Watched(Protocol):
    """What is watched: a ticket, as far as it is late or not."""

    id: str
    region: str
    priority: str
    next_due: datetime | None


class Watch(SQLModel, table=True):
    """The next look. `due_at` is the time that it is about, `said` the last stage that was told."""

    __tablename__ = "ticket_watches"
    ticket_id: str = Field(primary_key=True, foreign_key="tickets.id")
    due_at: datetime = Field(sa_type=UtcDateTime)
    said: str | None = None
    look_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


def keep(session: Session, ticket: Watched, *, now: datetime) -> None:
    """Look when its time is near; a time that has changed begins anew, one that is gone ends."""
    known = session.get(Watch, ticket.id)
    if ticket.next_due is None:
        if known is not None:
            known.look_at = None
            session.add(known)
        return
    if known is None:
        known = Watch(ticket_id=ticket.id, due_at=ticket.next_due)
    elif known.due_at == ticket.next_due:
        return
    known.due_at, known.said = ticket.next_due, None
    known.look_at = lateness.next_look(due_of(session, ticket, known), None, now=now)
    session.add(known)


def claim(session: Session, *, now: datetime, limit: int = BATCH) -> Sequence[Watch]:
    """Take what must be looked at now; a row that another process holds is passed over."""
    return session.exec(
        select(Watch)
        .where(col(Watch.look_at) <= now)
        .order_by(col(Watch.look_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()


def settle(session: Session, known: Watch, due: Due, said: Stage | None, *, now: datetime) -> None:
    """Keep what was told, and when there is something to tell again."""
    if said is not None:
        known.said = said
    last = None if known.said is None else Stage(known.said)
    known.look_at = lateness.next_look(due, last, now=now)
    session.add(known)


def due_of(session: Session, ticket: Watched, known: Watch) -> Due:
    """The time that is watched, with the days of its region."""
    days = calendars.local_days(session, Region(ticket.region))
    return Due(known.due_at, Priority(ticket.priority), days)
