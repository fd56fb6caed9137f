"""Which tickets and visits stand on whose list, and what the decision about them needs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

from sqlalchemy import ColumnElement, String, cast
from sqlalchemy.orm import Mapped
from sqlmodel import col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from cases import permissions
from cases.database import Session
from cases.households.households import Household
from cases.households.visits import Visit, VisitState
from cases.operators import Operator, Role
from cases.permissions import Action, Reach, Row
from cases.ticket_rules.lifecycle import NextActor, State
from cases.tickets import reporters, searching, tickets
from cases.tickets.tickets import Ticket

SOON = timedelta(days=1)
MOST = 200
MOST_READ = 2000
PAGE = 50


class Which(StrEnum):
    """The lists: my turn, all open ones, due soon, late, sent back, waiting, unsatisfied, ended."""

    MINE = "mine"
    OPEN = "open"
    SOON = "soon"
    LATE = "late"
    SENT_BACK = "sent_back"
    WAITING = "waiting"
    UNSATISFIED = "unsatisfied"
    ENDED = "ended"


@dataclass(frozen=True)
class Wanted:
    """Which list, narrowed by what is given. `words` looks through every list instead."""

    which: Which = Which.OPEN
    words: str = ""
    region: str | None = None
    matter: str | None = None
    unit: str | None = None
    state: str | None = None
    priority: str | None = None
    category: str | None = None


@dataclass(frozen=True)
class Page:
    """One page of a list, and whether there is another behind it."""

    tickets: Sequence[Ticket]
    more: bool


def row_of(ticket: Ticket) -> Row:
    """What the permission function needs to know of a ticket."""
    lead = () if ticket.lead_unit is None else (ticket.lead_unit,)
    return Row(
        region=ticket.region,
        units=frozenset((*lead, *ticket.joint_units)),
        not_to=frozenset(ticket.not_to),
        sealed=ticket.sealed,
        restricted=ticket.restricted_at is not None,
    )


def tickets_for(
    session: Session, operator: Operator, which: Which, *, now: datetime, most_read: int = MOST_READ
) -> Sequence[Ticket]:
    """The tickets of one list that this account may list, what is late first."""
    if not permissions.may(operator, Action.LIST_TICKETS):
        return ()
    statement = _ordered(_of_list(session, operator, Wanted(which), now=now), Wanted(which))
    found = session.exec(statement.limit(most_read))
    return list(islice((t for t in found if _may_list(operator, t)), MOST))


def page(  # noqa: PLR0913
    session: Session,
    operator: Operator,
    wanted: Wanted,
    *,
    number: int = 1,
    size: int = PAGE,
    now: datetime,
) -> Page:
    """One page of what is wanted, as far as this account may list it; what is late first."""
    if not permissions.may(operator, Action.LIST_TICKETS):
        return Page((), more=False)
    statement = _ordered(_of_list(session, operator, wanted, now=now), wanted)
    found = session.exec(statement.offset((number - 1) * size).limit(size + 1)).all()
    return Page([t for t in found[:size] if _may_list(operator, t)], more=len(found) > size)


def _may_list(operator: Operator, ticket: Ticket) -> bool:
    return permissions.may(operator, Action.LIST_TICKETS, row_of(ticket))


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


def _of_list(
    session: Session, operator: Operator, wanted: Wanted, *, now: datetime
) -> SelectOfScalar[Ticket]:
    statement = select(Ticket).where(*reach_of(operator), col(Ticket.erased_at).is_(None))
    for column, value in (
        (col(Ticket.region), wanted.region),
        (col(Ticket.matter), wanted.matter),
        (col(Ticket.lead_unit), wanted.unit),
        (col(Ticket.state), wanted.state),
        (col(Ticket.priority), wanted.priority),
        (col(Ticket.category), wanted.category),
    ):
        if value:
            statement = statement.where(column == value)
    if wanted.words:
        return searching.narrow(session, statement, wanted.words)
    return statement.where(*_standing(operator, wanted.which, now=now))


def _standing(operator: Operator, which: Which, *, now: datetime) -> Sequence[ColumnElement[bool]]:
    opened = col(Ticket.ended).is_(which is Which.ENDED)
    match which:
        case Which.MINE:
            return opened, col(Ticket.next_actor) == _my_part(operator)
        case Which.SOON:
            return opened, col(Ticket.next_due) >= now, col(Ticket.next_due) < now + SOON
        case Which.LATE:
            return opened, col(Ticket.next_due) < now
        case Which.SENT_BACK:
            return opened, col(Ticket.state) == State.SENT_BACK
        case Which.WAITING:
            return opened, col(Ticket.next_actor) == NextActor.RESIDENT
        case Which.UNSATISFIED:
            return opened, col(Ticket.escalated).is_(True)
        case Which.OPEN | Which.ENDED:
            return (opened,)


def _ordered(statement: SelectOfScalar[Ticket], wanted: Wanted) -> SelectOfScalar[Ticket]:
    if wanted.words:
        return statement.order_by(col(Ticket.opened_at).desc())
    if wanted.which is Which.ENDED:
        return statement.order_by(col(Ticket.closed_at).desc(), col(Ticket.opened_at).desc())
    # What is due at one moment: the graver first.
    return statement.order_by(
        col(Ticket.next_due), col(Ticket.priority), col(Ticket.opened_at).desc()
    )


def reach_of(operator: Operator) -> Sequence[ColumnElement[bool]]:
    """Only rows that the account may list: what `permissions.may` decides, said to the database.

    The decision stays there; this keeps others' rows from using up a page, and from counts.
    """
    reach = permissions.reach(operator, Action.LIST_TICKETS)
    found: list[ColumnElement[bool]] = []
    if operator.region is not None and reach is not Reach.ALL:
        found.append(col(Ticket.region).in_([operator.region, permissions.ANYWHERE]))
    if permissions.reach(operator, Action.OVERSEE_TICKET) is Reach.NONE:
        found.append(col(Ticket.restricted_at).is_(None))
    if operator.unit is None:
        return found
    found.append(~_names(col(Ticket.not_to), operator.unit))
    if reach is Reach.REGION:
        found.append(col(Ticket.sealed).is_(False))
    if reach is Reach.UNIT:
        theirs = col(Ticket.lead_unit) == operator.unit
        found.append(or_(theirs, _names(col(Ticket.joint_units), operator.unit)))
    return found


def _names(column: Mapped[list[str]], unit: str) -> ColumnElement[bool]:
    return cast(column, String).contains(json.dumps(unit), autoescape=True)


def _my_part(operator: Operator) -> NextActor:
    return NextActor.UNIT if operator.role == Role.CASEWORKER else NextActor.HOTLINE
