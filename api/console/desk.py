"""The operators' pages: who waits and rings, and one chat from taking it to handing it back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from pydantic import TypeAdapter, ValidationError
from starlette.responses import HTMLResponse, Response

from api import auth, chats, shapes
from api.auth import Staff
from api.console import calling, rescuing, visit
from api.edge import EdgeOf, Now
from api.errors import UnusableError
from cases import alerts, audit, messages, passing, permissions, queues, routing, worklists
from cases.conversations import Conversation, Mode
from cases.database import Session
from cases.messages import Line, Sender
from cases.permissions import Action
from knowledge.names import Matter, Region

router = APIRouter(prefix="/console", include_in_schema=False)
Field = Annotated[str, Form()]
# A thread that is longer shows its newest part.
NEWEST = 400
_SAID = TypeAdapter[str](shapes.Said)


@router.get("")
def home(request: Request, edge: EdgeOf, now: Now) -> Response:
    """The queue, or the tickets for who has no queue."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        if not permissions.may(me.operator, Action.SEE_QUEUE):
            return visit.to(_first_page(me))
        values = _queue(session, me, now)
        return visit.page(session, edge, me, "home.html", values, now=now)


@router.get("/queue")
def queue(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """The queue as a piece of a page."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_QUEUE)
        return visit.page(session, edge, me, "queue.html", _queue(session, me, now), now=now)


@router.get("/chats/{conversation_id}")
def chat(request: Request, edge: EdgeOf, now: Now, conversation_id: str) -> HTMLResponse:
    """One chat; looking at it is recorded."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.READ_CHAT)
        conversation = auth.chat_for(session, me.operator, Action.READ_CHAT, conversation_id)
        audit.record(session, me.operator.id, "looked at chat", conversation.id, now=now)
        values = {**_queue(session, me, now), **_chat(session, me, conversation, now)}
        return visit.page(session, edge, me, "chat.html", values, now=now)


@router.get("/chats/{conversation_id}/lines")
def lines(
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> HTMLResponse:
    """What was said behind `after`, as a piece of the page."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.READ_CHAT)
        conversation = auth.chat_for(session, me.operator, Action.READ_CHAT, conversation_id)
        said = messages.since(session, conversation, after)
        return visit.page(session, edge, me, "lines.html", {"lines": said}, now=now)


@router.get("/chats/{conversation_id}/standing")
def standing(request: Request, edge: EdgeOf, now: Now, conversation_id: str) -> HTMLResponse:
    """Who holds the chat now, and what can be done, as a piece of the page."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.READ_CHAT)
        conversation = auth.chat_for(session, me.operator, Action.READ_CHAT, conversation_id)
        values = _chat(session, me, conversation, now)
        return visit.page(session, edge, me, "standing.html", values, now=now)


@router.post("/chats/{conversation_id}/take")
def take(
    request: Request, edge: EdgeOf, now: Now, conversation_id: str, csrf: Field = ""
) -> Response:
    """Take a chat; whoever comes second is told the winner's name."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.TAKE_CHAT)
        chats.take(session, me.operator, conversation_id, speech=edge.helpline.speech, now=now)
    return visit.to(f"/console/chats/{conversation_id}")


@router.post("/chats/{conversation_id}/reply")
def reply(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    text: Field = "",
    csrf: Field = "",
) -> Response:
    """Say something to the resident; the page shows it as it shows everything that is said."""
    try:
        said = _SAID.validate_python(text.replace("\r\n", "\n"))
    except ValidationError as error:
        raise UnusableError("Write something, in 4,000 characters at most.") from error
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.SPEAK)
        conversation = chats.held(session, me.operator, conversation_id)
        chats.reply(session, me.operator, conversation, said, now=now)
    if "hx-request" in request.headers:
        return Response(status_code=204)
    return visit.to(f"/console/chats/{conversation_id}")


@router.post("/chats/{conversation_id}/hand-back")
def hand_back(
    request: Request, edge: EdgeOf, now: Now, conversation_id: str, csrf: Field = ""
) -> Response:
    """Give the chat back to the bot."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.SPEAK)
        conversation = chats.held(session, me.operator, conversation_id)
        chats.hand_back(session, me.operator, conversation, speech=edge.helpline.speech, now=now)
    return visit.to("/console")


@router.post("/alerts/{alert_id}/acknowledge")
def acknowledge(
    request: Request, edge: EdgeOf, now: Now, alert_id: str, csrf: Field = ""
) -> Response:
    """Stop the ringing: a person has seen it."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.ACKNOWLEDGE)
        alert = chats.acknowledge(session, me.operator, alert_id, now=now)
    return visit.to(f"/console/chats/{alert.conversation_id}")


def _queue(session: Session, me: Staff, now: datetime) -> Mapping[str, object]:
    return {
        "alerts": chats.ringing_for(session, me.operator),
        "waiting": chats.waiting_for(session, me.operator),
        "unwritten": chats.unwritten_for(session, me.operator),
        "calls": len(calling.owed_to(session, me.operator)),
        "mine": queues.held_by(session, me.operator.id),
        "offered": passing.offered(session, me.operator),
        "untold": passing.untold(session, me.operator),
        "load": queues.load_of(session, me.operator.id),
        "why": lambda row: routing.reasons(me.operator, row),
        "waited": lambda row: chats.waited(row, now=now),
    }


def _chat(
    session: Session, me: Staff, conversation: Conversation, now: datetime
) -> Mapping[str, object]:
    said = messages.since(session, conversation, max(conversation.last_seq - NEWEST, 0))
    before, live = _parts(conversation, said)
    mine = conversation.mode == Mode.OPERATOR and conversation.operator_id == me.operator.id
    return {
        "chat": conversation,
        "held": mine,
        "offered_me": conversation.offered_to == me.operator.id,
        "note": passing.note_of(session, conversation),
        "colleagues": chats.receivers(session, me.operator, conversation, now=now),
        "matters": list(Matter),
        "regions": list(Region),
        "before": before,
        "lines": live,
        "own_words": [line for line in before if line.sender is Sender.RESIDENT],
        "chat_alerts": alerts.of_conversation(session, conversation.id),
        "tickets": worklists.of_conversation(session, me.operator, conversation.id),
        "grave": chats.was_grave(session, conversation),
        **rescuing.shown(session, conversation.id, None, now=now),
        "waited": lambda row: chats.waited(row, now=now),
    }


def _parts(
    conversation: Conversation, said: Sequence[Line]
) -> tuple[Sequence[Line], Sequence[Line]]:
    taken = conversation.taken_at
    if taken is None or conversation.mode != Mode.OPERATOR:
        return [], said
    before = [line for line in said if line.at is not None and line.at < taken]
    return before, said[len(before) :]


def _first_page(me: Staff) -> str:
    if permissions.may(me.operator, Action.LIST_TICKETS):
        return "/console/tickets"
    if permissions.may(me.operator, Action.EDIT_KNOWLEDGE):
        return "/console/knowledge"
    return "/console/account"
