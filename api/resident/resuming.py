"""Going on in another browser: a link that works once, soon, and only where it was asked for."""

from typing import Annotated

import segno
from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api import cookies, forms, pages
from api.edge import Edge, EdgeOf, Now
from api.resident import thread
from cases.errors import UnknownError
from cases.talk import links

router = APIRouter(include_in_schema=False)
GONE = "This link was used or is too old; make a new one where the conversation is open."


@router.get("/resume")
def ask(request: Request, edge: EdgeOf) -> HTMLResponse:
    """Where the link is made; a ticket number opens nothing."""
    # public: makes no link by itself.
    return _page(request, edge)


@router.post("/resume")
def make(
    request: Request, edge: EdgeOf, now: Now, csrf: Annotated[str, Form()] = ""
) -> HTMLResponse:
    """The link to this browser's own conversation, to be opened once within a quarter hour."""
    # public: leads nowhere but to this browser's own conversation.
    with edge.store.write() as session:
        forms.require_ours(session, request, edge, csrf)
        conversation = thread.conversation_of(session, request, edge)
        if conversation is None:
            return _page(request, edge)
        code = links.make(session, conversation, now=now)
    base = (edge.settings.public_url or str(request.base_url)).rstrip("/")
    return _page(request, edge, link=f"{base}/resume/{code}")


@router.get("/resume/{code}")
def confirm(request: Request, edge: EdgeOf, code: str) -> HTMLResponse:
    """One button. A preview that opens the link must not use it up."""
    # public: opens nothing by itself.
    return _page(request, edge, code=code)


@router.post("/resume/{code}")
def go_on(
    request: Request, edge: EdgeOf, now: Now, code: str, csrf: Annotated[str, Form()] = ""
) -> Response:
    """Go on here. Raises UnknownError for a link that was used or is too old."""
    # public: the code in the address is the key.
    with edge.store.write() as session:
        forms.require_ours(session, request, edge, csrf)
        token = links.resume(session, code, now=now)
    if token is None:
        raise UnknownError(GONE)
    response = RedirectResponse("/#end", 303)
    cookies.keep(response, edge, cookies.CHAT, token, until=thread.kept_for(request))
    return response


def _page(
    request: Request, edge: Edge, *, link: str | None = None, code: str | None = None
) -> HTMLResponse:
    seed = forms.seed_of(request, edge)
    with edge.store.read() as session:
        begun = thread.conversation_of(session, request, edge) is not None
        csrf = forms.token_for(session, seed)
    values = {
        **thread.frame(edge, thread.look_of(request)),
        "csrf": csrf,
        "begun": begun,
        "link": link,
        "drawn": None
        if link is None
        else segno.make(link, error="m").svg_inline(border=2, omitsize=True, svgclass="code"),
        "code": code,
    }
    response = pages.page("resident/resume.html", values)
    cookies.keep(response, edge, cookies.FORM, seed, until=thread.kept_for(request))
    return response
