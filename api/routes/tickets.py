"""Tickets as programs of the staff read them."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from api import auth, casework
from api.edge import EdgeOf, Now
from cases import audit, permissions
from cases.permissions import Action
from cases.tickets import history, steps, worklists
from cases.tickets.history import Note
from cases.tickets.tickets import Ticket
from cases.tickets.worklists import Which

router = APIRouter(prefix="/api/tickets", tags=["staff"])


class Row(BaseModel):
    """A ticket in a list: never what it says."""

    number: str
    category: str
    priority: str
    hazard: str
    matter: str
    region: str
    state: str
    lead_unit: str | None
    joint_units: list[str]
    next_actor: str
    next_due: datetime | None
    respond_by: datetime
    provisional: bool
    sealed: bool
    anonymous: bool
    opened_at: datetime
    closed_at: datetime | None
    version: int


class Entry(BaseModel):
    """One thing that happened to a ticket."""

    seq: int
    kind: str
    actor: str
    from_state: str | None
    to_state: str | None
    text: str
    at: datetime


class Whole(Row):
    """A ticket with all that happened to it and what may be done now."""

    conversation: str | None
    source: dict[str, str] | None
    history: list[Entry]
    moves: list[str]


class Listed(BaseModel):
    """The tickets of one list."""

    tickets: list[Row]


@router.get("")
def listed(
    request: Request,
    edge: EdgeOf,
    now: Now,
    which: Annotated[Which, Query(alias="list")] = Which.OPEN,
) -> Listed:
    """The tickets this account may list, what is late first."""
    with edge.store.write() as session:
        me = auth.staff(session, request, edge, now=now).operator
        permissions.require(me, Action.LIST_TICKETS)
        found = worklists.tickets_for(session, me, which, now=now)
        return Listed(tickets=[Row.model_validate(t, from_attributes=True) for t in found])


@router.get("/{number}")
def whole(request: Request, edge: EdgeOf, now: Now, number: str) -> Whole:
    """One ticket. A number that does not exist and one that may not be seen look the same."""
    with edge.store.write() as session:
        me = auth.staff(session, request, edge, now=now).operator
        permissions.require(me, Action.SEE_TICKET)
        ticket = casework.find(session, me, Action.SEE_TICKET, number)
        audit.record(session, me.id, "looked at ticket", ticket.id, now=now)
        row = Row.model_validate(ticket, from_attributes=True)
        return Whole(
            **row.model_dump(),
            conversation=ticket.conversation_id,
            source=_source(ticket),
            history=[_entry(note) for note in history.of(session, ticket)],
            moves=[str(move) for move in steps.possible(me, ticket)],
        )


def _source(ticket: Ticket) -> dict[str, str] | None:
    if ticket.source_document is None:
        return None
    return {"document": ticket.source_document, "clause": ticket.source_clause or ""}


def _entry(note: Note) -> Entry:
    return Entry.model_validate(note, from_attributes=True)
