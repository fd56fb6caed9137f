"""A household's own list behind its link: to read, to print on one page, to send on."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import segno
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from api import pages
from api.edge import Edge, EdgeOf, Now
from api.errors import LimitedError
from api.resident import paper, thread, wording
from api.resident.look import Look
from cases import audit, throttles
from cases.dialogue import checklists
from cases.dialogue.checklists import ExpiredError, Opened
from cases.errors import KeyDestroyedError, UnknownError
from knowledge.checklist import Checklist, Group
from knowledge.library import Library

router = APIRouter(include_in_schema=False)
LOCAL = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)
LOOKS_A_MINUTE = 60
GOVERNMENT = "12345"
# Who holds the link is not known; every look is on record all the same.
READER = "link"
NOT_FOUND, GONE = 404, 410


@router.get("/list/{token}")
def show(request: Request, edge: EdgeOf, now: Now, token: str) -> HTMLResponse:
    """The list, or a kind sentence once it was erased. Looking at it is recorded."""
    # public: the link is the key; it names nobody, is kept as a fingerprint, and expires.
    look = thread.look_of(request)
    try:
        opened = _open(edge, token, now)
    except UnknownError:
        return _gone(edge, look, NOT_FOUND)
    except (ExpiredError, KeyDestroyedError):
        return _gone(edge, look, GONE)
    link = f"{_address(request, edge)}/list/{token}"
    return _private(pages.page("resident/list.html", _values(edge, look, opened, link, now)))


def _open(edge: Edge, token: str, now: datetime) -> Opened:
    with edge.store.write() as session:
        opened = checklists.opened(session, token, now=now)
        looks = throttles.count(session, f"list {opened.id}", every=MINUTE, now=now)
        if looks > LOOKS_A_MINUTE:
            raise LimitedError("This list is opened too often; wait a minute.", after=60)
        audit.record(session, READER, "opened list", opened.id, now=now)
        return opened


def _values(edge: Edge, look: Look, opened: Opened, link: str, now: datetime) -> dict[str, object]:
    made, words = opened.checklist, wording.load(look.language)["list"]
    until = opened.expires_at.astimezone(LOCAL).date()
    closing = _closing(words, made, edge.helpline.library(), now)
    offices = [words["office"].format(name=o.name, hours=o.hours) for o in made.offices[:1]]
    printed = [*offices, *closing, words["print_code"].format(until=until)]
    return {
        **thread.frame(edge, look),
        "made": made,
        "day": made.made_on,
        "until": until,
        "groups": [(group, made.of(group)) for group in Group if made.of(group)],
        "paper": paper.fit(made, words, printed),
        "closing": closing,
        "printed_closing": printed,
        "link": link,
        "code": segno.make(link, error="m").svg_inline(border=2, omitsize=True, svgclass="code"),
    }


def _closing(
    words: Mapping[str, str], made: Checklist, library: Library, now: datetime
) -> list[str]:
    """Rights and hours; a number is named only while it was verified not long ago."""
    numbers = library.hotlines_for("", None, on=now.astimezone(LOCAL).date())
    known = any(line.number == GOVERNMENT for line in numbers)
    told = [] if made.offices else [words["hours_ask" if known else "hours_unknown"]]
    return [words["rights"], words["all_may"], *told]


def _gone(edge: Edge, look: Look, status: int) -> HTMLResponse:
    return _private(pages.page("resident/list-gone.html", thread.frame(edge, look), status=status))


def _private(response: HTMLResponse) -> HTMLResponse:
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _address(request: Request, edge: Edge) -> str:
    return (edge.settings.public_url or str(request.base_url)).rstrip("/")
