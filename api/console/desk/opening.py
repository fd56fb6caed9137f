"""The page of hours: when somebody is there, and in which hours residents may be called back."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import visit
from api.edge import EdgeOf, Now
from cases import audit, hours, permissions
from cases.database import Session
from cases.desk import slots
from cases.desk.slots import Plan
from cases.errors import UnknownError
from cases.hours import Channel, DayKind, OpeningHours, Span
from cases.permissions import Action, Row
from knowledge.names import Region

router = APIRouter(prefix="/console/hours", include_in_schema=False)


class HoursForm(BaseModel):
    """A span of hours as the page sends it."""

    csrf: str = ""
    region: Region
    channel: Channel
    days: DayKind
    begins: time
    ends: time


class SlotsForm(BaseModel):
    """Hours for calls: every day of a span, each so many minutes long, for so many residents."""

    csrf: str = ""
    region: Region
    first: date
    last: date
    begins: time
    ends: time
    minutes: Annotated[int, Field(ge=5, le=480)]
    capacity: Annotated[int, Field(ge=1, le=200)]


@router.get("")
def show(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """All hours of the places this account directs."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.DIRECT_DESK)
        return visit.page(session, edge, me, "hours.html", _shown(session, me, now), now=now)


@router.post("")
def enter(request: Request, edge: EdgeOf, now: Now, form: Annotated[HoursForm, Form()]) -> Response:
    """Enter a span; with the first one the place is no longer always open."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.EDIT_CALENDAR, Row(region=form.region))
        span = Span(form.days, form.begins, form.ends)
        row = hours.enter(session, form.region, form.channel, span, by=me.operator.id, now=now)
        audit.record(session, me.operator.id, "entered opening hours", row.id, now=now)
    return visit.to("/console/hours")


@router.post("/slots")
def open_slots(
    request: Request, edge: EdgeOf, now: Now, form: Annotated[SlotsForm, Form()]
) -> Response:
    """Open hours in which residents may be called back."""
    length = timedelta(minutes=form.minutes)
    plan = Plan(form.first, form.last, form.begins, form.ends, length, form.capacity)
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.EDIT_CALENDAR, Row(region=form.region))
        slots.open_for(session, form.region, plan, by=me.operator.id, now=now)
        audit.record(session, me.operator.id, "opened hours for calls", form.region, now=now)
    return visit.to("/console/hours")


@router.post("/{hours_id}/end")
def end(
    request: Request, edge: EdgeOf, now: Now, hours_id: str, csrf: Annotated[str, Form()] = ""
) -> Response:
    """From now on these hours do not hold."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.DIRECT_DESK)
        row = session.get(OpeningHours, hours_id)
        if row is None or not _directs(me, row.region):
            raise UnknownError("There are no such hours.")
        hours.end(session, hours_id, now=now)
        audit.record(session, me.operator.id, "ended opening hours", hours_id, now=now)
    return visit.to("/console/hours")


def _shown(session: Session, me: Staff, now: datetime) -> Mapping[str, object]:
    return {
        "hours": [row for row in hours.entered(session) if _directs(me, row.region)],
        "slots": [row for row in slots.ahead(session, now=now) if _directs(me, row.region)],
        "regions": [one for one in Region if _directs(me, one)],
        "channels": list(Channel),
        "day_kinds": list(DayKind),
    }


def _directs(me: Staff, region: str) -> bool:
    return permissions.may(me.operator, Action.EDIT_CALENDAR, Row(region=region))
