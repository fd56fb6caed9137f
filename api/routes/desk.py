"""The operators' side of the chat: who waits, taking a chat, replying, handing it back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field, model_validator

from api import auth, chats, shapes
from api.edge import EdgeOf, Now
from cases import audit, permissions, residents
from cases.danger import rescues
from cases.danger.alerts import Alert
from cases.danger.rescues import Passed, Service, Subject
from cases.desk import passing, queues, whose
from cases.desk.routing import Why
from cases.desk.whose import Desks
from cases.operators import Operator
from cases.permissions import Action
from cases.talk import conversations, messages
from cases.talk.conversations import Conversation
from knowledge.names import Matter, Region

router = APIRouter(prefix="/api", tags=["staff"])


class Waiting(BaseModel):
    """Somebody in the waiting line, or a chat that is held."""

    id: str
    region: str | None
    priority: str | None
    reason: str | None
    matter: str | None
    tongue: str | None
    queued_at: datetime | None
    waited_s: int
    why: list[Why]


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
    offered: list[Waiting]
    alerts: list[Ringing]


class Pass(BaseModel):
    """To whom a chat is passed: a colleague by name, or the line of a region or matter."""

    person: str | None = None
    region: Region | None = None
    matter: Matter | None = None
    note: Annotated[str, BeforeValidator(shapes.readable), Field(max_length=1000)] = ""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.person is None) == (self.region is None and self.matter is None):
            raise ValueError("give a person, or else a region or a matter")
        return self


class To(BaseModel):
    """A colleague by name."""

    person: str


class Card(BaseModel):
    """A line of a danger's card. With `nobody` the reference says why nobody was needed."""

    service: Service
    at: AwareDatetime
    place: Annotated[str, BeforeValidator(shapes.readable), Field(max_length=500)] = ""
    reference: Annotated[str, BeforeValidator(shapes.readable), Field(max_length=500)]


@router.get("/queue")
def queue(request: Request, edge: EdgeOf, now: Now) -> Line:
    """Who waits: P0 before P1 before the rest, inside a class the longest first."""
    with edge.store.write() as session:
        me = auth.staff(session, request, edge, now=now).operator
        permissions.require(me, Action.SEE_QUEUE)
        desks = Desks(session, now)
        return Line(
            waiting=_rows(me, chats.waiting_for(session, me), desks),
            mine=_rows(me, queues.held_by(session, me.id), desks),
            offered=_rows(me, passing.offered(session, me), desks),
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


@router.post("/queue/next")
def take_next(request: Request, edge: EdgeOf, now: Now) -> shapes.Turn | None:
    """Take the first in line that is this account's; null when there is none."""
    with edge.store.write() as session:
        me = auth.staff(session, request, edge, now=now).operator
        permissions.require(me, Action.TAKE_CHAT)
        found = chats.take_next(session, me, speech=edge.helpline.speech, now=now)
        if found is None:
            return None
        return shapes.turn(found, messages.since(session, found), None)


@router.post("/conversations/{conversation_id}/pass", status_code=204)
def pass_on(request: Request, edge: EdgeOf, now: Now, conversation_id: str, body: Pass) -> None:
    """Pass a chat on with a note; refused or not taken in time it comes back to its sender."""
    speech = edge.helpline.speech
    with edge.store.write() as session:
        me = auth.staff(session, request, edge, now=now).operator
        permissions.require(me, Action.SPEAK)
        chat = chats.held(session, me, conversation_id)
        if body.person is not None:
            chats.pass_to_person(
                session, me, chat, body.person, note=body.note, speech=speech, now=now
            )
        else:
            chats.pass_to_line(
                session,
                me,
                chat,
                region=body.region,
                matter=body.matter,
                note=body.note,
                speech=speech,
                now=now,
            )


@router.post("/conversations/{conversation_id}/refuse", status_code=204)
def refuse(request: Request, edge: EdgeOf, now: Now, conversation_id: str) -> None:
    """Decline what a colleague offers."""
    with edge.store.write() as session:
        me = auth.staff(session, request, edge, now=now).operator
        permissions.require(me, Action.TAKE_CHAT)
        chats.refuse(session, me, conversation_id, now=now)


@router.post("/conversations/{conversation_id}/reassign", status_code=204)
def reassign(request: Request, edge: EdgeOf, now: Now, conversation_id: str, body: To) -> None:
    """Give a chat that somebody holds to somebody else, oneself perhaps."""
    with edge.store.write() as session:
        me = auth.staff(session, request, edge, now=now).operator
        permissions.require(me, Action.DIRECT_DESK)
        chats.reassign(session, me, conversation_id, body.person, now=now)


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


@router.post("/conversations/{conversation_id}/rescue", status_code=204)
def write_card(request: Request, edge: EdgeOf, now: Now, conversation_id: str, body: Card) -> None:
    """Write down what was done about a danger to life; without it nothing of it can be closed."""
    with edge.store.write() as session:
        me = auth.staff(session, request, edge, now=now).operator
        chat = auth.chat_for(session, me, Action.RECORD_RESCUE, conversation_id)
        key = residents.key_of(session, chat.resident_id)
        passed = Passed(body.service, body.at, body.place, body.reference)
        rescues.record_beside_chat(session, Subject(chat.id, None, key), passed, by=me.id, now=now)
        audit.record(session, me.id, "wrote danger card", chat.id, now=now)


def _rows(me: Operator, found: Sequence[Conversation], desks: Desks) -> list[Waiting]:
    return [
        Waiting(
            id=row.id,
            region=row.region,
            priority=row.queue_priority,
            reason=row.queue_reason,
            matter=row.queue_matter,
            tongue=row.tongue,
            queued_at=row.queued_at,
            waited_s=chats.waited(row, now=desks.now),
            why=list(whose.reasons(me, row, desks)),
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
