"""The forms that change a ticket's time, and the page on which days are added to the calendar."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from api import overseeing
from api.auth import Staff
from api.console import labels, visit
from api.console.tickets import changing
from api.console.tickets.changing import Work
from api.edge import Edge, EdgeOf, Now
from cases import audit, calendars, permissions
from cases.calendars import DayKind
from cases.database import Session
from cases.errors import CaseError
from cases.permissions import Action, Row
from cases.tickets import extensions
from cases.tickets.extensions import NoExtensionError, OwnWishError
from cases.tickets.tickets import Ticket
from knowledge.names import Priority, Region

router = APIRouter(prefix="/console", include_in_schema=False)
Field = Annotated[str, Form()]
FURTHEST_YEARS = 2
REFUSALS = (
    (OwnWishError, "own_wish"),
    (NoExtensionError, "no_more_time"),
    (CaseError, "not_as_asked"),
)


@router.post("/tickets/{number}/more-time")
def ask(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    number: str,
    days: Annotated[int, Form()],
    reason: Field = "",
    csrf: Field = "",
) -> Response:
    """Ask for more days before the time is over."""

    def work(session: Session, me: Staff, ticket: Ticket) -> None:
        overseeing.ask_for_time(
            session, me.operator, ticket, days=days, reason=reason.strip(), now=now
        )

    return _changed(request, edge, number, csrf, Action.WORK_TICKET, work, now=now)


@router.post("/tickets/{number}/more-time/decide")
def decide(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    number: str,
    granted: Annotated[bool, Form()],
    csrf: Field = "",
) -> Response:
    """Grant or refuse what somebody else has asked for."""

    def work(session: Session, me: Staff, ticket: Ticket) -> None:
        speech = edge.helpline.speech
        overseeing.decide_on_time(
            session, me.operator, ticket, granted=granted, speech=speech, now=now
        )

    return _changed(request, edge, number, csrf, Action.OVERSEE_TICKET, work, now=now)


@router.post("/tickets/{number}/priority")
def priority(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    number: str,
    to: Annotated[Priority, Form()],
    reason: Field = "",
    csrf: Field = "",
) -> Response:
    """Give it another priority; its clocks start at the beginning."""

    def work(session: Session, me: Staff, ticket: Ticket) -> None:
        overseeing.change_priority(session, me.operator, ticket, to, reason=reason.strip(), now=now)

    return _changed(request, edge, number, csrf, Action.REFER_TICKET, work, now=now)


@router.get("/calendar")
def calendar(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """The days that people have added."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.EDIT_CALENDAR)
        return _calendar(session, edge, me, now=now)


@router.post("/calendar")
def enter(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    day: Annotated[date, Form()],
    kind: Annotated[DayKind, Form()],
    region: Annotated[Region, Form()],
    csrf: Field = "",
) -> Response:
    """Enter a day; every open ticket that it concerns is reckoned anew."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.EDIT_CALENDAR, Row(region=region))
        if abs(day.year - now.year) > FURTHEST_YEARS:
            return _calendar(session, edge, me, now=now, notice=labels.notice("wrong_year"))
        try:
            calendars.enter(session, region=region, day=day, kind=kind, by=me.operator.id, now=now)
        except CaseError:
            return _calendar(session, edge, me, now=now, notice=labels.notice("year_is_national"))
        extensions.retime_provisional(session, region, now=now)
        audit.record(session, me.operator.id, "entered a day", f"{region} {day}", now=now)
    return visit.to("/console/calendar")


def _calendar(
    session: Session, edge: Edge, me: Staff, *, now: datetime, notice: str = ""
) -> HTMLResponse:
    regions = [
        region
        for region in Region
        if permissions.may(me.operator, Action.EDIT_CALENDAR, Row(region=region))
    ]
    shown = {row.id: row for region in regions for row in calendars.entered(session, region)}
    values = {
        "rows": sorted(shown.values(), key=lambda row: (row.day, row.region)),
        "regions": regions,
        "kinds": list(DayKind),
        "notice": notice,
    }
    status = 422 if notice else 200
    return visit.page(session, edge, me, "calendar.html", values, now=now, status=status)


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
    return changing.changed(request, edge, number, csrf, leave, work, REFUSALS, now=now)
