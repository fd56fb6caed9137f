"""Leads that somebody looks into: matched to a file, given a day, written down, reporter told."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, BeforeValidator
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import labels, visit
from api.edge import Edge, EdgeOf, Now
from api.pages import LOCAL
from cases import audit, permissions
from cases.care import checks
from cases.care.checks import CareCheck, Found
from cases.database import Session
from cases.errors import CaseError, MoveError, UnknownError
from cases.households import households, list_imports
from cases.households.households import Household
from cases.permissions import Action, Row
from cases.talk import messages
from cases.talk.messages import Lane, Line, Sender
from cases.tickets import tickets, worklists
from cases.tickets.tickets import Ticket
from knowledge.names import Region

router = APIRouter(prefix="/console/checks", include_in_schema=False)
Field = Annotated[str, Form()]
Day = Annotated[date | None, BeforeValidator(lambda day: day or None)]
WRONG = labels.notice("wrong_check")
FIRST = labels.notice("check_done")


class MatchForm(BaseModel):
    """By what somebody's file is looked for, or the file that was chosen."""

    id_number: Annotated[str, Form(max_length=30)] = ""
    name: Annotated[str, Form(max_length=100)] = ""
    born: Day = None
    household_id: Annotated[str, Form(max_length=64)] = ""
    due_on: Day = None
    csrf: str = ""


@router.get("")
def overview(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """What is still to be looked into, the earliest day first."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.EDIT_HOUSEHOLD)
        return _overview(session, edge, me, now=now)


@router.get("/ticket/{number}")
def ticket_page(request: Request, edge: EdgeOf, now: Now, number: str) -> HTMLResponse:
    """A report: whose file it may be about, and until when somebody looks in."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        ticket = _ticket(session, me, number)
        return _matching(session, edge, me, ticket, MatchForm(), now=now)


@router.post("/ticket/{number}")
def from_ticket(
    request: Request, edge: EdgeOf, now: Now, number: str, form: Annotated[MatchForm, Form()]
) -> Response:
    """Look for the file; with a day it becomes a check. Nothing of the number stays behind."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        ticket = _ticket(session, me, number)
        if form.due_on is None:
            audit.record(session, me.operator.id, "matched report", number, now=now)
            return _matching(session, edge, me, ticket, form, now=now)
        household = _household(session, me, form.household_id)
        by = me.operator.id
        try:
            checks.from_ticket(session, ticket, household, due_on=form.due_on, by=by, now=now)
        except CaseError:
            return _matching(session, edge, me, ticket, form, now=now, notice=WRONG)
        audit.record(session, me.operator.id, "made check", number, now=now)
    return visit.to("/console/checks")


@router.post("/list/{import_id}")
def from_list(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    import_id: str,
    due_on: Annotated[date, Form()],
    csrf: Field = "",
) -> Response:
    """A check for each household of a bureau's list; given again only for those without one."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        listed = list_imports.find(session, import_id)
        permissions.require(me.operator, Action.IMPORT_HOUSEHOLDS, Row(region=listed.region))
        try:
            checks.from_list(session, listed, due_on=due_on, by=me.operator.id, now=now)
        except CaseError:
            return _overview(session, edge, me, now=now, notice=WRONG)
        audit.record(session, me.operator.id, "made checks of list", import_id, now=now)
    return visit.to("/console/checks")


@router.post("/{check_id}")
def finish(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    check_id: str,
    outcome: Annotated[Found, Form()],
    csrf: Field = "",
) -> Response:
    """What came of it. The reporter hears that it was looked at, never what came of it."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        reporter = checks.reporter_of(session, _find(session, me, check_id).id)
        on = now.astimezone(LOCAL).date()
        try:
            row = checks.finish(session, check_id, outcome, on=on, by=me.operator.id, now=now)
        except MoveError:
            return _overview(session, edge, me, now=now, notice=FIRST)
        if reporter is not None:
            chat, ticket = reporter
            told = edge.helpline.speech.say("outcome.looked_at", {"number": ticket.number})
            line = Line(Sender.SYSTEM, told, ticket_number=ticket.number, lane=Lane.OPERATOR)
            messages.say(session, chat, line, now=now)
            checks.told(session, row, now=now)
        audit.record(session, me.operator.id, "finished check", check_id, now=now)
    return visit.to("/console/checks")


def _find(session: Session, me: Staff, check_id: str) -> CareCheck:
    permissions.require(me.operator, Action.EDIT_HOUSEHOLD)
    row = checks.find(session, check_id)
    if not permissions.may(me.operator, Action.EDIT_HOUSEHOLD, Row(region=row.region)):
        raise UnknownError("There is no such check.")
    return row


def _ticket(session: Session, me: Staff, number: str) -> Ticket:
    permissions.require(me.operator, Action.EDIT_HOUSEHOLD)
    ticket = tickets.by_number(session, number)
    if ticket is None or not permissions.may(
        me.operator, Action.SEE_TICKET, worklists.row_of(ticket)
    ):
        raise UnknownError("There is no such ticket.")
    return ticket


def _household(session: Session, me: Staff, household_id: str) -> Household | None:
    if not household_id:
        return None
    household = households.find(session, household_id)
    permissions.require(me.operator, Action.EDIT_HOUSEHOLD, Row(region=household.region))
    return household


def _overview(
    session: Session, edge: Edge, me: Staff, *, now: datetime, notice: str = ""
) -> HTMLResponse:
    region = None if me.operator.region is None else Region(me.operator.region)
    rows = []
    for row, ticket in checks.open_ones(session, region=region):
        known = row.household_id
        file = None
        if known is not None:
            file = households.read(session, households.find(session, known))
        seen = ticket if ticket is not None and _sees(me, ticket) else None
        if ticket is None or seen is not None:
            rows.append((row, file, seen))
    audit.record(session, me.operator.id, "looked at checks", region or "all", now=now)
    values = {
        "rows": rows,
        "outcomes": [str(one) for one in Found],
        "today": now.astimezone(LOCAL).date(),
        "notice": notice,
    }
    status = 409 if notice else 200
    return visit.page(session, edge, me, "checks.html", values, now=now, status=status)


def _sees(me: Staff, ticket: Ticket) -> bool:
    return permissions.may(me.operator, Action.SEE_TICKET, worklists.row_of(ticket))


def _matching(  # noqa: PLR0913
    session: Session,
    edge: Edge,
    me: Staff,
    ticket: Ticket,
    form: MatchForm,
    *,
    now: datetime,
    notice: str = "",
) -> HTMLResponse:
    region = Region(ticket.region)
    found = checks.matches(
        session, region, id_number=form.id_number, name=form.name, born=form.born
    )
    values = {
        "ticket": ticket,
        "asked": bool(form.id_number or form.name),
        "found": [households.read(session, one) for one in found],
        "today": now.astimezone(LOCAL).date(),
        "notice": notice,
    }
    status = 422 if notice else 200
    return visit.page(session, edge, me, "check-match.html", values, now=now, status=status)
