"""Somebody's visits as an iCalendar file that names nobody: a time, and that it is a visit."""

from datetime import datetime, timedelta

from fastapi import APIRouter
from icalendar import Calendar, Event
from starlette.responses import Response

from api.console import labels
from api.edge import EdgeOf, Now
from cases.errors import UnknownError
from cases.households import calendar_links, visit_plans

router = APIRouter(include_in_schema=False)
BACK, AHEAD = timedelta(days=30), timedelta(days=180)
LASTS = timedelta(minutes=50)
LONGEST_TOKEN = 64


@router.get("/calendar/{token}.ics")
def feed(edge: EdgeOf, now: Now, token: str) -> Response:
    """The visits behind a link."""
    # public: calendars cannot sign in; the link is unguessable, revocable and tells nobody's name.
    with edge.store.read() as session:
        owner = calendar_links.whose(session, token) if len(token) <= LONGEST_TOKEN else None
        if owner is None:
            raise UnknownError("There is no such calendar.")
        rows = visit_plans.between(session, owner, now - BACK, now + AHEAD)
        body = _calendar([(row.id, row.at) for row, _, _ in rows], now=now)
    return Response(body, media_type="text/calendar; charset=utf-8")


def _calendar(visits: list[tuple[str, datetime]], *, now: datetime) -> bytes:
    words = labels.load()["visit_words"]
    calendar = Calendar()
    calendar.add("prodid", "-//Zhulian//visits//ZH")
    calendar.add("version", "2.0")
    for visit_id, at in visits:
        event = Event()
        event.add("uid", f"{visit_id}@zhulian")
        event.add("summary", words["event"])
        event.add("dtstart", at)
        event.add("dtend", at + LASTS)
        event.add("dtstamp", now)
        calendar.add_component(event)
    return bytes(calendar.to_ical())
