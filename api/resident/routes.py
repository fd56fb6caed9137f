"""The addresses of the resident's page: the thread, the place, the look, and the way out."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api import auth, cookies, forms, pages
from api.edge import Edge, EdgeOf, Now
from api.resident import look, places, thread
from cases.talk import conversations
from knowledge.names import Region

router = APIRouter(include_in_schema=False)
router.include_router(places.router)
LOOK_KEPT = timedelta(days=365)


@router.get("/")
def show(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """The thread of this browser, or the greeting."""
    # public: whoever needs help may write; the cookie opens nothing but its own thread.
    return render(request, edge, now=now, look=thread.look_of(request))


@router.post("/look")
def change_look(
    request: Request,
    edge: EdgeOf,
    now: Now,
    wish: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Larger letters, other colours, the other language; what is being written stays."""
    # public: changes nothing but how this browser reads.
    wished = thread.look_of(request).wished(wish)
    response = render(request, edge, now=now, look=wished, draft=text)
    response.set_cookie(
        look.COOKIE,
        wished.kept(),
        max_age=int(LOOK_KEPT.total_seconds()),
        secure=edge.secure,
        httponly=True,
        samesite="strict",
    )
    token = cookies.read(request, edge, cookies.CHAT)
    if token is not None:
        until = None if wished.shared else cookies.CHAT_KEPT
        cookies.keep(response, edge, cookies.CHAT, token, until=until)
    return response


@router.post("/region")
def settle(
    request: Request,
    edge: EdgeOf,
    now: Now,
    region: Annotated[Region, Form()],
    csrf: Annotated[str, Form()] = "",
) -> Response:
    """Remember the place; a conversation begins here when there is none yet."""
    # public: touches nothing but this browser's own conversation.
    response = RedirectResponse("/", 303)
    with edge.store.write() as session:
        forms.require_ours(session, request, edge, csrf)
        conversation = thread.conversation_of(session, request, edge)
        if conversation is not None:
            conversations.settle(session, conversation, region)
            return response
    address = auth.address(request, edge)
    _, token = thread.open_new(edge, region, address=address, now=now)
    cookies.keep(response, edge, cookies.CHAT, token, until=thread.kept_for(request))
    return response


@router.post("/leave")
def leave(request: Request, edge: EdgeOf, csrf: Annotated[str, Form()] = "") -> Response:
    """Drop everything this browser keeps of us and show a blank page."""
    # public: ends nothing but this browser's own hold on its conversation.
    response = RedirectResponse("/blank", 303)
    with edge.store.write() as session:
        conversation = thread.conversation_of(session, request, edge)
        if conversation is not None and forms.is_ours(session, request, edge, csrf):
            conversations.revoke_token(session, conversation)
    for name in (cookies.CHAT, cookies.FORM):
        cookies.drop(response, edge, name)
    response.headers["Clear-Site-Data"] = '"storage", "cache"'
    return response


@router.get("/blank")
def blank(request: Request, edge: EdgeOf) -> HTMLResponse:
    """A page that says nothing about where one was."""
    # public: says nothing.
    return pages.page("resident/blank.html", thread.frame(edge, thread.look_of(request)))


def render(  # noqa: PLR0913
    request: Request,
    edge: Edge,
    *,
    now: Now,
    look: look.Look,
    draft: str = "",
    notice: str = "",
    status: int = 200,
) -> HTMLResponse:
    """The page with the whole thread, what is being written, and a sentence about it."""
    seed = forms.seed_of(request, edge)
    with edge.store.read() as session:
        values = thread.page_of(session, request, edge, seed=seed, now=now)
    framed = {**thread.frame(edge, look), **values, "draft": draft, "notice": notice}
    response = pages.page("resident/chat.html", framed, status=status)
    cookies.keep(response, edge, cookies.FORM, seed, until=cookies.CHAT_KEPT)
    return response
