"""What staff do beside a chat's words: notes, whispers, signs of writing, clauses, cautions."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from api import auth, chats
from api.console import visit
from api.edge import EdgeOf, Now
from api.pages import LOCAL
from cases import audit, permissions
from cases.desk import cautions, chat_notes, typing_signs
from cases.desk.chat_notes import LONGEST_NOTE
from cases.desk.typing_signs import Side
from cases.permissions import Action
from cases.talk import conversations
from knowledge import answers
from knowledge.citations import Citation
from knowledge.library import Library
from knowledge.names import Region, Tongue

router = APIRouter(prefix="/console/chats", include_in_schema=False)
Csrf = Annotated[str, Form()]
MOST_CLAUSES = 6
CAUTIONS = ("operator.caution_1", "operator.caution_2", "operator.caution_3")


class NoteForm(BaseModel):
    """A note that the resident never sees."""

    csrf: str = ""
    text: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""


class TongueForm(BaseModel):
    """In which language the resident is talked with; empty is the common one."""

    csrf: str = ""
    tongue: Tongue | Literal[""] = ""


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
    q: Annotated[str, Query(max_length=400)] = "",
) -> HTMLResponse:
    """What the knowledge says to a question, to be put into the reply with its clause."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        chat = auth.chat_for(session, me.operator, Action.READ_CHAT, conversation_id)
        region = None if chat.region is None else Region(chat.region)
        found = _clauses(edge.helpline.library(), q.strip(), region, now) if q.strip() else ()
        values = {"found": found, "asked": q.strip()}
        return visit.page(session, edge, me, "clauses.html", values, now=now)


@router.post("/{conversation_id}/caution")
def caution(
    request: Request, edge: EdgeOf, now: Now, conversation_id: str, csrf: Csrf = ""
) -> Response:
    """The next step towards somebody who is abusive: said to them, and kept."""
    speech = edge.helpline.speech
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.SPEAK)
        chat = chats.held(session, me.operator, conversation_id)
        step = cautions.take_step(session, chat, by=me.operator.id, now=now)
        said = speech.say(CAUTIONS[step - 1])
        chats.reply(session, me.operator, chat, said, now=now)
        audit.record(session, me.operator.id, "cautioned in chat", chat.id, now=now)
    return visit.to(f"/console/chats/{conversation_id}")


def _clauses(
    library: Library, asked: str, region: Region | None, now: datetime
) -> tuple[Citation, ...]:
    on = now.astimezone(LOCAL).date()
    return tuple(answers.answer(library, asked, region=region, on=on).citations[:MOST_CLAUSES])
