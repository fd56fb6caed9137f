"""Which tickets and visits stand on whose list, and what the decision about them needs."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

from sqlalchemy import String, cast
from sqlmodel import col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from cases import (
    lifecycle,
    permissions,
    reporters,
    tickets,
)
from cases.database import Session
from cases.households import Household
from cases.lifecycle import NextActor
from cases.operators import Operator, Role
from cases.permissions import Action, Reach, Row
from cases.tickets import Ticket
from cases.visits import Visit, VisitState

SOON = timedelta(days=1)
MOST = 200
MOST_READ = 2000


class Which(StrEnum):
    """The lists: my turn, all open ones, due soon, late, and what has ended."""

    MINE = "mine"
    OPEN = "open"
    SOON = "soon"
    LATE = "late"
    ENDED = "ended"


def row_of(ticket: Ticket) -> Row:
    """What the permission function needs to know of a ticket."""
    lead = () if ticket.lead_unit is None else (ticket.lead_unit,)
    return Row(
        region=ticket.region,
        units=frozenset((*lead, *ticket.joint_units)),
        not_to=frozenset(ticket.not_to),
        sealed=ticket.sealed,
    )


def tickets_for(
    session: Session, operator: Operator, which: Which, *, now: datetime, most_read: int = MOST_READ
) -> Sequence[Ticket]:
    """The tickets of one list that this account may list, what is late first."""
    if not permissions.may(operator, Action.LIST_TICKETS):
        return ()
    statement = _within_reach(operator, select(Ticket).where(Ticket.ended == _ended(which)))
    match which:
        case Which.MINE:
            statement = statement.where(Ticket.next_actor == _my_part(operator))
        case Which.SOON:
            statement = statement.where(
                col(Ticket.next_due) >= now, col(Ticket.next_due) < now + SOON
            )
        case Which.LATE:
            statement = statement.where(col(Ticket.next_due) < now)
        case Which.OPEN | Which.ENDED:
            pass
    order = (col(Ticket.closed_at).desc(),) if _ended(which) else (col(Ticket.next_due),)
    found = session.exec(statement.order_by(*order, col(Ticket.opened_at).desc()).limit(most_read))
    allowed = (t for t in found if permissions.may(operator, Action.LIST_TICKETS, row_of(t)))
    return list(islice(allowed, MOST))


def of_conversation(session: Session, operator: Operator, wanted: str) -> Sequence[Ticket]:
    """The tickets that came out of a conversation, as far as this account may see them."""
    found = session.exec(
        select(Ticket)
        .where(Ticket.conversation_id == wanted)
        .order_by(col(Ticket.opened_at).desc())
    )
    return [t for t in found if permissions.may(operator, Action.SEE_TICKET, row_of(t))]


def kept_from(session: Session, operator: Operator, wanted: str) -> bool:
    """Whether a conversation holds a report that this account's own unit may never see.

    Its words stand in the chat as well as in the ticket (信访工作条例 第30条).
    """
    if operator.unit is None:
        return False
    found = session.exec(select(Ticket.not_to).where(Ticket.conversation_id == wanted))
    return any(operator.unit in shut for shut in found) or reporters.any_from(session, wanted)


def of_household(session: Session, operator: Operator, wanted: str) -> Sequence[Ticket]:
    """The tickets in a household's file; what belongs to one person alone is never among them."""
    found = session.exec(
        select(Ticket).where(Ticket.household_id == wanted).order_by(col(Ticket.opened_at).desc())
    )
    return [
        ticket
        for ticket in found
        if not tickets.only_by_secret(ticket)
        and permissions.may(operator, Action.SEE_TICKET, row_of(ticket))
    ]


def visits_ahead(
    session: Session, operator: Operator, *, now: datetime, limit: int = 100
) -> Sequence[tuple[Visit, Household]]:
    """The visits that are still planned, the next one first, with their households."""
    statement = (
        select(Visit, Household)
        .join(Household, col(Visit.household_id) == Household.id)
        .where(Visit.state == VisitState.PLANNED, Visit.at >= now)
    )
    if operator.region is not None:
        statement = statement.where(
            or_(Household.region == operator.region, Household.region == permissions.ANYWHERE)
        )
    return [
        (visit, household)
        for visit, household in session.exec(statement.order_by(col(Visit.at)).limit(limit))
        if permissions.may(operator, Action.SEE_HOUSEHOLD, Row(region=household.region))
    ]


def moves_for(operator: Operator, ticket: Ticket) -> Sequence[lifecycle.Move]:
    """What this account may do to this ticket now, in the order of `Move`."""
    row = row_of(ticket)
    return [
        move
        for move in lifecycle.possible(lifecycle.State(ticket.state))
        if permissions.may(operator, leave_for(move), row)
    ]


def leave_for(move: lifecycle.Move) -> Action:
    """Which leave a move needs."""
    match move:
        case lifecycle.Move.TRIAGE | lifecycle.Move.REFER | lifecycle.Move.MERGE:
            return Action.REFER_TICKET
        case lifecycle.Move.RESOLVE | lifecycle.Move.CLOSE | lifecycle.Move.REOPEN:
            return Action.CLOSE_TICKET
        case _:
            return Action.WORK_TICKET


def _ended(which: Which) -> bool:
    return which is Which.ENDED


def _within_reach(operator: Operator, statement: SelectOfScalar[Ticket]) -> SelectOfScalar[Ticket]:
    # The decision is `permissions.may`; this only keeps others' rows from using up the list.
    if operator.region is not None:
        here = [operator.region, permissions.ANYWHERE]
        statement = statement.where(col(Ticket.region).in_(here))
    if permissions.reach(operator, Action.LIST_TICKETS) is not Reach.UNIT:
        return statement
    among_joint = cast(col(Ticket.joint_units), String).contains(
        json.dumps(operator.unit), autoescape=True
    )
    return statement.where(or_(col(Ticket.lead_unit) == operator.unit, among_joint))


def _my_part(operator: Operator) -> NextActor:
    return NextActor.UNIT if operator.role == Role.CASEWORKER else NextActor.HOTLINE
