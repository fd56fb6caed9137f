"""How many tickets stand where, per unit or matter, as far as an account may list them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import case
from sqlmodel import col, func, select

from cases import permissions
from cases.database import Session
from cases.operators import Operator
from cases.permissions import Action
from cases.ticket_rules.lifecycle import NextActor, State
from cases.tickets import worklists
from cases.tickets.tickets import Ticket


class By(StrEnum):
    """What is counted for each."""

    UNIT = "unit"
    MATTER = "matter"


@dataclass(frozen=True)
class Load:
    """The open tickets of one unit or matter; `name` None is where no unit is known yet."""

    name: str | None
    open: int
    late: int
    sent_back: int
    waiting: int
    unsatisfied: int


def count(session: Session, operator: Operator, by: By, *, now: datetime) -> Sequence[Load]:
    """One row for each, in the order of their names, never ranked."""
    if not permissions.may(operator, Action.LIST_TICKETS):
        return ()
    name = col(Ticket.lead_unit) if by is By.UNIT else col(Ticket.matter)
    kinds = (
        col(Ticket.next_due) < now,
        col(Ticket.state) == State.SENT_BACK,
        col(Ticket.next_actor) == NextActor.RESIDENT,
        col(Ticket.escalated).is_(True),
    )
    counted = [func.sum(case((kind, 1), else_=0)) for kind in kinds]
    rows = session.connection().execute(
        select(name, func.count(), *counted)
        .where(col(Ticket.ended).is_(False), *worklists.reach_of(operator))
        .group_by(name)
        .order_by(name)
    )
    return [Load(row[0], *(int(number) for number in row[1:])) for row in rows]
