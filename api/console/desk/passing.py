"""Passing a chat on from the console: the next one, to a colleague, to a line, and declining."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api import chats
from api.console import visit
from api.console.desk import done
from api.console.desk.done import Done
from api.edge import EdgeOf, Now
from cases import permissions
from cases.database import Session
from cases.desk import passing, queues
from cases.desk.passing import LONGEST_NOTE
from cases.errors import CaseError, ReceiverError
from cases.operators import Operator
from cases.permissions import Action
from cases.talk.conversations import Conversation
from knowledge.names import Matter, Region

router = APIRouter(prefix="/console", include_in_schema=False)
Csrf = Annotated[str, Form()]


class PassForm(BaseModel):
    """A colleague, whoever of a unit has most room, or a line; empty fields are not chosen."""

    csrf: str = ""
    person: str = ""
    unit: Annotated[str, Field(max_length=100)] = ""
    region: Region | Literal[""] = ""
    matter: Matter | Literal[""] = ""
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""


class ToForm(BaseModel):
    """A colleague by name."""

    csrf: str = ""
    person: str = ""


@router.post("/next")
def take_next(request: Request, edge: EdgeOf, now: Now, csrf: Csrf = "") -> Response:
    """Take the first in line; back to the desk, which says so, when none is theirs to take."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.TAKE_CHAT)
        found = chats.take_next(session, me.operator, speech=edge.helpline.speech, now=now)
    if found is None:
        return done.leads(Done.NONE_LEFT)
    return visit.to(f"/console/chats/{found.id}")


@router.post("/chats/{conversation_id}/pass")
def pass_on(
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    form: Annotated[PassForm, Form()],
) -> Response:
    """Pass a held chat on with a note."""
    speech = edge.helpline.speech
    region, matter = form.region or None, form.matter or None
    if not form.person and not form.unit and region is None and matter is None:
        raise CaseError("Choose a colleague, a unit, or a line by its place or matter.")
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.SPEAK)
        chat = chats.held(session, me.operator, conversation_id)
        if form.person or form.unit:
            name = form.person or _of_unit(session, me.operator, chat, form.unit, now=now)
            chats.pass_to_person(
                session, me.operator, chat, name, note=form.note, speech=speech, now=now
            )
        else:
            chats.pass_to_line(
                session,
                me.operator,
                chat,
                region=region,
                matter=matter,
                note=form.note,
                speech=speech,
                now=now,
            )
    return done.leads(Done.ASKED_ONE if form.person or form.unit else Done.IN_LINE)


@router.post("/chats/{conversation_id}/refuse")
def refuse(
    request: Request, edge: EdgeOf, now: Now, conversation_id: str, csrf: Csrf = ""
) -> Response:
    """Decline what a colleague offers."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.TAKE_CHAT)
        chats.refuse(session, me.operator, conversation_id, now=now)
    return visit.to("/console")


@router.post("/chats/{conversation_id}/reassign")
def reassign(
    request: Request, edge: EdgeOf, now: Now, conversation_id: str, form: Annotated[ToForm, Form()]
) -> Response:
    """Give a chat that somebody holds to somebody else, oneself perhaps."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.DIRECT_DESK)
        chats.reassign(
            session, me.operator, conversation_id, form.person or me.operator.name, now=now
        )
    return visit.to(f"/console/chats/{conversation_id}")


@router.post("/passings/{passing_id}/told")
def told(request: Request, edge: EdgeOf, now: Now, passing_id: str, csrf: Csrf = "") -> Response:
    """The operator has read what became of a chat."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.SEE_QUEUE)
        passing.tell(session, passing_id, me.operator, now=now)
    return visit.to("/console")


def _of_unit(
    session: Session, me: Operator, chat: Conversation, unit: str, *, now: datetime
) -> str:
    """Who of a unit at the desks has most room. ReceiverError when nobody of it is there."""
    there = [one for one in chats.receivers(session, me, chat, now=now) if one.unit == unit]
    if not there:
        raise ReceiverError("Nobody of this unit is at a desk; file a ticket, which goes there.")
    held = queues.loads(session)
    return max(there, key=lambda one: (one.capacity - held.get(one.id, 0), one.name)).name
