"""Which columns an exported table of tickets has; none of them tells what somebody said."""

from collections.abc import Sequence

from sqlmodel import col, select

from api.console import labels
from api.console.visit import Names
from api.pages import LOCAL
from api.spreadsheets import Cell
from cases.database import Session
from cases.tickets.followups import FollowUp
from cases.tickets.tickets import Ticket

COLUMNS = (
    "number",
    "priority",
    "category",
    "matter",
    "region",
    "lead_unit",
    "state",
    "opened",
    "due",
    "closed",
    "satisfied",
)


def head() -> Sequence[str]:
    """The names of the columns."""
    named = labels.load()["column"]
    return [named[name] for name in COLUMNS]


def rows(session: Session, tickets: Sequence[Ticket], names: Names) -> Sequence[Sequence[Cell]]:
    """A row for each ticket, in their order."""
    told = labels.load()
    satisfied = _satisfied(session, [one.id for one in tickets])
    library = names.library.labels
    return [
        (
            one.number,
            one.priority,
            library["categories"][one.category].name,
            library["matters"][one.matter].name,
            names.region(one.region),
            one.lead_unit or "",
            told["state"][one.state],
            one.opened_at.astimezone(LOCAL),
            None if one.next_due is None else one.next_due.astimezone(LOCAL),
            None if one.closed_at is None else one.closed_at.astimezone(LOCAL),
            told["satisfied"].get(satisfied.get(one.id, ""), ""),
        )
        for one in tickets
    ]


def _satisfied(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """What was answered in the last round, for those who have answered."""
    found: dict[str, str] = {}
    for start in range(0, len(ids), 500):
        rows = session.exec(
            select(FollowUp.ticket_id, FollowUp.satisfied)
            .where(
                col(FollowUp.ticket_id).in_(ids[start : start + 500]),
                col(FollowUp.satisfied).is_not(None),
            )
            .order_by(col(FollowUp.round))
        )
        found |= {ticket: answer or "" for ticket, answer in rows}
    return found
