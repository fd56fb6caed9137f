"""A resident's conversation over HTTP: open it, say something, read what was said."""

from datetime import datetime
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request

from api import auth, lanes, shapes, throttling
from api.edge import Edge, EdgeOf, Now
from cases import audit
from cases.desk import queues
from cases.talk import conversations, messages
from cases.talk.conversations import Mode
from cases.talk.messages import Line, Sender
from knowledge.names import Priority

router = APIRouter(prefix="/api/conversations", tags=["chat"])


@router.post("", status_code=201)
async def open_conversation(
    request: Request, edge: EdgeOf, now: Now, body: shapes.NewConversation | None = None
) -> shapes.Opened:
    """Open a conversation; the greeting is its first message."""
    # public: whoever needs help may begin, without a name.
    address = auth.address(request, edge)
    return await to_thread.run_sync(
        _open, edge, body or shapes.NewConversation(), address, now, limiter=lanes.intake()
    )


@router.post("/{conversation_id}/messages")
async def say(
    request: Request, edge: EdgeOf, now: Now, conversation_id: str, body: shapes.NewMessage
) -> shapes.Turn:
    """Say something. The same `client_id` and text again gives the same answer."""
    # public: the conversation's own token opens it.
    return await to_thread.run_sync(
        _say, request, edge, conversation_id, body, now, limiter=lanes.intake()
    )


@router.get("/{conversation_id}/messages")
def read(
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> shapes.Turn:
    """The messages behind number `after`. Staff that may read the chat may ask too."""
    # public: the conversation's own token opens it; staff go through permissions in auth.reader.
    with edge.store.read() as session:
        conversation, staff = auth.reader(session, request, edge, conversation_id, now=now)
        lines = messages.since(session, conversation, after)
        told = shapes.turn(conversation, lines, queues.standing(session, conversation, now=now))
    if staff is not None:
        # Before they see it. A resident who reads waits for nobody who writes.
        with edge.store.write() as session:
            audit.record(session, staff.id, "read chat", conversation_id, now=now)
    return told


def _open(edge: Edge, body: shapes.NewConversation, address: str, now: datetime) -> shapes.Opened:
    with edge.store.write() as session:
        throttling.count_opening(session, address, now=now)
    opened = edge.helpline.desk.open(region=body.region, channel="web", now=now)
    return shapes.Opened(id=opened.conversation_id, token=opened.token)


def _say(
    request: Request,
    edge: Edge,
    conversation_id: str,
    body: shapes.NewMessage,
    now: datetime,
) -> shapes.Turn:
    with edge.store.read() as session:
        conversation = auth.resident(session, request, edge, conversation_id)
        hurried = throttling.messages_too_many(session, conversation, now=now)
    if hurried and _can_wait(edge, body.text, now):
        raise throttling.refuse_message()
    came = edge.helpline.desk.receive(
        conversation_id, external_id=body.client_id, text=body.text, now=now
    )
    if came.for_person:
        own = Line(Sender.RESIDENT, body.text, seq=came.seq, at=now)
        return shapes.Turn(messages=[shapes.message(own)], mode=Mode.OPERATOR, queue=None)
    with edge.store.read() as session:
        conversation = conversations.find(session, conversation_id)
        lines = messages.of_inbound(session, conversation, came.inbound_id)
        return shapes.turn(conversation, lines, queues.standing(session, conversation, now=now))


def _can_wait(edge: Edge, text: str, now: datetime) -> bool:
    return edge.helpline.interpreter.read(text, now=now).priority is Priority.P2
