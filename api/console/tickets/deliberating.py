"""The forms of 会商, 一事一议 and the check above on a ticket, and the list of those to be held."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import visit
from api.console.tickets import changing
from api.edge import EdgeOf, Now
from cases import audit, permissions
from cases.database import Session
from cases.permissions import Action
from cases.tickets import deliberations, worklists
from cases.tickets.deliberations import Call, DeliberationError, Kind
from cases.tickets.tickets import Ticket

router = APIRouter(prefix="/console", include_in_schema=False)
Field = Annotated[str, Form(max_length=4000)]
Day = Annotated[date, Form()]
REFUSALS = ((DeliberationError, "not_this_deliberation"),)


@router.get("/deliberations")
def ahead(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """Those that are still to be held, the most urgent first."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.LIST_TICKETS)
        rows = [
            (row, ticket)
            for row, ticket in deliberations.ahead(session)
            if permissions.may(me.operator, Action.LIST_TICKETS, worklists.row_of(ticket))
        ]
        audit.record(session, me.operator.id, "listed deliberations", "", now=now)
        return visit.page(session, edge, me, "deliberations.html", {"rows": rows}, now=now)


@router.post("/tickets/{number}/deliberations")
def call(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    number: str,
    kind: Annotated[Kind, Form()],
    due_on: Day,
    unit: Field = "",
    joint: Field = "",
    why: Field = "",
    csrf: Field = "",
) -> Response:
    """Call one, with its day."""
    units = tuple(one.strip() for one in joint.replace("，", "、").split("、") if one.strip())
    told = Call(kind, unit.strip() or None, units, why.strip(), due_on)

    def work(session: Session, me: Staff, ticket: Ticket) -> None:
        made = deliberations.call(session, ticket, told, by=me.operator.id, now=now)
        audit.record(session, me.operator.id, f"called {kind}", made.id, now=now)

    return changing.changed(
        request, edge, number, csrf, Action.WORK_TICKET, work, REFUSALS, now=now
    )


@router.post("/tickets/{number}/deliberations/{deliberation}")
def write(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    number: str,
    deliberation: str,
    held_on: Day,
    minutes: Field = "",
    csrf: Field = "",
) -> Response:
    """Write its minutes; a check's are written by who oversees, not by the unit that decided."""

    def work(session: Session, me: Staff, ticket: Ticket) -> None:
        if deliberations.kind_of(session, ticket, deliberation) is Kind.CHECK:
            permissions.require(me.operator, Action.OVERSEE_TICKET, worklists.row_of(ticket))
        row = deliberations.write(
            session,
            ticket,
            deliberation,
            held_on=held_on,
            minutes=minutes.strip(),
            by=me.operator.id,
            now=now,
        )
        audit.record(session, me.operator.id, f"wrote minutes of {row.kind}", row.id, now=now)

    return changing.changed(
        request, edge, number, csrf, Action.WORK_TICKET, work, REFUSALS, now=now
    )
