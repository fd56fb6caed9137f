"""Pieces of the resident's page: lines and the strip above the writing place, as HTML."""

from collections.abc import Sequence

from fastapi import Request

from api import forms, pages
from api.edge import Edge
from api.resident import thread
from api.resident.view import Waiting
from cases.talk.messages import Line


def html(
    request: Request, edge: Edge, lines: Sequence[Line], waiting: Waiting | None = None
) -> str:
    """The lines, and the strip when `waiting` is given; each element has its id."""
    with edge.store.read() as session:
        csrf = forms.token_for(session, forms.seed_of(request, edge))
    values = {"lines": thread.shown(edge, lines), "waiting": waiting, "csrf": csrf}
    frame = thread.frame(edge, thread.look_of(request))
    return pages.html("resident/fragment.html", {**frame, **values})
