"""Where last month's tickets would have gone by another catalogue of units."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from cases import permissions
from cases.database import Session
from cases.errors import KeyDestroyedError
from cases.operators import Operator
from cases.permissions import Action
from cases.tickets import history, worklists
from cases.tickets.tickets import Ticket
from knowledge.names import Matter, Region

LAST_MONTH = timedelta(days=31)
MOST = 5000
Lead = Callable[[Matter, str], str | None]


@dataclass(frozen=True)
class Shift:
    """So many tickets of a matter that would go to another unit."""

    matter: Matter
    before: str | None
    after: str | None
    tickets: int


@dataclass(frozen=True)
class Trial:
    """How many were looked at, and which would go elsewhere."""

    tickets: int
    shifts: tuple[Shift, ...]

    @property
    def elsewhere(self) -> int:
        """How many would go to another unit."""
        return sum(shift.tickets for shift in self.shifts)


def of_last_month(  # noqa: PLR0913
    session: Session,
    viewer: Operator,
    region: Region,
    *,
    before: Lead,
    after: Lead,
    now: datetime,
) -> Trial:
    """Try the tickets of the last 31 days, as far as this account may list them.

    `before` and `after` say who leads in a matter, given the words of the story.
    """
    found = session.exec(
        select(Ticket)
        .where(col(Ticket.opened_at) >= now - LAST_MONTH, col(Ticket.opened_at) < now)
        .where(Ticket.region == region)
        .order_by(col(Ticket.opened_at).desc())
        .limit(MOST)
    )
    mine = [
        ticket
        for ticket in found
        if permissions.may(viewer, Action.LIST_TICKETS, worklists.row_of(ticket))
    ]
    moved: Counter[tuple[Matter, str | None, str | None]] = Counter()
    for ticket in mine:
        matter, text = Matter(ticket.matter), _words(session, ticket)
        was, will = _open_to(ticket, before(matter, text)), _open_to(ticket, after(matter, text))
        if was != will:
            moved[matter, was, will] += 1
    shifts = (Shift(matter, was, will, n) for (matter, was, will), n in moved.most_common())
    return Trial(len(mine), tuple(shifts))


def _open_to(ticket: Ticket, unit: str | None) -> str | None:
    """A report goes to the accused unit by no catalogue."""
    return None if unit in ticket.not_to else unit


def _words(session: Session, ticket: Ticket) -> str:
    try:
        return history.first_words(session, ticket)
    except KeyDestroyedError:
        return ""
