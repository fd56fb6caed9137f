"""The page on which two persons unseal a report; each look behind it is on record."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from api import casework
from api.auth import Staff
from api.console import labels, visit
from api.edge import Edge, EdgeOf, Now
from cases import audit, permissions
from cases.database import Session
from cases.errors import CaseError, UnknownError
from cases.permissions import Action
from cases.tickets import reporters, unsealings, worklists
from cases.tickets.tickets import Ticket
from cases.tickets.unsealings import Decision, OwnRequestError, UnsealError

router = APIRouter(prefix="/console", include_in_schema=False)
Field = Annotated[str, Form(max_length=2000)]


@router.get("/unsealings")
def waiting(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """The requests that wait for a second person."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.UNSEAL_REPORTER)
        rows = [
            (wish, ticket)
            for wish, ticket in unsealings.waiting(session)
            if permissions.may(me.operator, Action.UNSEAL_REPORTER, worklists.row_of(ticket))
        ]
        return visit.page(session, edge, me, "unsealings.html", {"rows": rows}, now=now)


@router.get("/tickets/{number}/reporter")
def reporter(request: Request, edge: EdgeOf, now: Now, number: str) -> HTMLResponse:
    """Who asked and why; who stands behind it only for the one to whom it was granted."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        ticket = casework.find(session, me.operator, Action.UNSEAL_REPORTER, number)
        return _page(session, edge, me, ticket, now=now)


@router.post("/tickets/{number}/reporter")
def ask(  # noqa: PLR0913, PLR0917
    request: Request, edge: EdgeOf, now: Now, number: str, reason: Field = "", csrf: Field = ""
) -> Response:
    """Ask to see who stands behind it, with a reason."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        ticket = casework.find_to_change(session, me.operator, Action.UNSEAL_REPORTER, number)
        try:
            unsealings.ask(session, ticket, reason=reason.strip(), by=me.operator.id, now=now)
        except UnsealError as error:
            return _page(session, edge, me, ticket, now=now, refused=error)
        audit.record(session, me.operator.id, "asked to unseal reporter", ticket.id, now=now)
    return visit.to(f"/console/tickets/{number}/reporter")


@router.post("/tickets/{number}/reporter/decide")
def decide(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    number: str,
    granted: Annotated[bool, Form()],
    csrf: Field = "",
) -> Response:
    """The second person grants or refuses it."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        ticket = casework.find_to_change(session, me.operator, Action.UNSEAL_REPORTER, number)
        decision = Decision.GRANTED if granted else Decision.REFUSED
        try:
            unsealings.decide(session, ticket, decision, by=me.operator.id, now=now)
        except (OwnRequestError, UnknownError) as error:
            return _page(session, edge, me, ticket, now=now, refused=error)
        audit.record(session, me.operator.id, f"{decision} unsealing", ticket.id, now=now)
    return visit.to(f"/console/tickets/{number}/reporter")


def _page(  # noqa: PLR0913
    session: Session,
    edge: Edge,
    me: Staff,
    ticket: Ticket,
    *,
    now: datetime,
    refused: CaseError | None = None,
) -> HTMLResponse:
    who = me.operator.id
    wishes = unsealings.of_ticket(session, ticket)
    looks = ticket.sealed and unsealings.open_to(session, ticket, who, now=now)
    if looks:
        audit.record(session, who, "looked behind sealed report", ticket.id, now=now)
    values = {
        "ticket": ticket,
        "wishes": [(one, unsealings.reason_of(session, one, ticket)) for one in wishes],
        "open": next((one for one in wishes if one.state == Decision.ASKED), None),
        "looks": looks,
        "contact": reporters.contact_of(session, ticket.id) if looks else None,
        "chat": reporters.home_of(session, ticket.id) if looks else None,
        "notice": "" if refused is None else labels.notice(_notice(refused)),
    }
    status = 200 if refused is None else 422
    return visit.page(session, edge, me, "reporter.html", values, now=now, status=status)


def _notice(error: CaseError) -> str:
    if isinstance(error, OwnRequestError):
        return "own_unsealing"
    return "no_unsealing" if isinstance(error, UnsealError) else "changed"
