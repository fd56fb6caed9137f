"""What the operator does for the resident out of a chat: a ticket, pre-screening, a specialist."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api import casework, chats
from api.console import visit
from api.console.desk import done
from api.console.desk.done import Done
from api.edge import Edge, EdgeOf, Now
from cases import audit, permissions
from cases.commands import OpenTicket
from cases.database import Session
from cases.desk.passing import LONGEST_NOTE
from cases.errors import CaseError, UnknownError
from cases.operators import Operator
from cases.permissions import Action
from cases.talk import messages
from cases.talk.conversations import Conversation
from cases.talk.messages import Lane, Line, Sender
from cases.tickets import history, tickets
from cases.tickets.history import NoteKind
from handlers import triage
from knowledge import units
from knowledge.names import Category, Matter, Priority, Region

router = APIRouter(prefix="/console/chats", include_in_schema=False)
LONGEST_STORY = 4000


class TicketForm(BaseModel):
    """A ticket as the operator corrected it."""

    csrf: str = ""
    story: Annotated[str, Field(max_length=LONGEST_STORY)] = ""
    matter: Matter
    category: Category
    priority: Priority


class AddForm(BaseModel):
    """Words to be added to a ticket of this chat."""

    csrf: str = ""
    number: str
    text: Annotated[str, Field(max_length=LONGEST_STORY)] = ""


class UnsureForm(BaseModel):
    """What the operator is not sure of."""

    csrf: str = ""
    matter: Matter
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""


@router.post("/{conversation_id}/ticket")
def file(
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    form: Annotated[TicketForm, Form()],
) -> Response:
    """File a ticket with the facts of the chat; the resident hears its number."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.SPEAK)
        chat = chats.held(session, me.operator, conversation_id)
        draft = _draft(edge, chat, form, now=now)
        ticket = tickets.open_for(session, chat, draft, now=now)
        told = edge.helpline.speech.say("operator.filed", {"number": ticket.number})
        line = Line(Sender.SYSTEM, told, ticket_number=ticket.number, lane=Lane.OPERATOR)
        messages.say(session, chat, line, now=now)
        audit.record(session, me.operator.id, "filed ticket from chat", ticket.id, now=now)
    return visit.to(f"/console/chats/{conversation_id}")


@router.post("/{conversation_id}/ticket/add")
def add(
    request: Request, edge: EdgeOf, now: Now, conversation_id: str, form: Annotated[AddForm, Form()]
) -> Response:
    """Add what was said to a ticket of this chat."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.SPEAK)
        chat = chats.held(session, me.operator, conversation_id)
        ticket = casework.find_to_change(session, me.operator, Action.NOTE_TICKET, form.number)
        if ticket.conversation_id != chat.id:
            raise UnknownError("There is no such ticket in this chat.")
        if not form.text.strip():
            raise CaseError("Write what is to be added.")
        history.write(
            session, ticket, NoteKind.ANSWER, form.text.strip(), actor=me.operator.id, now=now
        )
        tickets.announce(session, ticket, now=now)
        audit.record(session, me.operator.id, "added to ticket from chat", ticket.id, now=now)
    return visit.to(f"/console/chats/{conversation_id}")


@router.post("/{conversation_id}/prescreen")
def prescreen(
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    csrf: Annotated[str, Form()] = "",
) -> Response:
    """Let the bot ask the questions of the pre-screening while the operator stays."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.SPEAK)
        chat = chats.held(session, me.operator, conversation_id)
        edge.helpline.desk.screen_together(session, chat, now=now)
        audit.record(session, me.operator.id, "began pre-screening in chat", chat.id, now=now)
    return visit.to(f"/console/chats/{conversation_id}")


@router.post("/{conversation_id}/unsure")
def unsure(
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    form: Annotated[UnsureForm, Form()],
) -> Response:
    """Not sure: to a colleague who knows the matter, else to the line of the matter."""
    speech = edge.helpline.speech
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.SPEAK)
        chat = chats.held(session, me.operator, conversation_id)
        knows = _specialist(session, me.operator, chat, form.matter, now=now)
        if knows is not None:
            chats.pass_to_person(
                session, me.operator, chat, knows, note=form.note, speech=speech, now=now
            )
        else:
            chats.pass_to_line(
                session,
                me.operator,
                chat,
                region=None,
                matter=form.matter,
                note=form.note,
                speech=speech,
                now=now,
            )
    return done.leads(Done.IN_LINE if knows is None else Done.ASKED_ONE)


def _draft(edge: Edge, chat: Conversation, form: TicketForm, *, now: datetime) -> OpenTicket:
    """What triage makes of the story, with what the operator corrected."""
    story = form.story.strip()
    if not story:
        raise CaseError("Write what the ticket is about.")
    library = edge.helpline.library()
    region = Region(chat.region or Region.NATIONAL)
    said = edge.helpline.interpreter.read(story, now=now)
    found = triage.decide(said, library, region=region)
    draft = triage.ticket(found, library, region=region, narrative=story, said=said)
    draft = replace(draft, category=form.category, priority=min(form.priority, draft.priority))
    if form.matter == draft.matter:
        return draft
    routed = units.responsible(library, form.matter, region)
    return replace(
        draft,
        matter=form.matter,
        lead_unit=routed.lead,
        joint_units=routed.joint,
        source_document=routed.document,
        source_clause=routed.clause,
    )


def _specialist(
    session: Session, me: Operator, chat: Conversation, matter: Matter, *, now: datetime
) -> str | None:
    there = chats.receivers(session, me, chat, now=now)
    return next((one.name for one in there if matter in one.matters), None)
