"""The operators' side of the chat: who waits, taking a chat, replying, handing it back."""

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel

from api import auth, chats, shapes
from api.edge import EdgeOf, Now
from cases import conversations, messages, permissions, queues
from cases.alerts import Alert
from cases.conversations import Conversation
from cases.permissions import Action

router = APIRouter(prefix="/api", tags=["staff"])


class Waiting(BaseModel):
    """Somebody in the waiting line, or a chat that is held."""

    id: str
    region: str | None
    priority: str | None
    reason: str | None
    matter: str | None
    queued_at: datetime | None
    waited_s: int


class Ringing(BaseModel):
    """A danger that nobody has acknowledged yet."""

    id: str
    conversation: str
    hazard: str
    opened_at: datetime


class Line(BaseModel):
    """The waiting line as this account sees it, P0 first, and the chats it holds."""

    waiting: list[Waiting]
    mine: list[Waiting]
    alerts: list[Ringing]


@router.get("/queue")
def queue(request: Request, edge: EdgeOf, now: Now) -> Line:
    """Who waits: P0 before P1 before the rest, inside a class the longest first."""
    with edge.store.write() as session:
        me = auth.staff(session, request, edge, now=now).operator
        permissions.require(me, Action.SEE_QUEUE)
        return Line(
            waiting=_rows(chats.waiting_for(session, me), now),
            mine=_rows(queues.held_by(session, me.id), now),
            alerts=[_ringing(a) for a in chats.ringing_for(session, me)],
        )


@router.post("/conversations/{conversation_id}/take")
def take(request: Request, edge: EdgeOf, now: Now, conversation_id: str) -> shapes.Turn:
    """Take a chat. One wins; the others get 409 with the winner's name."""
    with edge.store.write() as session:
        me = auth.staff(session, request, edge, now=now).operator
        permissions.require(me, Action.TAKE_CHAT)
        conversation = chats.take(
            session, me, conversation_id, speech=edge.helpline.speech, now=now
        )
        lines = messages.since(session, conversation)
        return shapes.turn(conversation, lines, None)


@router.post("/conversations/{conversation_id}/reply")
def reply(
    request: Request, edge: EdgeOf, now: Now, conversation_id: str, body: shapes.Reply
) -> shapes.Turn:
    """Say something as the operator who holds the chat.

    With a `client_id` a repeated request finds what it said, also after the chat was handed back.
    """
    name = body.client_id
    with edge.store.write() as session:
        me = auth.staff(session, request, edge, now=now).operator
        permissions.require(me, Action.SPEAK)
        known = name and chats.replied(session, me, conversation_id, name, body.text)
        if known:
            conversation, seq = conversations.find(session, conversation_id), known
        else:
            conversation = chats.held(session, me, conversation_id)
            seq = chats.reply(session, me, conversation, body.text, name=name, now=now)
        lines = messages.since(session, conversation, seq - 1, limit=1)
        return shapes.turn(conversation, lines, None)


@router.post("/conversations/{conversation_id}/hand-back")
def hand_back(request: Request, edge: EdgeOf, now: Now, conversation_id: str) -> shapes.Turn:
    """Give the chat back to the bot."""
    with edge.store.write() as session:
        me = auth.staff(session, request, edge, now=now).operator
        permissions.require(me, Action.SPEAK)
        conversation = chats.held(session, me, conversation_id)
        before = conversation.last_seq
        chats.hand_back(session, me, conversation, speech=edge.helpline.speech, now=now)
        lines = messages.since(session, conversation, before)
        return shapes.turn(conversation, lines, None)


@router.post("/alerts/{alert_id}/acknowledge", status_code=204)
def acknowledge(request: Request, edge: EdgeOf, now: Now, alert_id: str) -> None:
    """Stop the ringing: a person has seen it."""
    with edge.store.write() as session:
        me = auth.staff(session, request, edge, now=now).operator
        permissions.require(me, Action.ACKNOWLEDGE)
        chats.acknowledge(session, me, alert_id, now=now)


def _rows(found: Sequence[Conversation], now: datetime) -> list[Waiting]:
    return [
        Waiting(
            id=row.id,
            region=row.region,
            priority=row.queue_priority,
            reason=row.queue_reason,
            matter=row.queue_matter,
            queued_at=row.queued_at,
            waited_s=chats.waited(row, now=now),
        )
        for row in found
    ]


def _ringing(alert: Alert) -> Ringing:
    return Ringing(
        id=alert.id,
        conversation=alert.conversation_id,
        hazard=alert.hazard,
        opened_at=alert.opened_at,
    )
