"""Who was told that a ticket is nearly or already late: one row a person, stage and due time."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel, col, func, select

from cases import keys, permissions
from cases.database import Session, UtcDateTime
from cases.operators import Operator, Role
from cases.permissions import Action
from cases.ticket_rules import lateness
from cases.ticket_rules.lateness import Stage
from cases.ticket_rules.lifecycle import NextActor
from cases.tickets import tickets, watches, worklists
from cases.tickets.tickets import Ticket
from cases.tickets.watches import Watch
from knowledge.workdays import ZONE

ORDER_PREFIX = "DB"
# A unit's delay is told to its caseworkers; from the order on to the hotline's supervisors too.
GRAVE = frozenset({Stage.ORDER, Stage.LISTED})
HOTLINE = frozenset({Role.OPERATOR, Role.SUPERVISOR})
MOST = 200


class Nudge(SQLModel, table=True):
    """One person was told, or one unit by an order that has a number of its own."""

    __tablename__ = "ticket_nudges"
    __table_args__ = (
        UniqueConstraint("ticket_id", "addressee", "due_at", "local_date"),
        UniqueConstraint("ticket_id", "addressee", "due_at", "stage"),
        CheckConstraint("stage IN ('warning','reminder','order','listed')", name="stage"),
    )
    id: str = Field(primary_key=True)
    ticket_id: str = Field(foreign_key="tickets.id", index=True)
    stage: str
    addressee: str = Field(index=True)
    unit: str | None = Field(default=None, index=True)
    number: str | None = Field(default=None, unique=True)
    due_at: datetime = Field(sa_type=UtcDateTime)
    local_date: str
    at: datetime = Field(sa_type=UtcDateTime, index=True)


def send_due(session: Session, *, now: datetime) -> int:
    """Tell of every ticket whose moment has come; returns of how many.

    Telling and keeping that it was told are one transaction: a crash at any instant leaves both or
    neither, and whichever process holds a row is the only one to tell of it.
    """
    return sum([_look(session, watch, now=now) for watch in watches.claim(session, now=now)])


def of_ticket(session: Session, ticket: Ticket) -> Sequence[Nudge]:
    """Everybody who was told of it, the last first."""
    return session.exec(
        select(Nudge).where(Nudge.ticket_id == ticket.id).order_by(col(Nudge.at).desc())
    ).all()


def for_me(session: Session, me: Operator) -> Sequence[tuple[Nudge, Ticket]]:
    """What this account was told and still stands: the time is the same and the turn not over."""
    found = session.exec(
        select(Nudge, Ticket)
        .join(Ticket, col(Nudge.ticket_id) == Ticket.id)
        .where(Nudge.addressee == me.id, Nudge.due_at == Ticket.next_due)
        .order_by(col(Nudge.at).desc())
        .limit(MOST)
    )
    return _allowed(me, found.all())


def orders(session: Session, me: Operator, stage: Stage) -> Sequence[tuple[Nudge, Ticket]]:
    """The orders, or the list of the late, that still stand: by unit and time, never ranked."""
    found = session.exec(
        select(Nudge, Ticket)
        .join(Ticket, col(Nudge.ticket_id) == Ticket.id)
        .where(
            col(Nudge.unit).is_not(None),
            Nudge.stage == stage,
            Nudge.due_at == Ticket.next_due,
        )
        .order_by(col(Nudge.unit), col(Nudge.due_at))
        .limit(MOST)
    )
    return _allowed(me, found.all())


def _allowed(me: Operator, found: Sequence[tuple[Nudge, Ticket]]) -> Sequence[tuple[Nudge, Ticket]]:
    return [
        (nudge, ticket)
        for nudge, ticket in found
        if permissions.may(me, Action.LIST_TICKETS, worklists.row_of(ticket))
    ]


def _look(session: Session, known: Watch, *, now: datetime) -> bool:
    ticket = session.get_one(Ticket, known.ticket_id)
    if ticket.next_due != known.due_at:
        watches.keep(session, ticket, now=now)
        return False
    due = watches.due_of(session, ticket, known)
    stage = lateness.reached(due, now=now)
    new = stage is not None and stage != known.said
    if stage is not None and new:
        _tell(session, ticket, stage, due_at=known.due_at, now=now)
    watches.settle(session, known, due, stage, now=now)
    return new


def _tell(
    session: Session, ticket: Ticket, stage: Stage, *, due_at: datetime, now: datetime
) -> None:
    day = now.astimezone(ZONE).date().isoformat()
    unit = ticket.lead_unit if ticket.next_actor == NextActor.UNIT else None
    people: list[tuple[str, str | None]] = [
        (one.id, None) for one in _people(session, ticket, stage)
    ]
    if stage in GRAVE and unit is not None:
        people.append((f"unit {unit}", unit))
    told = session.exec(
        select(Nudge.addressee).where(
            Nudge.ticket_id == ticket.id, Nudge.due_at == due_at, Nudge.local_date == day
        )
    ).all()
    for addressee, to_unit in people:
        if addressee in told:
            continue
        numbered = stage is Stage.ORDER and to_unit is not None
        session.add(
            Nudge(
                id=keys.new_id(),
                ticket_id=ticket.id,
                stage=stage,
                addressee=addressee,
                unit=to_unit,
                number=_next_number(session, day[:4]) if numbered else None,
                due_at=due_at,
                local_date=day,
                at=now,
            )
        )
    session.flush()
    tickets.announce(session, ticket, now=now)


def _people(session: Session, ticket: Ticket, stage: Stage) -> Sequence[Operator]:
    """Whose turn it is, as far as they may see the ticket; from the order on supervisors too."""
    roles = {Role.CASEWORKER} if ticket.next_actor == NextActor.UNIT else HOTLINE
    if stage in GRAVE:
        roles = roles | {Role.SUPERVISOR}
    found = session.exec(
        select(Operator).where(col(Operator.role).in_(roles), col(Operator.disabled_at).is_(None))
    )
    row = worklists.row_of(ticket)
    return [one for one in found if permissions.may(one, Action.LIST_TICKETS, row)]


def _next_number(session: Session, year: str) -> str:
    begins = f"{ORDER_PREFIX}-{year}-"
    last = session.exec(
        select(func.max(Nudge.number)).where(col(Nudge.number).startswith(begins))
    ).one()
    return f"{begins}{1 if last is None else int(last.removeprefix(begins)) + 1:05}"
