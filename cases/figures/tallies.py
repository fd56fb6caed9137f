"""Which tickets a table of figures counts, read in three statements that look rows up by day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from cases import permissions
from cases.database import Session
from cases.figures.figures import By, Case, name_of
from cases.operators import Operator
from cases.permissions import Action
from cases.ticket_rules.clocks import Happened
from cases.ticket_rules.lifecycle import State
from cases.ticket_rules.surveys import Answer
from cases.tickets import worklists
from cases.tickets.followups import FollowUp
from cases.tickets.milestones import Milestone
from cases.tickets.tickets import Ticket
from knowledge.names import Region


@dataclass(frozen=True)
class Period:
    """From this moment until before that one, in one region or in all."""

    since: datetime
    until: datetime
    region: Region | None = None


@dataclass(frozen=True)
class _Steps:
    """The moments of one ticket that figures look at."""

    moved: datetime | None = None
    referred: datetime | None = None
    resolved: datetime | None = None
    reopened: datetime | None = None


NOTHING_YET = _Steps()


def seen_by(session: Session, viewer: Operator, period: Period) -> Sequence[Case]:
    """The tickets opened in a period that this account may list; what was merged counts once."""
    if not permissions.may(viewer, Action.LIST_TICKETS):
        return ()
    return _read(session, period, worklists.reach_of(viewer))


def for_report(session: Session, period: Period) -> Sequence[Case]:
    """Those that a report may count: nothing sealed, nothing that is one person's alone."""
    open_to_all = (
        col(Ticket.sealed).is_(False),
        col(Ticket.personal).is_(False),
        col(Ticket.anonymous).is_(False),
    )
    return _read(session, period, open_to_all)


def under(cases: Sequence[Case], by: By, name: str | None) -> Sequence[Case]:
    """Those of one line of a table."""
    return [one for one in cases if name_of(one, by) == name]


def _read(session: Session, period: Period, reach: Sequence[ColumnElement[bool]]) -> Sequence[Case]:
    within = [col(Ticket.opened_at) >= period.since, col(Ticket.opened_at) < period.until]
    if period.region is not None:
        within.append(col(Ticket.region) == period.region)
    found = _tickets(session, [*within, *reach])
    steps = _steps(session, within)
    satisfied = _satisfied(session, within)
    return [
        _told(one, steps.get(key, NOTHING_YET), satisfied.get(key)) for key, one in found.items()
    ]


def _told(one: Case, steps: _Steps, satisfied: bool | None) -> Case:  # noqa: FBT001
    return replace(
        one,
        moved_at=steps.moved,
        referred_at=steps.referred,
        resolved_at=steps.resolved,
        reopened=steps.reopened is not None,
        satisfied=satisfied,
    )


def _steps(session: Session, within: Sequence[ColumnElement[bool]]) -> dict[str, _Steps]:
    """When each ticket first moved, was referred and had a result, and when it was reopened."""
    rows = session.exec(
        select(Milestone.ticket_id, Milestone.state, Milestone.at)
        .join(Ticket, col(Ticket.id) == Milestone.ticket_id)
        .where(*within, Milestone.kind == Happened.MOVED)
        .order_by(col(Milestone.at))
    )
    found: dict[str, _Steps] = {}
    for ticket_id, state, at in rows:
        before = found.get(ticket_id, NOTHING_YET)
        steps = before if before.moved else replace(before, moved=at)
        if state == State.REFERRED and before.referred is None:
            steps = replace(steps, referred=at)
        elif state == State.RESOLVED and before.resolved is None:
            steps = replace(steps, resolved=at)
        elif state == State.REOPENED:
            steps = replace(steps, reopened=at)
        found[ticket_id] = steps
    return found


def _satisfied(session: Session, within: Sequence[ColumnElement[bool]]) -> dict[str, bool]:
    """What was answered in the last round; 基本满意 counts as satisfied."""
    rows = session.exec(
        select(FollowUp.ticket_id, FollowUp.satisfied)
        .join(Ticket, col(Ticket.id) == FollowUp.ticket_id)
        .where(*within, col(FollowUp.satisfied).is_not(None))
        .order_by(col(FollowUp.round))
    )
    return {ticket_id: answer != Answer.NO for ticket_id, answer in rows}


def _tickets(session: Session, wanted: Sequence[ColumnElement[bool]]) -> dict[str, Case]:
    rows = session.exec(
        select(Ticket).where(*wanted, Ticket.state != State.MERGED).order_by(col(Ticket.opened_at))
    )
    return {
        row.id: Case(
            number=row.number,
            region=row.region,
            matter=row.matter,
            category=row.category,
            priority=row.priority,
            unit=row.lead_unit,
            opened_at=row.opened_at,
            due=row.respond_by,
            personal=row.personal or row.sealed or row.anonymous,
        )
        for row in rows
    }
