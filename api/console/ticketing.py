"""The caseworkers' pages: lists by whose turn it is, one ticket, and what may be done to it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import HTMLResponse, Response

from api import casework
from api.auth import Staff
from api.console import labels, visit
from api.edge import Edge, EdgeOf, Now
from cases import (
    audit,
    extensions,
    history,
    nudges,
    parts,
    permissions,
    tickets,
    timing,
    worklists,
)
from cases.database import Session
from cases.errors import MoveError, StaleError, UnknownError
from cases.lifecycle import Move
from cases.permissions import Action
from cases.tickets import Ticket
from cases.worklists import Which
from knowledge.names import Priority, Region

router = APIRouter(prefix="/console/tickets", include_in_schema=False)
Field = Annotated[str, Form()]
Number = Annotated[int, Form()]
CHANGED = labels.notice("changed")
NOT_THIS_UNIT = labels.notice("not_this_unit")


@router.get("")
def lists(
    request: Request,
    edge: EdgeOf,
    now: Now,
    which: Annotated[Which, Query(alias="list")] = Which.MINE,
) -> HTMLResponse:
    """One list, what is late first."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.LIST_TICKETS)
        found = worklists.tickets_for(session, me.operator, which, now=now)
        audit.record(session, me.operator.id, "listed tickets", str(which), now=now)
        values = {
            "which": which,
            "lists": list(Which),
            "rows": [(ticket, history.first_words(session, ticket)) for ticket in found],
        }
        return visit.page(session, edge, me, "tickets.html", values, now=now)


@router.get("/{number}")
def one(request: Request, edge: EdgeOf, now: Now, number: str) -> HTMLResponse:
    """One ticket with its story; looking at it is recorded."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_TICKET)
        ticket = casework.find(session, me.operator, Action.SEE_TICKET, number)
        audit.record(session, me.operator.id, "looked at ticket", ticket.id, now=now)
        return _page(session, edge, me, ticket, now=now)


@router.post("/{number}/note")
def note(  # noqa: PLR0913, PLR0917
    request: Request, edge: EdgeOf, now: Now, number: str, text: Field = "", csrf: Field = ""
) -> Response:
    """Write a remark into the story."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.NOTE_TICKET)
        ticket = casework.find(session, me.operator, Action.NOTE_TICKET, number)
        if text.strip():
            casework.remark(session, me.operator, ticket, text.strip(), now=now)
    return visit.to(f"/console/tickets/{number}")


@router.post("/{number}/refer")
def refer(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    number: str,
    version: Number,
    unit: Field = "",
    reason: Field = "",
    csrf: Field = "",
) -> Response:
    """Hand the ticket to a unit; never to the one it is about."""
    draft = {"move": str(Move.REFER), "reason": reason, "unit": unit}
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.REFER_TICKET)
        ticket = casework.find_to_change(session, me.operator, Action.REFER_TICKET, number)
        try:
            casework.refer(
                session, me.operator, ticket, unit.strip(), reason, version=version, now=now
            )
        except (StaleError, MoveError):
            return _again(session, edge, me, ticket, CHANGED, draft, now=now, status=409)
        except UnknownError:
            return _again(session, edge, me, ticket, NOT_THIS_UNIT, draft, now=now, status=422)
    return visit.to(f"/console/tickets/{number}")


@router.post("/{number}/move")
def move(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    number: str,
    version: Number,
    what: Annotated[Move, Form()],
    reason: Field = "",
    csrf: Field = "",
) -> Response:
    """Make a move; a result is told to the resident in the same breath."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        leave = worklists.leave_for(what)
        permissions.require(me.operator, leave)
        ticket = casework.find_to_change(session, me.operator, leave, number)
        step = casework.Step(what, reason.strip(), version)
        try:
            casework.take_step(
                session, me.operator, ticket, step, speech=edge.helpline.speech, now=now
            )
        except (StaleError, MoveError):
            draft = {"move": str(what), "reason": reason, "unit": ""}
            return _again(session, edge, me, ticket, CHANGED, draft, now=now, status=409)
    return visit.to(f"/console/tickets/{number}")


def refused(  # noqa: PLR0913
    session: Session, edge: Edge, me: Staff, ticket: Ticket, notice: str, *, now: datetime
) -> HTMLResponse:
    """The page again, with what was not done and why."""
    empty = {"move": "", "reason": "", "unit": ""}
    return _again(session, edge, me, ticket, labels.notice(notice), empty, now=now, status=422)


def _again(  # noqa: PLR0913, PLR0917
    session: Session,
    edge: Edge,
    me: Staff,
    ticket: Ticket,
    notice: str,
    draft: Mapping[str, str],
    *,
    now: datetime,
    status: int,
) -> HTMLResponse:
    session.rollback()
    fresh = casework.find(session, me.operator, Action.SEE_TICKET, ticket.number)
    return _page(session, edge, me, fresh, now=now, notice=notice, draft=draft, status=status)


def _page(  # noqa: PLR0913
    session: Session,
    edge: Edge,
    me: Staff,
    ticket: Ticket,
    *,
    now: datetime,
    notice: str = "",
    draft: Mapping[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    values = {
        "ticket": ticket,
        "history": history.of(session, ticket),
        "whole": _seen(me, parts.parent_of(session, ticket)),
        "parts": [part for part in parts.children_of(session, ticket) if _seen(me, part)],
        "moves": worklists.moves_for(me.operator, ticket),
        "units": _units(edge, ticket),
        "may_note": permissions.may(me.operator, Action.NOTE_TICKET, worklists.row_of(ticket)),
        "private": tickets.only_by_secret(ticket),
        **_times(session, edge, me, ticket, now=now),
        "draft": draft or {"move": "", "reason": "", "unit": ""},
        "notice": notice,
    }
    return visit.page(session, edge, me, "ticket.html", values, now=now, status=status)


def _times(
    session: Session, edge: Edge, me: Staff, ticket: Ticket, *, now: datetime
) -> Mapping[str, object]:
    """The clocks with their sources, and what this account may change about them."""
    library, row = edge.helpline.library(), worklists.row_of(ticket)
    clocks = timing.readings(session, ticket, now=now)
    cited = [clock.rule.cite for clock in clocks if clock.rule.cite]
    return {
        "clocks": clocks,
        "sources": {
            cite: (library.document_of(cite).title, library.clause(cite).number) for cite in cited
        },
        "told": nudges.of_ticket(session, ticket),
        "wishes": extensions.of(session, ticket),
        "longest": extensions.longest(session, ticket, now=now),
        "may_oversee": permissions.may(me.operator, Action.OVERSEE_TICKET, row),
        "may_work": permissions.may(me.operator, Action.WORK_TICKET, row),
        "may_refer": permissions.may(me.operator, Action.REFER_TICKET, row),
        "priorities": list(Priority),
    }


def _seen(me: Staff, ticket: Ticket | None) -> Ticket | None:
    """The other ticket of an application, if this account may see it."""
    if ticket is None:
        return None
    row = worklists.row_of(ticket)
    return ticket if permissions.may(me.operator, Action.SEE_TICKET, row) else None


def _units(edge: Edge, ticket: Ticket) -> Sequence[str]:
    here = edge.helpline.library().units.get(Region(ticket.region))
    named = [] if here is None else here.matters.values()
    found = {unit for row in named for unit in (row.lead, *row.joint) if unit}
    return sorted(found - set(ticket.not_to))
