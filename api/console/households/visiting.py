"""A caseworker's week: planned by street, printed for the road, offered hours, own calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, BeforeValidator
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import labels, visit
from api.console.households import visit_rounds
from api.edge import EdgeOf, Now
from api.pages import LOCAL
from cases import audit, calendars, permissions
from cases.database import Session
from cases.errors import CaseError
from cases.households import (
    assistance,
    calendar_links,
    households,
    visit_answers,
    visit_plans,
    visit_results,
    visit_slots,
    visits,
)
from cases.permissions import Action, Row
from knowledge import rounds
from knowledge.names import Region

router = APIRouter(prefix="/console/visits", include_in_schema=False)
Field = Annotated[str, Form()]
Day = Annotated[date | None, BeforeValidator(lambda day: day or None)]
WEEK = timedelta(days=7)
FULL = labels.notice("hour_full")
WRONG_HOUR = labels.notice("wrong_hour")


class PromiseForm(BaseModel):
    """The stops that were ticked: `HOUSEHOLD TIME DUE…` each."""

    stops: list[str] = []
    csrf: str = ""


@dataclass(frozen=True)
class _Line:
    """One visit as the week shows it."""

    visit: object
    file: object
    purpose: str
    answer: object
    result: object


@router.get("")
def week(
    request: Request, edge: EdgeOf, now: Now, first: Annotated[Day, Query(alias="from")] = None
) -> HTMLResponse:
    """The visits of seven days, the hours that are offered, and 探访关爱率."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_HOUSEHOLD)
        return _week(session, request, edge, me, first or _today(now), now=now)


@router.get("/plan")
def propose(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    first: Annotated[Day, Query(alias="from")] = None,
    days: Annotated[int, Query(ge=1, le=20)] = 5,
    capacity: Annotated[int, Query(ge=1, le=rounds.MOST_A_DAY)] = 5,
) -> HTMLResponse:
    """What is due, put into days by street; nothing is promised before it is sent."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.EDIT_HOUSEHOLD)
        begin = max(first or _today(now), _today(now) + timedelta(days=1))
        local = calendars.local_days(session, Region(me.operator.region or Region.NATIONAL))
        working = rounds.working_days(begin, days, local)
        found = visit_rounds.propose(session, me.operator, working, capacity=capacity, now=now)
        audit.record(session, me.operator.id, "listed households", "visits to plan", now=now)
        values = {"round": found, "first": begin, "days": days, "capacity": capacity}
        return visit.page(session, edge, me, "visit-plan.html", values, now=now)


@router.post("/plan")
def promise(
    request: Request, edge: EdgeOf, now: Now, form: Annotated[PromiseForm, Form()]
) -> Response:
    """Promise the ticked visits; each household is reminded in time. All of them or none."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.EDIT_HOUSEHOLD)
        try:
            planned = visit_rounds.promise(session, me.operator, form.stops, now=now)
        except CaseError:
            session.rollback()
            return _week(session, request, edge, me, _today(now), now=now, notice=FULL)
        for row in planned:
            audit.record(session, me.operator.id, "planned visit", row.id, now=now)
        first = min((row.at.astimezone(LOCAL).date() for row in planned), default=_today(now))
    return visit.to(f"/console/visits?from={first}")


@router.get("/print")
def for_the_road(
    request: Request, edge: EdgeOf, now: Now, day: Annotated[Day, Query()] = None
) -> HTMLResponse:
    """The visits of a day in large type: where, who, how to reach them, room to write."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_HOUSEHOLD)
        wanted = day or _today(now)
        stops = visit_rounds.for_the_road(session, me.operator, wanted)
        for stop in stops:
            audit.record(session, me.operator.id, "printed household", stop.file.id, now=now)
        values = {"stops": stops, "day": wanted}
        return visit.page(session, edge, me, "visit-list.html", values, now=now)


@router.post("/hours")
def offer(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    day: Annotated[date, Form()],
    starts: Annotated[list[time], Form()],
    capacity: Annotated[int, Form(ge=1, le=visit_slots.MOST)] = 1,
    csrf: Field = "",
) -> Response:
    """Offer hours of a day into which residents may move a visit themselves."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.EDIT_HOUSEHOLD)
        try:
            for start in starts:
                at = datetime.combine(day, start, tzinfo=LOCAL)
                visit_slots.offer(session, me.operator.id, at, capacity=capacity, now=now)
        except CaseError:
            session.rollback()
            return _week(session, request, edge, me, _today(now), now=now, notice=WRONG_HOUR)
    return visit.to(f"/console/visits?from={day}")


