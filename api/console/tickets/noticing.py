"""The list of those whom a law wants told: who is still owed, and the receipts."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from api import casework
from api.auth import Staff
from api.console import visit
from api.console.tickets import sorting
from api.edge import Edge, EdgeOf, Now
from cases import audit, permissions
from cases.database import Session
from cases.errors import CaseError, StaleError
from cases.permissions import Action
from cases.tickets import notices, tickets
from cases.tickets.tickets import Ticket

router = APIRouter(prefix="/console/notices", include_in_schema=False)
Field = Annotated[str, Form(max_length=500)]


@router.get("")
def owed(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """Whom nobody has told yet, the most urgent first."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.NOTE_TICKET)
        audit.record(session, me.operator.id, "listed notices", "", now=now)
        return _page(session, edge, me, now=now)


@router.post("/{notice_id}")
def tell(  # noqa: PLR0913, PLR0917
    request: Request, edge: EdgeOf, now: Now, notice_id: str, receipt: Field = "", csrf: Field = ""
) -> Response:
    """Note that the addressee was told, with the receipt."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.NOTE_TICKET)
        notice = notices.find(session, notice_id)
        known = session.get_one(Ticket, notice.ticket_id)
        casework.find(session, me.operator, Action.NOTE_TICKET, known.number)
        ticket = tickets.for_update(session, known.number)
        session.refresh(notice)
        try:
            notices.tell(session, notice, ticket, receipt.strip(), by=me.operator.id, now=now)
        except StaleError:
            return _page(session, edge, me, now=now, why="noted_before", status=409)
        except CaseError:
            return _page(session, edge, me, now=now, why="no_receipt", status=422)
        audit.record(session, me.operator.id, "noted receipt", notice.id, now=now)
    return visit.to("/console/notices")


def _page(  # noqa: PLR0913
    session: Session, edge: Edge, me: Staff, *, now: datetime, why: str = "", status: int = 200
) -> HTMLResponse:
    words = sorting.words()
    values = {
        "rows": notices.still_owed(session, me.operator),
        "words": words,
        "notice": words["notice"][why] if why else "",
    }
    return visit.page(session, edge, me, "notices.html", values, now=now, status=status)
