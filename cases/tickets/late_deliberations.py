"""Who is told that a 会商, a case by itself or a check above is late: once a day and person."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel, col, select

from cases import keys, operators, permissions
from cases.database import Session, UtcDateTime
from cases.operators import Operator, Role
from cases.permissions import Action
from cases.ticket_rules import lateness
from cases.tickets import tickets, worklists
from cases.tickets.deliberations import Deliberation, Kind
from cases.tickets.tickets import Ticket
from knowledge.workdays import ZONE

BATCH = 50


class LateDeliberation(SQLModel, table=True):
    """One person was told on one local day."""

    __tablename__ = "late_deliberations"
    __table_args__ = (UniqueConstraint("deliberation_id", "addressee", "local_date"),)
    id: str = Field(primary_key=True)
    deliberation_id: str = Field(foreign_key="deliberations.id")
    addressee: str = Field(foreign_key="operators.id", index=True)
    local_date: str
    at: datetime = Field(sa_type=UtcDateTime)


Told: TypeAlias = tuple[LateDeliberation, Deliberation, Ticket]


def send_due(session: Session, *, now: datetime) -> int:
    """Tell of those whose day is over without minutes, each day anew, between 22:00 and 08:00 only
    of P0 and P1; returns of how many. Whichever process holds a row is the only one to tell."""
    return sum([_tell(session, *late, now=now) for late in _late(session, now=now)])


def for_me(
    session: Session, me: Operator
) -> Sequence[tuple[LateDeliberation, Deliberation, Ticket]]:
    """What this account was told last of each that is still to be held, the most urgent first."""
    found = session.exec(
        select(LateDeliberation, Deliberation, Ticket)
        .join(Deliberation, col(LateDeliberation.deliberation_id) == Deliberation.id)
        .join(Ticket, col(Deliberation.ticket_id) == Ticket.id)
        .where(
            LateDeliberation.addressee == me.id,
            col(Deliberation.written_at).is_(None),
            col(Ticket.ended).is_(False),
        )
        .order_by(col(Deliberation.due_on), col(LateDeliberation.at))
    ).all()
    last = {row.id: (told, row, ticket) for told, row, ticket in found}
    return [one for one in last.values() if _may_know(me, one[2])]


def _late(session: Session, *, now: datetime) -> Sequence[tuple[Deliberation, Ticket]]:
    today = now.astimezone(ZONE).date()
    told = (
        select(LateDeliberation.id)
        .where(
            LateDeliberation.deliberation_id == Deliberation.id,
            LateDeliberation.local_date == today.isoformat(),
        )
        .exists()
    )
    late = (
        select(Deliberation, Ticket)
        .join(Ticket, col(Deliberation.ticket_id) == Ticket.id)
        .where(
            col(Deliberation.written_at).is_(None),
            Deliberation.due_on < today,
            col(Ticket.ended).is_(False),
            ~told,
        )
    )
    if lateness.awake(now) != now:
        late = late.where(col(Ticket.priority).in_(lateness.URGENT))
    return session.exec(
        late.order_by(col(Deliberation.due_on))
        .limit(BATCH)
        .with_for_update(of=Deliberation, skip_locked=True)
    ).all()


def _tell(session: Session, row: Deliberation, ticket: Ticket, *, now: datetime) -> bool:
    day = now.astimezone(ZONE).date().isoformat()
    # Whoever held the row before may have told them: looked at again once it is ours.
    told = session.exec(
        select(LateDeliberation.addressee).where(
            LateDeliberation.deliberation_id == row.id, LateDeliberation.local_date == day
        )
    ).all()
    fresh = [one.id for one in _people(session, row, ticket) if one.id not in told]
    for addressee in fresh:
        session.add(
            LateDeliberation(
                id=keys.new_id(),
                deliberation_id=row.id,
                addressee=addressee,
                local_date=day,
                at=now,
            )
        )
    session.flush()
    if fresh:
        tickets.announce(session, ticket, now=now)
    return bool(fresh)


def _people(session: Session, row: Deliberation, ticket: Ticket) -> Sequence[Operator]:
    """Of a conference those of its units, else and of a check those who oversee."""
    found = [
        one
        for one in operators.everyone(session)
        if one.disabled_at is None and _may_know(one, ticket)
    ]
    units = {row.unit, ticket.lead_unit, *row.joint_units}
    theirs = [one for one in found if one.role == Role.CASEWORKER and one.unit in units]
    overseers = [one for one in found if one.role == Role.SUPERVISOR]
    return overseers if row.kind == Kind.CHECK or not theirs else theirs


def _may_know(one: Operator, ticket: Ticket) -> bool:
    return permissions.may(one, Action.LIST_TICKETS, worklists.row_of(ticket))