@router.post("/hours/{slot_id}/withdraw")
def withdraw(request: Request, edge: EdgeOf, now: Now, slot_id: str, csrf: Field = "") -> Response:
    """Offer an hour no longer."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.EDIT_HOUSEHOLD)
        visit_slots.withdraw(session, me.operator.id, slot_id)
    return visit.to("/console/visits")


@router.post("/calendar")
def link(request: Request, edge: EdgeOf, now: Now, csrf: Field = "") -> HTMLResponse:
    """A new link for one's own calendar, shown once; the one before opens nothing any more."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.SEE_HOUSEHOLD)
        token = calendar_links.make(session, me.operator.id, now=now)
        audit.record(session, me.operator.id, "made calendar link", me.operator.id, now=now)
        return _week(session, request, edge, me, _today(now), now=now, token=token)


@router.post("/calendar/revoke")
def unlink(request: Request, edge: EdgeOf, now: Now, csrf: Field = "") -> Response:
    """No link any more."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.SEE_HOUSEHOLD)
        calendar_links.revoke(session, me.operator.id, now=now)
        audit.record(session, me.operator.id, "revoked calendar link", me.operator.id, now=now)
    return visit.to("/console/visits")


def _week(  # noqa: PLR0913
    session: Session,
    request: Request,
    edge: EdgeOf,
    me: Staff,
    first: date,
    *,
    now: datetime,
    notice: str = "",
    token: str | None = None,
) -> HTMLResponse:
    begin = datetime.combine(first, time(), tzinfo=LOCAL)
    base = (edge.settings.public_url or str(request.base_url)).rstrip("/")
    own = me.operator
    values = {
        "first": first,
        "days": [
            (first + timedelta(days=one), _day(session, me, begin + timedelta(days=one)))
            for one in range(7)
        ],
        "slots": visit_slots.offered(session, own.id, begin, begin + WEEK),
        "starts": rounds.STARTS,
        "rate": _rate(session, me, _today(now)),
        "linked": calendar_links.live(session, own.id),
        "link": None if token is None else f"{base}/calendar/{token}.ics",
        "may_edit": permissions.may(own, Action.EDIT_HOUSEHOLD),
        "today": _today(now),
        "notice": notice,
        "before": first - WEEK,
        "after_week": first + WEEK,
    }
    audit.record(session, own.id, "listed households", "visits of a week", now=now)
    status = 422 if notice else 200
    return visit.page(session, edge, me, "visits.html", values, now=now, status=status)


def _day(session: Session, me: Staff, begin: datetime) -> Sequence[_Line]:
    end = begin + timedelta(days=1)
    return [
        _Line(
            row,
            households.read(session, household),
            visits.purpose(session, household, row),
            visit_answers.of_visit(session, row),
            visit_results.of_visit(session, row),
        )
        for row, household, _ in visit_plans.between(session, me.operator.id, begin, end)
        if permissions.may(me.operator, Action.SEE_HOUSEHOLD, Row(region=household.region))
    ]


def _rate(session: Session, me: Staff, today: date) -> visit_results.Rate | None:
    if not permissions.may(me.operator, Action.SEE_DELIVERY):
        return None
    among = [
        one
        for one in assistance.assisted(session, on=today)
        if permissions.may(me.operator, Action.SEE_DELIVERY, Row(region=one.region))
    ]
    return visit_results.rate(session, among, on=today)


def _today(now: datetime) -> date:
    return now.astimezone(LOCAL).date()
