"""How whoever reads a chat says that the bot has misheard a line of it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import visit
from api.console.editing import understanding
from api.edge import Edge, EdgeOf, Now
from cases import audit, permissions
from cases.database import Session
from cases.editing import misreadings
from cases.editing.misreadings import Reading, Why
from cases.permissions import Action, Row
from cases.talk import conversations, messages
from cases.talk.conversations import Conversation
from cases.talk.messages import Line, Sender
from knowledge.names import Intent
from nlu import rasa_client

router = APIRouter(prefix="/console/chats", include_in_schema=False)


class CorrectionForm(BaseModel):
    """Which line, and what it meant."""

    seq: Annotated[int, Field(ge=0)]
    intent: Intent
    csrf: str = ""


@router.get("/{conversation_id}/misheard")
def lines(request: Request, edge: EdgeOf, now: Now, conversation_id: str) -> HTMLResponse:
    """The resident's lines, each with the wishes it may have meant."""
    # permissions are asked in _chat.
    return _page(request, edge, conversation_id, now=now)


@router.post("/{conversation_id}/misheard")
def correct(
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    form: Annotated[CorrectionForm, Form()],
) -> Response:
    """Put a line on the editors' list with what a person says that it meant."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        chat = _chat(session, me, conversation_id)
        inbound = misreadings.inbound_at(session, chat, form.seq)
        text = messages.text_of(session, chat, form.seq)
    heard = edge.helpline.interpreter.read(text, now=now)
    masked = rasa_client.outbound(text)
    reading = Reading(Why.CORRECTED, masked, heard.intent, heard.confidence, other=form.intent)
    # Outside of a transaction: the engine may ask a server.
    with edge.store.write() as session:
        kept = misreadings.keep(session, chat, inbound, reading, now=now)
        audit.record(session, me.operator.id, "said what was misheard", chat.id, now=now)
    return _page(request, edge, conversation_id, now=now, notice="kept" if kept else "known")


def _page(
    request: Request, edge: Edge, conversation_id: str, *, now: datetime, notice: str = ""
) -> HTMLResponse:
    called = understanding.names()
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        chat = _chat(session, me, conversation_id)
        audit.record(session, me.operator.id, "looked at chat", chat.id, now=now)
        values = {
            "chat": chat,
            "said": _said(session, chat),
            "intents": list(Intent),
            "called": called,
            "notice": called["notice"][notice] if notice else "",
        }
        return visit.page(session, edge, me, "misheard.html", values, now=now)


def _said(session: Session, chat: Conversation) -> list[Line]:
    return [line for line in messages.since(session, chat) if line.sender is Sender.RESIDENT]


def _chat(session: Session, me: Staff, conversation_id: str) -> Conversation:
    chat = conversations.find(session, conversation_id)
    row = Row(region=chat.region, owner=chat.operator_id)
    permissions.require(me.operator, Action.READ_CHAT, row)
    return chat
