"""Which tickets look like the same matter told twice: proposed to a person, never merged here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import and_, col, or_, select

from cases.database import Session
from cases.tickets import catchwords, history, merging, parts, tickets
from cases.tickets.tickets import Ticket

LOOK_BACK = timedelta(days=30)
LIKE = 0.35
MOST, MOST_COMPARED = 5, 80


@dataclass(frozen=True)
class Proposal:
    """Another open ticket. `alike` is how much of the words both have, 0 to 1."""

    ticket: Ticket
    alike: float
    same_household: bool


def proposals(session: Session, ticket: Ticket, *, now: datetime) -> Sequence[Proposal]:
    """Open tickets of the same matter and place told within a month, or of the same household, as
    far as they may be merged with this one; the likest first."""
    if ticket.ended or tickets.only_by_secret(ticket) or parts.belongs(session, ticket):
        return ()
    others = _others(session, ticket, now=now)
    marks = catchwords.marks_of(session, history.first_words(session, ticket))
    counted = catchwords.shared(session, marks, [one.id for one in others])
    found = []
    for one in others:
        common, whole = counted.get(one.id, (0, 0))
        alike = common / max(len(marks) + whole - common, 1)
        home = ticket.household_id is not None and one.household_id == ticket.household_id
        if (alike >= LIKE or home) and merging.fits(ticket, one):
            found.append(Proposal(one, alike, home))
    return sorted(found, key=lambda one: (-one.same_household, -one.alike))[:MOST]


def _others(session: Session, ticket: Ticket, *, now: datetime) -> Sequence[Ticket]:
    near = and_(
        col(Ticket.region) == ticket.region,
        col(Ticket.matter) == ticket.matter,
        col(Ticket.opened_at) >= now - LOOK_BACK,
    )
    home = and_(
        col(Ticket.household_id).is_not(None), col(Ticket.household_id) == ticket.household_id
    )
    return session.exec(
        select(Ticket)
        .where(col(Ticket.ended).is_(False), Ticket.id != ticket.id, or_(near, home))
        .order_by(col(Ticket.opened_at).desc())
        .limit(MOST_COMPARED)
    ).all()
