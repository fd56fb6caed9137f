"""A line more in the thread: sent as a form or by script; whatever is refused is not lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from api import auth, cookies, forms, lanes, shapes
from api.edge import Edge, EdgeOf, Now
from api.errors import LimitedError
from api.resident import pieces, routes, thread
from api.resident.thread import Sent
from cases.channels.inbox import Inbound
from cases.talk import conversations, messages
from cases.talk.messages import Line

router = APIRouter(include_in_schema=False)
BY_SCRIPT = "X-Fragment"
JOINED_BY = "、"
_SAID = TypeAdapter[str](shapes.Said)


class Entry(BaseModel):
    """What the form sends: words, or the buttons that were chosen."""

    text: str = ""
    choice: list[str] = []
    client_id: shapes.Key
    csrf: str = ""

    @property
    def said(self) -> str:
        """What the resident says with it."""
        return JOINED_BY.join(self.choice) or self.text.replace("\r\n", "\n").strip()


@dataclass(frozen=True)
class Refused:
    """Why a line was not taken: the key of a sentence, and the status that goes with it."""

    key: str
    status: int
    after: int | None = None


@router.post("/chat")
async def say(
    request: Request, edge: EdgeOf, now: Now, entry: Annotated[Entry, Form()]
) -> Response:
    """Say something; a form is led back to the page, a script gets the new lines."""
    # public: the cookie opens nothing but its own thread; without one a conversation begins.
    return await to_thread.run_sync(_say, request, edge, entry, now, limiter=lanes.intake())


def _say(request: Request, edge: Edge, entry: Entry, now: datetime) -> Response:
    refused = _why_not(request, edge, entry)
    if refused is not None:
        return _refuse(request, edge, entry, refused, now)
    try:
        sent = thread.send(
            edge,
            request,
            text=_SAID.validate_python(entry.said),
            client_id=entry.client_id,
            address=auth.address(request, edge),
            now=now,
        )
    except LimitedError as error:
        return _refuse(request, edge, entry, Refused("too_often", 429, error.after), now)
    response = _new_lines(request, edge, sent, now) if _by_script(request) else _to_page(edge, sent)
    if sent.token is not None:
        cookies.keep(response, edge, cookies.CHAT, sent.token, until=thread.kept_for(request))
    return response


def _why_not(request: Request, edge: Edge, entry: Entry) -> Refused | None:
    with edge.store.read() as session:
        ours = forms.is_ours(session, request, edge, entry.csrf)
    if not ours:
        known = cookies.read(request, edge, cookies.FORM) is not None
        return Refused("stale" if known else "no_cookies", 403)
    if len(entry.said) > shapes.LONGEST_TEXT:
        return Refused("too_long", 422)
    try:
        _SAID.validate_python(entry.said)
    except ValidationError:
        return Refused("empty", 422)
    return None


def _refuse(request: Request, edge: Edge, entry: Entry, why: Refused, now: datetime) -> Response:
    look = thread.look_of(request)
    notice = thread.notice(edge, look, why.key)
    if _by_script(request):
        seed = forms.seed_of(request, edge)
        with edge.store.read() as session:
            body = {"notice": notice, "csrf": forms.token_for(session, seed)}
        response: Response = JSONResponse(body, why.status)
        cookies.keep(response, edge, cookies.FORM, seed, until=cookies.CHAT_KEPT)
    else:
        response = routes.render(
            request,
            edge,
            now=now,
            look=look,
            draft=entry.text,
            notice=notice,
            status=why.status,
        )
    if why.after is not None:
        response.headers["Retry-After"] = str(why.after)
    return response


def _new_lines(request: Request, edge: Edge, sent: Sent, now: datetime) -> Response:
    with edge.store.read() as session:
        conversation = conversations.find(session, sent.conversation_id)
        lines: Sequence[Line] = messages.of_inbound(session, conversation, sent.inbound_id)
        if sent.token is not None:
            lines = messages.since(session, conversation)
        strip = thread.waiting(session, conversation, now=now)
    return HTMLResponse(pieces.html(request, edge, lines, strip))


def _by_script(request: Request) -> bool:
    return BY_SCRIPT in request.headers


def _to_page(edge: Edge, sent: Sent) -> Response:
    with edge.store.read() as session:
        own = session.get_one(Inbound, sent.inbound_id).seq
    return RedirectResponse(f"/#line-{own}", 303)
