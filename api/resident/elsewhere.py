"""How else a resident reaches somebody: numbers, hours, offices, and a chat application."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse

from api import cookies, forms, pages
from api.edge import Edge, EdgeOf, Now
from api.errors import ForgedError
from api.pages import LOCAL
from api.resident import places, thread
from bot.telegram_updates import CHANNEL
from cases import hours
from cases.database import Session
from cases.errors import UnknownError
from cases.hours import OpeningHours
from cases.talk import links
from knowledge.library import Library
from knowledge.names import Region

router = APIRouter(include_in_schema=False)
TELEGRAM = "https://t.me/"


@router.get("/elsewhere")
def show(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """The other ways; one that may not carry sensitive facts begins with an empty chat."""
    # public: names the ways; makes no link to anything that was told.
    return _page(request, edge, now)


@router.post("/elsewhere")
def go_on(
    request: Request, edge: EdgeOf, now: Now, csrf: Annotated[str, Form()] = ""
) -> HTMLResponse:
    """A link that takes this conversation along, once, within a quarter of an hour."""
    # public: leads nowhere but from this browser's own conversation.
    if CHANNEL in edge.settings.wary_channels or edge.settings.telegram_name is None:
        raise UnknownError("Nothing may be taken along there.")
    with edge.store.write() as session:
        if not forms.is_ours(session, request, edge, csrf):
            raise ForgedError(forms.FORGED)
        conversation = thread.conversation_of(session, request, edge)
        code = None if conversation is None else links.make(session, conversation, now=now)
    return _page(request, edge, now, code=code)


def _page(request: Request, edge: Edge, now: datetime, *, code: str | None = None) -> HTMLResponse:
    seed = forms.seed_of(request, edge)
    name = edge.settings.telegram_name
    library, today = edge.helpline.library(), now.astimezone(LOCAL).date()
    with edge.store.read() as session:
        conversation = thread.conversation_of(session, request, edge)
        begun = conversation is not None
        place = None if conversation is None else conversation.region
        csrf = forms.token_for(session, seed)
        opening = _opening(session, library, place)
    wary = CHANNEL in edge.settings.wary_channels
    region = None if place is None else Region(place)
    values = {
        **thread.frame(edge, thread.look_of(request)),
        **_reached(library, region, today, own=thread.hotline(edge)),
        "region": place,
        "opening": opening,
        "csrf": csrf,
        "empty": None if name is None else f"{TELEGRAM}{name}",
        "along": None if code is None else f"{TELEGRAM}{name}?start={code}",
        "may_go_on": begun and not wary,
        "wary": wary,
    }
    response = pages.page("resident/elsewhere.html", values)
    cookies.keep(response, edge, cookies.FORM, seed, until=cookies.CHAT_KEPT)
    return response


def _reached(
    library: Library, region: Region | None, today: date, *, own: str
) -> Mapping[str, object]:
    """Numbers that may be told as fact, the grave ones apart, and offices with a known address."""
    known = [
        row
        for place in ([region] if region else Region)
        for row in places.rows_of(library, place, today)
        if row.known and row.place.address
    ]
    numbers = library.hotlines_for("", region, on=today)
    return {
        "grave": library.emergency_hotlines(on=today),
        "numbers": [one for one in numbers if not one.emergency and one.number != own],
        "offices": known,
    }


def _opening(
    session: Session, library: Library, place: str | None
) -> Sequence[tuple[str, OpeningHours]]:
    """The hours that were entered, of the resident's place and the nation, or of every place."""
    wanted = {place, str(Region.NATIONAL)}
    return [
        (library.region_name(Region(row.region)), row)
        for row in hours.entered(session)
        if place is None or row.region in wanted
    ]
