"""The households' pages: a file, and the visits that are promised to it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from api import casework
from api.auth import Staff
from api.console import labels, visit
from api.console.households import household_page
from api.edge import EdgeOf, Now
from api.pages import LOCAL
from cases import audit, permissions
from cases.channels import reminders
from cases.database import Session
from cases.errors import CaseError, SlotFullError, UnknownError
from cases.households import households, reckoning, visit_plans, visits
from cases.permissions import Action, Row
from cases.tickets import tickets, worklists
from knowledge.names import Region

router = APIRouter(prefix="/console/households", include_in_schema=False)
Field = Annotated[str, Form()]
WRONG_TIME = labels.notice("wrong_time")
HOUR_FULL = labels.notice("visit_full")


class VisitForm(BaseModel):
    """A visit as it is entered: local wall times without a zone."""

    at: datetime
    purpose: Annotated[str, Form(min_length=1, max_length=500)]
    remind_at: datetime | str = ""
    csrf: str = ""


class HouseholdForm(BaseModel):
    """A new file. `ticket` and `conversation` say where it comes from."""

    name: Annotated[str, Form(min_length=1, max_length=100)]
    address: Annotated[str, Form(max_length=300)] = ""
    region: Region
    ticket: str = ""
    csrf: str = ""


@router.get("")
def lists(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """The newest files, the visits ahead, and whom a person must tell."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_HOUSEHOLD)
        region = None if me.operator.region is None else Region(me.operator.region)
        files = [households.read(session, row) for row in households.newest(session, region=region)]
        audit.record(session, me.operator.id, "listed households", "newest", now=now)
        values = {
            "files": files,
            "ahead": _ahead(session, me, now),
            "listed": _listed(session, me),
            "today": now.astimezone(LOCAL).date(),
            "dues": [
                (due, households.read(session, household))
                for due, household in reckoning.due_soon(
                    session, on=now.astimezone(LOCAL).date(), region=region
                )
            ],
        }
        return visit.page(session, edge, me, "households.html", values, now=now)


@router.get("/new")
def ask(
    request: Request, edge: EdgeOf, now: Now, ticket: Annotated[str, Query()] = ""
) -> HTMLResponse:
    """The form for a new file, filled with what the ticket tells."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.EDIT_HOUSEHOLD)
        found = casework.find(session, me.operator, Action.SEE_TICKET, ticket) if ticket else None
        region = me.operator.region if found is None else found.region
        values = {"ticket": found, "region": region, "regions": list(Region)}
        return visit.page(session, edge, me, "household-new.html", values, now=now)


@router.post("")
def open_file(
    request: Request, edge: EdgeOf, now: Now, form: Annotated[HouseholdForm, Form()]
) -> Response:
    """Begin a file; the ticket it comes from goes into it."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.EDIT_HOUSEHOLD, Row(region=form.region))
        ticket = None
        if form.ticket:
            ticket = casework.find(session, me.operator, Action.SEE_TICKET, form.ticket)
        household = households.open_file(
            session,
            name=form.name.strip(),
            address=form.address.strip(),
            region=form.region,
            conversation_id=None if ticket is None else ticket.conversation_id,
            created_by=me.operator.id,
            now=now,
        )
        if ticket is not None:
            tickets.file_under(session, ticket, household.id, now=now)
        audit.record(session, me.operator.id, "opened household", household.id, now=now)
    return visit.to(f"/console/households/{household.id}")


@router.get("/{household_id}")
def one(request: Request, edge: EdgeOf, now: Now, household_id: str) -> HTMLResponse:
    """One file; looking at it is recorded."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        household = household_page.find(session, me, Action.SEE_HOUSEHOLD, household_id)
        permissions.require(me.operator, Action.SEE_HOUSEHOLD)
        audit.record(session, me.operator.id, "looked at household", household.id, now=now)
        return household_page.show(session, edge, me, household, now=now)


@router.post("/{household_id}/visits")
def plan(
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    form: Annotated[VisitForm, Form()],
) -> Response:
    """Promise a visit; the resident is reminded at the promised local time."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.EDIT_HOUSEHOLD)
        household = household_page.find(session, me, Action.EDIT_HOUSEHOLD, household_id)
        try:
            planned = visits.plan(
                session,
                household,
                local=form.at.replace(tzinfo=None),
                zone=str(LOCAL),
                purpose=form.purpose.strip(),
                remind_at=_naive(form.remind_at),
                planned_by=me.operator.id,
                now=now,
            )
            visit_plans.assign(session, planned, me.operator.id)
        except CaseError as error:
            session.rollback()
            fresh = household_page.find(session, me, Action.EDIT_HOUSEHOLD, household_id)
            why = HOUR_FULL if isinstance(error, SlotFullError) else WRONG_TIME
            return household_page.show(session, edge, me, fresh, now=now, notice=why, draft=form)
        audit.record(session, me.operator.id, "planned visit", planned.id, now=now)
    return visit.to(f"/console/households/{household_id}")


@router.post("/{household_id}/reminders/{reminder_id}/called")
def called(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    reminder_id: str,
    csrf: Field = "",
) -> Response:
    """A person has called: it leaves the list."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        household = household_page.find(session, me, Action.EDIT_HOUSEHOLD, household_id)
        of_it = {
            one.id
            for row in visits.of_household(session, household)
            for one in reminders.of_subject(session, row.id)
        }
        if reminder_id not in of_it:
            raise UnknownError("There is no such reminder.")
        reminders.seen_to(session, reminder_id)
        audit.record(session, me.operator.id, "called household", household_id, now=now)
    return visit.to("/console/households")


@router.post("/{household_id}/visits/{visit_id}/cancel")
def cancel(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    visit_id: str,
    csrf: Field = "",
) -> Response:
    """Call a visit off; its reminder does not go out."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.EDIT_HOUSEHOLD)
        household = household_page.find(session, me, Action.EDIT_HOUSEHOLD, household_id)
        planned = {row.id for row in visits.of_household(session, household)}
        if visit_id not in planned:
            raise UnknownError("There is no such visit.")
        visit_plans.cancel(session, visit_id, now=now)
        audit.record(session, me.operator.id, "cancelled visit", visit_id, now=now)
    return visit.to(f"/console/households/{household_id}")


def _ahead(session: Session, me: Staff, now: datetime) -> list[tuple[object, object]]:
    return [
        (planned, households.read(session, household))
        for planned, household in worklists.visits_ahead(session, me.operator, now=now)
    ]


def _listed(session: Session, me: Staff) -> list[tuple[object, object, object]]:
    found: list[tuple[object, object, object]] = []
    for reminder in reminders.listed(session):
        planned = visits.find(session, reminder.subject)
        household = households.find(session, planned.household_id)
        if permissions.may(me.operator, Action.SEE_HOUSEHOLD, Row(region=household.region)):
            found.append((planned, households.read(session, household), reminder))
    return found


def _naive(moment: datetime | str) -> datetime | None:
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=None)
    # Of a date or a text the form always hands on the text.
    try:
        return datetime.fromisoformat(moment).replace(tzinfo=None) if moment else None
    except ValueError as error:
        raise CaseError(WRONG_TIME) from error
