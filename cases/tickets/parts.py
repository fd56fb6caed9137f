"""One application to many units: a parent ticket with one number, and a child for each unit."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel, col, or_, select

from cases.commands import OpenTogether
from cases.database import Session
from cases.talk.conversations import Conversation
from cases.ticket_rules import lifecycle
from cases.ticket_rules.lifecycle import Move, State
from cases.tickets import moves, tickets
from cases.tickets.tickets import Ticket

HOUSE = "system"
# A unit's part in these states asks for nothing more.
DONE = lifecycle.ENDED
MENDS = frozenset({State.RESOLVED, State.FOLLOW_UP, State.CLOSED})


class TicketPart(SQLModel, table=True):
    """Which ticket is the child of which, and its place among the children."""

    __tablename__ = "ticket_parts"
    __table_args__ = (UniqueConstraint("parent_id", "part"),)
    ticket_id: str = Field(primary_key=True, foreign_key="tickets.id")
    parent_id: str = Field(foreign_key="tickets.id")
    part: int


def open_together(
    session: Session, conversation: Conversation | None, draft: OpenTogether, *, now: datetime
) -> Ticket:
    """Open the parent, and a child for each unit whose number is the parent's and its place."""
    parent = tickets.open_for(session, conversation, draft.parent, now=now)
    for part, one in enumerate(draft.parts, start=1):
        child = tickets.open_for(
            session, conversation, replace(one, number=f"{parent.number}-{part}"), now=now
        )
        attach(session, parent, child, part)
    return parent


def attach(session: Session, parent: Ticket, child: Ticket, part: int) -> None:
    """Make a ticket the part of another one."""
    session.add(TicketPart(ticket_id=child.id, parent_id=parent.id, part=part))
    session.flush()


def parent_of(session: Session, ticket: Ticket) -> Ticket | None:
    """The ticket that this one is a part of."""
    link = session.get(TicketPart, ticket.id)
    return None if link is None else session.get_one(Ticket, link.parent_id)


def children_of(session: Session, ticket: Ticket) -> Sequence[Ticket]:
    """The parts of a ticket, in their order; none when it went to nobody else."""
    return session.exec(
        select(Ticket)
        .join(TicketPart, col(TicketPart.ticket_id) == Ticket.id)
        .where(TicketPart.parent_id == ticket.id)
        .order_by(col(TicketPart.part))
    ).all()


def belongs(session: Session, ticket: Ticket) -> bool:
    """Whether a ticket is a part of another one, or has parts."""
    itself = or_(col(TicketPart.ticket_id) == ticket.id, col(TicketPart.parent_id) == ticket.id)
    return session.exec(select(TicketPart.part).where(itself).limit(1)).first() is not None


def follow(session: Session, child: Ticket, *, outcome: str, now: datetime) -> Ticket | None:
    """After a child has moved: the parent is resolved with the last one that ends, and open again
    with the first one that is taken up again. Returns the parent if it has moved."""
    parent = parent_of(session, child)
    if parent is None:
        return None
    parent = tickets.for_update(session, parent.number)
    what = _move_of(session, parent, child)
    if what is None:
        return None
    return moves.make(
        session, parent, what, actor=HOUSE, reason=outcome, version=parent.version, now=now
    )


def _move_of(session: Session, parent: Ticket, child: Ticket) -> Move | None:
    state = State(parent.state)
    if child.state == State.REOPENED:
        return Move.REOPEN if state in MENDS else None
    settled = all(one.state in DONE for one in children_of(session, parent))
    can = Move.RESOLVE in lifecycle.possible(state)
    return Move.RESOLVE if settled and can else None
