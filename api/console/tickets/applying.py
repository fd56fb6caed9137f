"""The forms of an application that was passed on, and of relief that was given first."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from api import overseeing
from api.auth import Staff
from api.console import visit
from api.console.tickets import changing
from api.console.tickets.changing import Work
from api.edge import Edge, EdgeOf, Now
from cases import audit, permissions
from cases.database import Session
from cases.permissions import Action
from cases.ticket_rules.allowances import Manner
from cases.tickets import applications, deliberations, reliefs, tickets, worklists
from cases.tickets.applications import (
    ApplicationError,
    Bearer,
    Decided,
    Decision,
    Intake,
    Place,
    ToldOnceError,
)
from cases.tickets.reliefs import Given, ReliefError
from cases.tickets.tickets import Ticket
from handlers.speech import Speech
from knowledge.names import Programme

router = APIRouter(prefix="/console", include_in_schema=False)
Field = Annotated[str, Form()]
Day = Annotated[date, Form()]
Truth = Annotated[bool, Form()]
FEN = 100
MOST_YUAN = Decimal(1_000_000)
REFUSALS = (
    (ToldOnceError, "told_once"),
    (ApplicationError, "not_this_application"),
    (ReliefError, "not_this_relief"),
    (ValueError, "not_this_relief"),
)


@router.post("/tickets/{number}/application")
def take_down(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    number: str,
    programme: Annotated[Programme, Form()],
    bearer: Annotated[Bearer, Form()],
    place: Annotated[Place, Form()],
    facts: Field = "",
    csrf: Field = "",
    commissioned: Truth = False,  # noqa: FBT002
) -> Response:
    """Record who hands in what, where, and which facts may be told."""
    told = Intake(programme, bearer, commissioned, place, facts.strip())

    def work(session: Session, me: Staff, ticket: Ticket) -> None:
        applications.take_down(session, ticket, told, by=me.operator.id, now=now)

    return _changed(request, edge, number, csrf, Action.NOTE_TICKET, work, now=now)


@router.post("/tickets/{number}/application/accept")
def accept(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    number: str,
    on: Day,
    manner: Annotated[Manner, Form()] = Manner.COUNTY,
    csrf: Field = "",
) -> Response:
    """Record the day of acceptance; the statutory days run from it, and the resident is told."""

    def work(session: Session, _me: Staff, ticket: Ticket) -> None:
        row = applications.accept(session, ticket, on, manner, now=now)
        speech = edge.helpline.speech
        due = speech.say("time.none") if row.decide_by is None else speech.when(row.decide_by)
        values = {"number": ticket.number, "day": speech.day(on), "due": due}
        _tell(session, ticket, speech, speech.say("application.accepted", values), now=now)

    return _changed(request, edge, number, csrf, Action.WORK_TICKET, work, now=now)


@router.post("/tickets/{number}/application/missing")
def missing(  # noqa: PLR0913, PLR0917
    request: Request, edge: EdgeOf, now: Now, number: str, papers: Field, csrf: Field = ""
) -> Response:
    """Tell the resident what is missing: once, all of it."""

    def work(session: Session, me: Staff, ticket: Ticket) -> None:
        applications.tell_missing(session, ticket, papers.strip(), by=me.operator.id, now=now)
        speech = edge.helpline.speech
        values = {"number": ticket.number, "papers": papers.strip()}
        _tell(session, ticket, speech, speech.say("application.missing", values), now=now)

    return _changed(request, edge, number, csrf, Action.WORK_TICKET, work, now=now)


@router.post("/tickets/{number}/application/decide")
def decide(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    number: str,
    decision: Annotated[Decision, Form()],
    on: Day,
    notice_on: Field = "",
    since: Field = "",
    heard: Field = "",
    reasoned: Field = "",
    csrf: Field = "",
) -> Response:
    """Record the decision; the resident is told it with the last days for review and court."""

    def work(session: Session, _me: Staff, ticket: Ticket) -> None:
        told = Decided(decision, on, _day(notice_on), _day(since), _truth(heard), _truth(reasoned))
        row = applications.decide(session, ticket, told, now=now)
        if applications.faults(row, now=now):
            deliberations.check_above(session, ticket, now=now)
        days, speech = applications.last_days(row), edge.helpline.speech
        if days is None:
            text = speech.say("application.granted", {"number": ticket.number})
        else:
            review, court = (speech.day(day) for day in days)
            values = {"number": ticket.number, "review": review, "court": court}
            text = speech.say("application.against", values)
        _tell(session, ticket, speech, text, now=now)

    return _changed(request, edge, number, csrf, Action.WORK_TICKET, work, now=now)


@router.post("/tickets/{number}/relief")
def give(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    number: str,
    amount: Annotated[Decimal, Form(gt=0, le=MOST_YUAN, decimal_places=2)],
    on: Day,
    papers_by: Day,
    to: Field = "",
    why: Field = "",
    reserve: Field = "",
    voucher: Field = "",
    by: Field = "",
    csrf: Field = "",
) -> Response:
    """Record relief that was given first."""
    fen = int(amount * FEN)
    text = [part.strip() for part in (to, why, reserve, voucher, by)]

    def work(session: Session, _me: Staff, ticket: Ticket) -> None:
        given = Given(text[0], text[1], fen, text[2], text[3], on, text[4], papers_by)
        reliefs.give(session, ticket, given, now=now)

    return _changed(request, edge, number, csrf, Action.WORK_TICKET, work, now=now)


@router.post("/tickets/{number}/relief/{relief_id}/papers")
def papers(  # noqa: PLR0913, PLR0917
    request: Request, edge: EdgeOf, now: Now, number: str, relief_id: str, csrf: Field = ""
) -> Response:
    """The papers have come."""

    def work(session: Session, me: Staff, ticket: Ticket) -> None:
        reliefs.complete(session, ticket, relief_id, by=me.operator.id, now=now)

    return _changed(request, edge, number, csrf, Action.WORK_TICKET, work, now=now)


@router.get("/reliefs")
def open_papers(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """Whose papers are still to come."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.LIST_TICKETS)
        found = [
            (row, ticket)
            for row, ticket in reliefs.without_papers(session)
            if permissions.may(me.operator, Action.LIST_TICKETS, worklists.row_of(ticket))
        ]
        audit.record(session, me.operator.id, "listed reliefs", "", now=now)
        return visit.page(session, edge, me, "reliefs.html", {"rows": found}, now=now)


def _changed(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: Edge,
    number: str,
    csrf: str,
    leave: Action,
    work: Work,
    *,
    now: datetime,
) -> Response:
    def recorded(session: Session, me: Staff, ticket: Ticket) -> None:
        work(session, me, ticket)
        audit.record(session, me.operator.id, "recorded on ticket", ticket.id, now=now)

    return changing.changed(request, edge, number, csrf, leave, recorded, REFUSALS, now=now)


def _tell(session: Session, ticket: Ticket, speech: Speech, text: str, *, now: datetime) -> None:
    private = speech.say("outcome.private", {"number": ticket.number})
    told = private if tickets.only_by_secret(ticket) else text
    overseeing.tell(session, ticket, told, now=now)


def _day(sent: str) -> date | None:
    return date.fromisoformat(sent) if sent else None


def _truth(sent: str) -> bool | None:
    return None if not sent else sent == "yes"
