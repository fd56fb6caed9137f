"""What a resident reads when something is refused or broken: what happened, and what to do."""

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from api import pages
from api.edge import Edge
from api.errors import Refusal
from api.resident import thread, wording

_KEYS = {404: "missing", 405: "missing", 413: "too_large", 429: "too_often", 503: "away"}
FIRST_OF_OURS = 500
NOT_THAT_WAY = 405


def page(request: Request, edge: Edge, refusal: Refusal) -> Response:
    """The refusal as a page of the resident's half; the address of a form, come upon by a reload
    or in the history, leads back to the conversation."""
    if refusal.status == NOT_THAT_WAY and request.method == "GET":
        return RedirectResponse("/", 303)
    look = thread.look_of(request)
    key = _KEYS.get(refusal.status, "mistake" if refusal.status >= FIRST_OF_OURS else "refused")
    sentence = wording.load(look.language)["error"][key].format(number=thread.hotline(edge))
    values = {**thread.frame(edge, look), "sentence": sentence}
    response = pages.page("resident/failed.html", values, status=refusal.status)
    response.headers.update(refusal.headers)
    return response
