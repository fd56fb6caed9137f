"""A storm, flood or cold spell: begun, its tickets beside each other, ended by a person."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import labels, visit
from api.edge import Edge, EdgeOf, Now
from cases import audit, permissions
from cases.care import incidents
from cases.care.incidents import Incident
from cases.database import Session
from cases.errors import CaseError, MoveError, UnknownError
from cases.permissions import Action, Row
from cases.tickets import tickets, worklists
from cases.tickets.tickets import Ticket
from knowledge import incidents as book
from knowledge.names import Region

router = APIRouter(prefix="/console/incidents", include_in_schema=False)
Field = Annotated[str, Form()]
WRONG = labels.notice("wrong_incident")
UNOWNED = labels.notice("incident_unowned")


@router.get("")
def overview(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """What is on and what was."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.RUN_CARE)
        return _overview(session, edge, me, now=now)


@router.post("")
def begin(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    region: Annotated[Region, Form()],
    kind: Field,
    area: Annotated[str, Form(max_length=50)] = "",
    csrf: Field = "",
) -> Response:
    """From now on its places come first in answers, and what is told of it is gathered."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.RUN_CARE, Row(region=region))
        try:
            made = incidents.begin(session, region, kind, area.strip(), by=me.operator.id, now=now)
        except CaseError:
            return _overview(session, edge, me, now=now, notice=WRONG)
        audit.record(session, me.operator.id, "began incident", made.id, now=now)
    return visit.to(f"/console/incidents/{made.id}")


@router.get("/{incident_id}")
def one(request: Request, edge: EdgeOf, now: Now, incident_id: str) -> HTMLResponse:
    """Its tickets, those that look to be of it, and who still waits."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        return _page(session, edge, me, _find(session, me, incident_id), now=now)


@router.post("/{incident_id}/tickets/{number}/{step}")
def sort(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    incident_id: str,
    number: str,
    step: str,
    csrf: Field = "",
) -> Response:
    """A ticket belongs to it (`in`), or does not (`out`)."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        incident = _find(session, me, incident_id)
        ticket = tickets.by_number(session, number)
        if ticket is None or step not in {"in", "out"} or not _may_see(me, ticket):
            raise UnknownError("There is no such ticket.")
        move = incidents.put if step == "in" else incidents.take_out
        move(session, incident, ticket, now=now)
        audit.record(session, me.operator.id, f"incident ticket {step}", number, now=now)
    return visit.to(f"/console/incidents/{incident_id}")


@router.post("/{incident_id}/end")
def end(request: Request, edge: EdgeOf, now: Now, incident_id: str, csrf: Field = "") -> Response:
    """It is over; refused while somebody waits for whom no unit answers."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        incident = _find(session, me, incident_id)
        try:
            incidents.end(session, incident.id, by=me.operator.id, now=now)
        except MoveError:
            return _page(session, edge, me, incident, now=now, notice=UNOWNED)
        audit.record(session, me.operator.id, "ended incident", incident_id, now=now)
    return visit.to(f"/console/incidents/{incident_id}")


def _find(session: Session, me: Staff, incident_id: str) -> Incident:
    permissions.require(me.operator, Action.RUN_CARE)
    incident = incidents.find(session, incident_id)
    if not permissions.may(me.operator, Action.RUN_CARE, Row(region=incident.region)):
        raise UnknownError("There is no such event.")
    return incident


def _may_see(me: Staff, ticket: Ticket) -> bool:
    return permissions.may(me.operator, Action.LIST_TICKETS, worklists.row_of(ticket))


def _overview(
    session: Session, edge: Edge, me: Staff, *, now: datetime, notice: str = ""
) -> HTMLResponse:
    region = None if me.operator.region is None else Region(me.operator.region)
    values = {
        "incidents": incidents.newest(session, region=region),
        "kinds": book.kinds(),
        "regions": [region] if region else [one for one in Region if one is not Region.NATIONAL],
        "notice": notice,
    }
    status = 422 if notice else 200
    return visit.page(session, edge, me, "incidents.html", values, now=now, status=status)


def _page(  # noqa: PLR0913
    session: Session, edge: Edge, me: Staff, incident: Incident, *, now: datetime, notice: str = ""
) -> HTMLResponse:
    left = incidents.waiting(session, incident)
    values = {
        "incident": incident,
        "kind": book.kinds().get(incident.kind),
        "gathered": [one for one in incidents.of(session, incident) if _may_see(me, one[0])],
        "proposed": [one for one in incidents.proposed(session, incident) if _may_see(me, one)],
        "owned": [one for one in left.owned if _may_see(me, one)],
        "unowned": [one for one in left.unowned if _may_see(me, one)],
        "notice": notice,
    }
    status = 409 if notice else 200
    return visit.page(session, edge, me, "incident.html", values, now=now, status=status)
