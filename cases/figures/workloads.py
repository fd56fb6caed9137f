"""How many tickets stand where, per unit or matter, as far as an account may list them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import add

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


def count(session: Session, operator: Operator, *, now: datetime) -> Mapping[By, Sequence[Load]]:
    """One row for each, in the order of their names, never ranked. The rows are read once."""
    if not permissions.may(operator, Action.LIST_TICKETS):
        return dict.fromkeys(By, ())
    kinds = (
        col(Ticket.next_due) < now,
        col(Ticket.state) == State.SENT_BACK,
        col(Ticket.next_actor) == NextActor.RESIDENT,
        col(Ticket.escalated).is_(True),
    )
    counted = [func.sum(case((kind, 1), else_=0)) for kind in kinds]
    rows = session.connection().execute(
        select(col(Ticket.lead_unit), col(Ticket.matter), func.count(), *counted)
        .where(col(Ticket.ended).is_(False), *worklists.reach_of(operator))
        .group_by(col(Ticket.lead_unit), col(Ticket.matter))
    )
    cells = [(row[0], row[1], tuple(int(number) for number in row[2:])) for row in rows]
    return {
        By.UNIT: _added_up((unit, numbers) for unit, _, numbers in cells),
        By.MATTER: _added_up((matter, numbers) for _, matter, numbers in cells),
    }


def _added_up(cells: Iterable[tuple[str | None, tuple[int, ...]]]) -> Sequence[Load]:
    """Those of one name together; what has no unit yet stands first."""
    found: dict[str | None, tuple[int, ...]] = {}
    for name, numbers in cells:
        before = found.get(name, (0,) * len(numbers))
        found[name] = tuple(map(add, before, numbers))
    ordered = sorted(found.items(), key=lambda item: (item[0] is not None, item[0] or ""))
    return [Load(name, *numbers) for name, numbers in ordered]
