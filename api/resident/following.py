"""The thread as it happens, pushed to the page in pieces, resumed where the browser was."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sse_starlette import ServerSentEvent
from starlette.responses import Response

from api import feed
from api.edge import Edge, EdgeOf
from api.resident import pieces, thread, view
from cases.database import Session
from cases.errors import UnknownError
from cases.events import Change
from cases.talk.conversations import Conversation
from cases.talk.messages import Line

router = APIRouter(include_in_schema=False)


@router.get("/chat/events")
def follow(
    request: Request, edge: EdgeOf, after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0
) -> Response:
    """Events `line`, `state` and `anew`: load the page again, for it was away longer than changes
    are kept. 204 tells the browser that there is nothing to follow."""

    # public: the cookie opens nothing but its own thread, and is asked again at every push.
    def find(session: Session) -> Conversation:
        found = thread.conversation_of(session, request, edge)
        if found is None:
            raise UnknownError("This browser holds no conversation.")
        return found

    def render(news: feed.News) -> Sequence[ServerSentEvent]:
        return _as_pieces(request, edge, news)

    with edge.store.read() as session:
        conversation = thread.conversation_of(session, request, edge)
    if conversation is None:
        return Response(status_code=204)
    reading = feed.Reading(edge.store, find, after=feed.resumed(request, after))
    return feed.respond(edge, conversation.id, reading, render)


def _as_pieces(request: Request, edge: Edge, news: feed.News) -> Sequence[ServerSentEvent]:
    if news.anew:
        return [ServerSentEvent(event="anew", data="{}", id=str(news.cursor))]
    told = [
        ServerSentEvent(event="line", data=pieces.html(request, edge, [line]), id=str(line.seq))
        for line in news.happenings
        if isinstance(line, Line)
    ]
    if news.moved_in_line or any(isinstance(one, Change) for one in news.happenings):
        strip = view.waiting(news.mode, news.standing, writing=news.writing)
        html = pieces.html(request, edge, [], strip)
        told.append(ServerSentEvent(event="state", data=html, id=str(news.cursor)))
    return told
