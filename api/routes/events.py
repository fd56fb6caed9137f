"""What happens in a conversation, pushed to programs as JSON."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from sse_starlette import EventSourceResponse, ServerSentEvent

from api import auth, feed, shapes
from api import edge as edges
from api.edge import EdgeOf
from cases.database import Session
from cases.events import Kind
from cases.talk.conversations import Conversation, Mode
from cases.talk.messages import Line

router = APIRouter(prefix="/api/conversations", tags=["chat"])


@router.get("/{conversation_id}/events", response_class=EventSourceResponse)
def follow(
    request: Request,
    edge: EdgeOf,
    conversation_id: str,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> EventSourceResponse:
    """Server-sent events `message`, `mode`, `queue`; resumes with Last-Event-ID or `after`.

    `anew`: you were away longer than changes are kept; fetch the messages from 0, take `mode` and
    `queue` from here, and go on behind the `id` of this event.
    """

    # public: the conversation's own token opens it; staff go through permissions in auth.reader.
    # It is asked again at every push.
    def find(session: Session) -> Conversation:
        return auth.reader(session, request, edge, conversation_id, now=edges.now())[0]

    with edge.store.read() as session:
        find(session)
    reading = feed.Reading(edge.store, find, after=feed.resumed(request, after))
    return feed.respond(edge, conversation_id, reading, as_json)


def as_json(news: feed.News) -> Sequence[ServerSentEvent]:
    """The news as events; a new place in line carries the number of what came before it."""
    told: list[ServerSentEvent] = []
    if news.anew:
        place = shapes.queue(news.standing)
        return [_event("anew", shapes.Anew(mode=news.mode, queue=place), news.cursor)]
    for happening in news.happenings:
        if isinstance(happening, Line):
            told.append(_event("message", shapes.message(happening), happening.seq))
        elif happening.kind is Kind.MODE:
            mode = shapes.ModeNow(mode=Mode(happening.body["mode"]))
            told.append(_event("mode", mode, happening.seq))
    place = shapes.queue(news.standing)
    if news.moved_in_line and place is not None:
        told.append(_event("queue", place, news.cursor))
    return told


def _event(name: str, body: BaseModel, seq: int) -> ServerSentEvent:
    return ServerSentEvent(event=name, data=body.model_dump_json(), id=str(seq))
