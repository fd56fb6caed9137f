"""What staff do beside a chat's words: notes, whispers, signs of writing, clauses, cautions."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from api import auth, chats
from api.console import visit
from api.edge import Edge, EdgeOf, Now
from api.pages import LOCAL
from cases import audit, permissions
from cases.database import Session
from cases.desk import cautions, chat_notes, typing_signs
from cases.desk.cautions import LAST_STEP
from cases.desk.chat_notes import LONGEST_NOTE
from cases.desk.typing_signs import Side
from cases.permissions import Action, Row
from cases.talk import conversations, messages
from cases.talk.conversations import Conversation
from cases.talk.messages import Sender
from knowledge import answers
from knowledge.citations import Citation
from knowledge.library import Library
from knowledge.names import Intent, Region, Tongue

router = APIRouter(prefix="/console/chats", include_in_schema=False)
Csrf = Annotated[str, Form()]
MOST_CLAUSES = 6
LONGEST_QUESTION = 400
# How far back a question of the resident is still what the talk is about.
LATELY = 40
ASKING = {Intent.ASK_POLICY, Intent.CHECK_ELIGIBILITY}
CAUTIONS = ("operator.caution_1", "operator.caution_2", "operator.caution_3")


class NoteForm(BaseModel):
    """A note that the resident never sees."""

    csrf: str = ""
    text: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""


class CautionForm(BaseModel):
    """The step that is taken, as it stood on the page."""

    csrf: str = ""
    step: Annotated[int, Field(ge=1, le=LAST_STEP)] | None = None


class PlaceForm(BaseModel):
    """Where the resident is."""

    csrf: str = ""
    region: Region


class TongueForm(BaseModel):
    """In which language the resident is talked with; empty is the common one."""

    csrf: str = ""
    tongue: Tongue | Literal[""] = ""


@router.post("/{conversation_id}/place")
def settle(
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    form: Annotated[PlaceForm, Form()],
) -> Response:
    """Correct where the resident is; to a place that is not one's own a chat is passed on."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        chat = auth.chat_for(session, me.operator, Action.TAKE_CHAT, conversation_id)
        permissions.require(me.operator, Action.TAKE_CHAT, Row(region=form.region))
        conversations.settle(session, chat, form.region)
        audit.record(session, me.operator.id, "set place of chat", chat.id, now=now)
    return visit.to(f"/console/chats/{conversation_id}")


@router.post("/{conversation_id}/tongue")
def talk_in(
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    form: Annotated[TongueForm, Form()],
) -> Response:
    """Correct in which language the resident is talked with."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        chat = auth.chat_for(session, me.operator, Action.TAKE_CHAT, conversation_id)
        conversations.talk_in(session, chat, form.tongue or None)
        audit.record(session, me.operator.id, "set language of chat", chat.id, now=now)
    return visit.to(f"/console/chats/{conversation_id}")


@router.post("/{conversation_id}/note")
def note(
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    form: Annotated[NoteForm, Form()],
) -> Response:
    """Keep a private note."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        chat = auth.chat_for(session, me.operator, Action.READ_CHAT, conversation_id)
        chat_notes.write(session, chat, form.text, by=me.operator.id, now=now)
        audit.record(session, me.operator.id, "noted beside chat", chat.id, now=now)
    return visit.to(f"/console/chats/{conversation_id}")


@router.get("/{conversation_id}/notes")
def notes(request: Request, edge: EdgeOf, now: Now, conversation_id: str) -> HTMLResponse:
    """The private notes as a piece of the page."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        chat = auth.chat_for(session, me.operator, Action.READ_CHAT, conversation_id)
        values = {"notes": chat_notes.of(session, chat)}
        return visit.page(session, edge, me, "notes.html", values, now=now)


@router.post("/{conversation_id}/whisper")
def whisper(
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    form: Annotated[NoteForm, Form()],
) -> Response:
    """A supervisor says something to whoever holds the chat alone."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        chat = auth.chat_for(session, me.operator, Action.DIRECT_DESK, conversation_id)
        chat_notes.whisper(session, chat, form.text, by=me.operator.id, now=now)
        audit.record(session, me.operator.id, "whispered in chat", chat.id, now=now)
    return visit.to(f"/console/chats/{conversation_id}")


@router.post("/{conversation_id}/writing", status_code=204)
def writing(
    request: Request, edge: EdgeOf, now: Now, conversation_id: str, csrf: Csrf = ""
) -> None:
    """The operator touches the keys; what they write stays with them."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.SPEAK)
        chat = chats.held(session, me.operator, conversation_id)
        typing_signs.show(session, chat, Side.OPERATOR, now=now)


@router.get("/{conversation_id}/clauses")
def clauses(
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    q: Annotated[str, Query(max_length=LONGEST_QUESTION)] = "",
) -> HTMLResponse:
    """What the knowledge says, to be put into the reply with its clause.

    Without a question it is what the resident asked last.
    """
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        chat = auth.chat_for(session, me.operator, Action.READ_CHAT, conversation_id)
        asked = q.strip() or _asked_lately(session, edge, chat, now=now)
        region = None if chat.region is None else Region(chat.region)
        found = _clauses(edge.helpline.library(), asked, region, now) if asked else ()
        values = {"found": found, "asked": asked, "suggested": not q.strip()}
        return visit.page(session, edge, me, "clauses.html", values, now=now)


@router.post("/{conversation_id}/caution")
def caution(
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    form: Annotated[CautionForm, Form()],
) -> Response:
    """The next step towards somebody who is abusive: said to them, and kept."""
    speech = edge.helpline.speech
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.SPEAK)
        chat = chats.held(session, me.operator, conversation_id)
        step = cautions.take_step(session, chat, wanted=form.step, by=me.operator.id, now=now)
        said = speech.say(CAUTIONS[step - 1])
        chats.reply(session, me.operator, chat, said, now=now)
        audit.record(session, me.operator.id, "cautioned in chat", chat.id, now=now)
    return visit.to(f"/console/chats/{conversation_id}")


def _asked_lately(session: Session, edge: Edge, chat: Conversation, *, now: datetime) -> str:
    """What the resident asked last that is about assistance; empty when nothing was."""
    lines = messages.since(session, chat, max(chat.last_seq - LATELY, 0))
    own = [line.text[:LONGEST_QUESTION] for line in lines if line.sender is Sender.RESIDENT]
    heard = (edge.helpline.interpreter.read(text, now=now) for text in reversed(own))
    return next((one.text for one in heard if one.intent in ASKING or one.programme), "")


def _clauses(
    library: Library, asked: str, region: Region | None, now: datetime
) -> tuple[Citation, ...]:
    on = now.astimezone(LOCAL).date()
    return tuple(answers.answer(library, asked, region=region, on=on).citations[:MOST_CLAUSES])
