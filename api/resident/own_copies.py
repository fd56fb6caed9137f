"""A resident's own records behind a link that ends: proven by a number they told, and logged."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from api import cookies, forms, pages
from api.edge import Edge, EdgeOf, Now
from api.resident import own_copy, thread, wording
from cases import audit, throttles
from cases.database import Session
from cases.dialogue import copy_links
from cases.dialogue import own_copy as records
from cases.dialogue.copy_links import LinkEndedError
from cases.errors import UnknownError
from cases.retention.wishes import RESIDENT
from cases.talk.conversations import Conversation

router = APIRouter(include_in_schema=False)
QUARTER = timedelta(minutes=15)
MOST_TRIES = 5
DIGITS = 4
OPEN, GONE, WRONG, TOO_OFTEN = 200, 410, 422, 429


@router.get("/copy/{token}")
def show(request: Request, edge: EdgeOf, now: Now, token: str) -> HTMLResponse:
    """What the file holds, and the button. Nothing of it is shown here."""
    # public: the link opens a page that says nothing of anybody.
    return _page(request, edge, token, now)


@router.post("/copy/{token}")
def take(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    token: str,
    digits: Annotated[str, Form(max_length=20)] = "",
    csrf: Annotated[str, Form()] = "",
) -> Response:
    """The file, to whoever holds the link and knows the end of a number that was told."""
    # public: the link, which ends, and the number are the key.
    tried, proven = 0, False
    with edge.store.write() as session:
        forms.require_ours(session, request, edge, csrf)
        chat = _follow(session, token, now)
        if chat is not None:
            # Counted before it is compared: guesses that come at once cannot share one try.
            tried = throttles.count(session, f"copy {chat.resident_id}", every=QUARTER, now=now)
            proven = tried <= MOST_TRIES and _proves(session, chat, digits.strip())
            if proven:
                throttles.forget(session, f"copy {chat.resident_id}")
                audit.record(session, RESIDENT, "took own copy", chat.id, now=now)
                return own_copy.download(session, edge, chat.resident_id, now=now)
            audit.record(session, RESIDENT, "failed to take own copy", chat.id, now=now)
    return _page(request, edge, token, now, tried=tried)


def _follow(session: Session, token: str, now: datetime) -> Conversation | None:
    try:
        return copy_links.follow(session, token, now=now)
    except (UnknownError, LinkEndedError):
        return None


def _proves(session: Session, chat: Conversation, digits: str) -> bool:
    """Whoever told no number has nothing but the conversation itself to prove it with."""
    told = records.numbers(session, chat.resident_id)
    return not told or (len(digits) == DIGITS and any(one.endswith(digits) for one in told))


def _said(words: Mapping[str, str], tried: int) -> tuple[str, int]:
    """What is said of a try that failed; nothing before the first."""
    if tried > MOST_TRIES:
        return words["too_often"], TOO_OFTEN
    return (words["wrong"], WRONG) if tried else ("", OPEN)


def _page(
    request: Request, edge: Edge, token: str, now: datetime, *, tried: int = 0
) -> HTMLResponse:
    look, seed = thread.look_of(request), forms.seed_of(request, edge)
    words = wording.load(look.language)["own_copy"]
    notice, status = _said(words, tried)
    with edge.store.read() as session:
        chat = _follow(session, token, now)
        proves = chat is not None and bool(records.numbers(session, chat.resident_id))
        csrf = forms.token_for(session, seed)
    if chat is None:
        status = GONE
    shown = {
        **thread.frame(edge, look),
        "token": "" if chat is None else token,
        "proves": proves,
        "notice": notice,
        "csrf": csrf,
    }
    response = pages.page("resident/own-copy.html", shown, status=status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    cookies.keep(response, edge, cookies.FORM, seed, until=thread.kept_for(request))
    return response
