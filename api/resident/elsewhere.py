"""Where else a resident can go on: a chat application, with or without what was told here."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse

from api import cookies, forms, pages
from api.edge import Edge, EdgeOf, Now
from api.errors import ForgedError
from api.resident import thread
from bot.telegram_updates import CHANNEL
from cases.errors import UnknownError
from cases.talk import links

router = APIRouter(include_in_schema=False)
TELEGRAM = "https://t.me/"


@router.get("/elsewhere")
def show(request: Request, edge: EdgeOf) -> HTMLResponse:
    """The other ways; one that may not carry sensitive facts begins with an empty chat."""
    # public: names the ways; makes no link to anything that was told.
    return _page(request, edge)


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
    return _page(request, edge, code=code)


def _page(request: Request, edge: Edge, *, code: str | None = None) -> HTMLResponse:
    seed = forms.seed_of(request, edge)
    name = edge.settings.telegram_name
    with edge.store.read() as session:
        begun = thread.conversation_of(session, request, edge) is not None
        csrf = forms.token_for(session, seed)
    wary = CHANNEL in edge.settings.wary_channels
    values = {
        **thread.frame(edge, thread.look_of(request)),
        "csrf": csrf,
        "empty": None if name is None else f"{TELEGRAM}{name}",
        "along": None if code is None else f"{TELEGRAM}{name}?start={code}",
        "may_go_on": begun and not wary,
        "wary": wary,
    }
    response = pages.page("resident/elsewhere.html", values)
    cookies.keep(response, edge, cookies.FORM, seed, until=cookies.CHAT_KEPT)
    return response
