"""What staff read when something is refused: what happened, that nothing is lost, what to do."""

import re

from fastapi import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from api import pages
from api.console import labels
from api.edge import Edge
from api.errors import Refusal

SIGN_IN = "/console/sign-in"
PIECE = "hx-request"
# Nothing has changed under the hands of who hears these.
OF_THEIR_OWN = ("receiver", "card", "full")
SUBJECT = re.compile(r"/console/(chats|phone|tickets|households)/[^/]+(?=/)")


def page(request: Request, edge: Edge, refusal: Refusal) -> Response:
    """The refusal as a page; as one sentence to a piece that a page asked for."""
    piece = PIECE in request.headers
    if refusal.status == 401 and not piece:  # noqa: PLR2004
        return RedirectResponse(SIGN_IN, 303)
    sentences = labels.load()["refused"]
    own = (kind for kind in OF_THEIR_OWN if kind in refusal.more)
    about = next(own, str(refusal.status))
    sentence = sentences.get(about, sentences["mistake"]).format(
        detail=_told(refusal), after=refusal.headers.get("Retry-After", "60")
    )
    if piece:
        return PlainTextResponse(sentence, refusal.status)
    values = {
        "sentence": sentence,
        "service": edge.settings.service_name,
        "back": _came_from(request, refusal),
    }
    response = pages.page("console/failed.html", values, status=refusal.status)
    response.headers.update(refusal.headers)
    return response


def _came_from(request: Request, refusal: Refusal) -> str | None:
    """The chat, call or ticket whose form was refused, as long as one may still see it."""
    found = SUBJECT.match(request.url.path)
    gone = refusal.status in {403, 404}
    return None if found is None or gone or request.method == "GET" else found[0]


def _told(refusal: Refusal) -> str:
    sentences = labels.load()["refused"]
    winner = refusal.more.get("winner")
    if winner is not None:
        return sentences["taken_by"].format(winner=winner)
    return sentences["other_now"]
