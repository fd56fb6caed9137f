"""One ticket's page: its story, what comes next, and every form that changes it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from api import casework
from api.auth import Staff
from api.casework import Outside, Step, UnknownUnitError
from api.console import labels, visit
from api.console.tickets import ticket_page
from api.edge import Edge, EdgeOf, Now
from bot import receivers
from cases import audit, permissions
from cases.database import Session
from cases.errors import CardMissingError, CaseError, MoveError, StaleError, UnknownError
from cases.permissions import Action
from cases.ticket_rules.lifecycle import Move
from cases.tickets import steps, worklists
from cases.tickets.asking import NoReplyError
from cases.tickets.disputes import DecidedError, DisputeError, TooLateError
from cases.tickets.handovers import NoConsentError
from cases.tickets.merging import MergeError
from cases.tickets.splitting import Piece, SplitError
from cases.tickets.tickets import Ticket
from knowledge.names import Matter

router = APIRouter(prefix="/console/tickets", include_in_schema=False)
Field = Annotated[str, Form()]
Number = Annotated[int, Form()]
Many = Annotated[list[str], Form()]
# Which sentence a refusal becomes; the first that fits. What is not here is told by its status.
NOTICES: tuple[tuple[type[CaseError], str], ...] = (
    (StaleError, "changed"),
    (MoveError, "changed"),
    (TooLateError, "too_late_to_send_back"),
    (DecidedError, "decided"),
    (DisputeError, "disputed"),
    (MergeError, "cannot_merge"),
    (SplitError, "cannot_split"),
    (NoReplyError, "cannot_ask"),
    (UnknownUnitError, "unknown_unit"),
    (NoConsentError, "no_consent"),
)
AGAIN = frozenset({"changed"})


@router.get("/{number}")
def one(request: Request, edge: EdgeOf, now: Now, number: str) -> HTMLResponse:
    """One ticket with its story; looking at it is recorded."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_TICKET)
        ticket = casework.find(session, me.operator, Action.SEE_TICKET, number)
        audit.record(session, me.operator.id, "looked at ticket", ticket.id, now=now)
        return _page(session, edge, me, ticket, now=now)


@router.get("/{number}/print")
def printed(request: Request, edge: EdgeOf, now: Now, number: str) -> HTMLResponse:
    """The same on paper; printing is recorded. Who reported it stands on no paper either."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_TICKET)
        ticket = casework.find(session, me.operator, Action.SEE_TICKET, number)
        audit.record(session, me.operator.id, "printed ticket", ticket.id, now=now)
        values = ticket_page.values(session, edge, me, ticket, now=now)
        return visit.page(session, edge, me, "ticket-print.html", values, now=now)


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


@router.post("/{number}/progress")
def progress(  # noqa: PLR0913, PLR0917
    request: Request, edge: EdgeOf, now: Now, number: str, text: Field = "", csrf: Field = ""
) -> Response:
    """Tell the resident how far it is."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.WORK_TICKET)
        ticket = casework.find_to_change(session, me.operator, Action.WORK_TICKET, number)
        if text.strip():
            speech = edge.helpline.speech
            casework.report_progress(
                session, me.operator, ticket, text.strip(), speech=speech, now=now
            )
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
    # public: move asks for the leave that this move needs, Action.REFER_TICKET at least.
    return move(request, edge, now, number, version, Move.REFER, reason, unit, csrf=csrf)


@router.post("/{number}/move")
def move(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    number: str,
    version: Number,
    what: Annotated[Move, Form()],
    reason: Field = "",
    unit: Field = "",
    into: Field = "",
    csrf: Field = "",
    units: Many = [],  # noqa: B006
    agreed: Annotated[bool, Form()] = False,  # noqa: FBT002
) -> Response:
    """Make a move; what concerns the resident is told in the same breath."""
    draft = {"move": str(what), "reason": reason, "unit": unit, "into": into}
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.SEE_TICKET)
        ticket = casework.find_to_change(
            session, me.operator, Action.SEE_TICKET, number, into=into.strip()
        )
        leave = steps.leave_for(what, ticket)
        permissions.require(me.operator, leave, worklists.row_of(ticket))
        known = ticket_page.units(edge, ticket)
        outside = _outside(edge, ticket, unit.strip(), agreed=agreed)
        step = Step(
            what, reason.strip(), version, unit.strip(), tuple(units), into, tuple(known), outside
        )
        speech = edge.helpline.speech
        try:
            casework.take_step(session, me.operator, ticket, step, speech=speech, now=now)
        except CardMissingError:
            raise
        except CaseError as error:
            return _refused(session, edge, me, ticket, error, draft, now=now)
    return visit.to(f"/console/tickets/{number}")


@router.post("/{number}/split")
def split(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    number: str,
    version: Number,
    matter: Annotated[list[Matter], Form()],
    unit: Many,
    text: Many,
    csrf: Field = "",
) -> Response:
    """Hand its pieces to several units under the one number."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.REFER_TICKET)
        ticket = casework.find_to_change(session, me.operator, Action.REFER_TICKET, number)
        rows = zip(matter, unit, text, strict=False)
        pieces = [Piece(m, u.strip(), t.strip()) for m, u, t in rows if t.strip()]
        draft = {"move": "split", "texts": "\x1f".join(text)}
        try:
            speech = edge.helpline.speech
            casework.split(
                session, me.operator, ticket, pieces, version=version, speech=speech, now=now
            )
        except CaseError as error:
            return _refused(session, edge, me, ticket, error, draft, now=now)
    return visit.to(f"/console/tickets/{number}")


def _outside(edge: Edge, ticket: Ticket, unit: str, *, agreed: bool) -> Outside | None:
    found = receivers.find(edge.settings.data, ticket.region, unit)
    return None if found is None else Outside(found.organ, agreed)


def refused(  # noqa: PLR0913
    session: Session, edge: Edge, me: Staff, ticket: Ticket, notice: str, *, now: datetime
) -> HTMLResponse:
    """The page again, with what was not done and why."""
    return _again(session, edge, me, ticket, labels.notice(notice), {}, now=now, status=422)


def _refused(  # noqa: PLR0913, PLR0917
    session: Session,
    edge: Edge,
    me: Staff,
    ticket: Ticket,
    error: CaseError,
    draft: Mapping[str, str],
    *,
    now: datetime,
) -> HTMLResponse:
    name = next((name for kind, name in NOTICES if isinstance(error, kind)), "not_as_asked")
    if isinstance(error, UnknownError):
        name = "no_such_ticket" if draft["move"] == Move.MERGE else "not_this_unit"
    status = 409 if name in AGAIN else 422
    return _again(session, edge, me, ticket, labels.notice(name), draft, now=now, status=status)


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
    shown = ticket_page.values(session, edge, me, ticket, now=now)
    values = {**shown, "draft": {**EMPTY, **(draft or {})}, "notice": notice}
    return visit.page(session, edge, me, "ticket.html", values, now=now, status=status)


EMPTY = {"move": "", "reason": "", "unit": "", "into": "", "texts": ""}
