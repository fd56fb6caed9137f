"""Taking a call down: the caller's words typed, understood, and asked about beside the operator."""

import uuid
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from starlette.responses import HTMLResponse, Response

from api import auth, chats, shapes
from api.auth import Staff
from api.console import labels, visit
from api.console.desk import chat_page, noting
from api.edge import Edge, EdgeOf, Now
from api.errors import UnusableError
from cases import audit, permissions
from cases.danger import alerts, rescues
from cases.database import Session
from cases.desk import callbacks, cautions, phone_calls, queues, wrap_ups
from cases.desk.callbacks import CallKind
from cases.desk.phone_calls import PhoneCall
from cases.desk.wrap_ups import WrapUp
from cases.errors import MoveError, UnknownError
from cases.permissions import Action, Row
from cases.talk import messages
from cases.talk.conversations import Conversation
from cases.talk.messages import Lane, Line, Sender
from cases.tickets import worklists
from knowledge.names import Priority, Region

router = APIRouter(prefix="/console/phone", include_in_schema=False)
NO_NUMBER = labels.notice("no_number")
_SAID = TypeAdapter[str](shapes.Said)


class CallForm(BaseModel):
    """A call that comes in: where from, and the number if it is shown."""

    csrf: str = ""
    region: Region | None = None
    phone: Annotated[str, Field(max_length=20, pattern=r"^[0-9+ -]*$")] = ""


class WordsForm(BaseModel):
    """What the caller says, as the operator types it; or a button that answers for them."""

    csrf: str = ""
    text: str = ""
    choice: str = ""


class EndForm(BaseModel):
    """How the call ended."""

    csrf: str = ""
    code: WrapUp = WrapUp.ANSWERED


@router.get("")
def new(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """A call comes in: from where, and which number."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.TAKE_CHAT)
        values = {"regions": list(Region), "place": me.operator.region}
        return visit.page(session, edge, me, "phone-new.html", values, now=now)


@router.post("")
def begin(request: Request, edge: EdgeOf, now: Now, form: Annotated[CallForm, Form()]) -> Response:
    """A call comes in."""
    with edge.store.write() as session:
        me = _caller_of(session, request, edge, form, now=now)
        chat = phone_calls.begin(
            session,
            region=form.region,
            phone=form.phone.strip() or None,
            by=me.operator.id,
            now=now,
        )
        audit.record(session, me.operator.id, "took call", chat.id, now=now)
    return visit.to(f"/console/phone/{chat.id}")


@router.post("/missed")
def missed(request: Request, edge: EdgeOf, now: Now, form: Annotated[CallForm, Form()]) -> Response:
    """A call nobody took: it is owed back."""
    number = form.phone.strip()
    with edge.store.write() as session:
        me = _caller_of(session, request, edge, form, now=now)
        if not number:
            values = {"regions": list(Region), "place": form.region, "notice": NO_NUMBER}
            return visit.page(session, edge, me, "phone-new.html", values, now=now, status=422)
        chat = phone_calls.begin(
            session, region=form.region, phone=number, by=me.operator.id, now=now, missed=True
        )
        callbacks.owe(
            session,
            chat,
            CallKind.MISSED,
            phone=number,
            due_at=now,
            by=me.operator.id,
            now=now,
        )
        audit.record(session, me.operator.id, "noted missed call", chat.id, now=now)
    return visit.to("/console/calls")


@router.get("/{conversation_id}")
def show(request: Request, edge: EdgeOf, now: Now, conversation_id: str) -> HTMLResponse:
    """The call: what was said, what to ask next, what is known."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.TAKE_CHAT)
        chat, call = _call(session, me, conversation_id)
        audit.record(session, me.operator.id, "looked at call", chat.id, now=now)
        values = {
            **chat_page.of(session, edge, me, chat, now=now),
            "call": call,
            "may_caution": not _in_need(session, me, chat),
            "dictation": edge.helpline.recogniser is not None,
        }
        return visit.page(session, edge, me, "phone.html", values, now=now)


@router.post("/{conversation_id}/words")
def words(
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    form: Annotated[WordsForm, Form()],
) -> Response:
    """The caller says something: it is understood and answered like a resident's own words; what
    the bot says is read out, what it asks is asked."""
    try:
        said = _SAID.validate_python((form.choice or form.text).replace("\r\n", "\n"))
    except ValidationError as error:
        raise UnusableError("Write what the caller says, in 4,000 characters at most.") from error
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.TAKE_CHAT)
        going_on(session, me, conversation_id)
    edge.helpline.desk.receive(conversation_id, external_id=uuid.uuid4().hex, text=said, now=now)
    with edge.store.write() as session:
        chat, _ = _call(session, me, conversation_id)
        # Somebody is there already: the caller waits in no line, and the danger has been seen.
        queues.leave(session, chat, now=now)
        for alert in alerts.of_conversation(session, chat.id):
            alerts.acknowledge(session, alert.id, me.operator.id, now=now)
    return visit.to(f"/console/phone/{conversation_id}")


@router.post("/{conversation_id}/caution")
def caution(
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    form: Annotated[noting.CautionForm, Form()],
) -> Response:
    """The next step towards a caller who is abusive: read out to them, and kept."""
    speech = edge.helpline.speech
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.TAKE_CHAT)
        chat, _ = going_on(session, me, conversation_id)
        if _in_need(session, me, chat):
            raise MoveError("In danger or need nobody is cautioned; ask a supervisor to take over.")
        step = cautions.take_step(session, chat, wanted=form.step, by=me.operator.id, now=now)
        said = speech.say(noting.CAUTIONS[step - 1])
        line = Line(Sender.OPERATOR, said, staff_name=me.operator.name, lane=Lane.OPERATOR)
        messages.say(session, chat, line, now=now)
        audit.record(session, me.operator.id, "cautioned in call", chat.id, now=now)
    return visit.to(f"/console/phone/{conversation_id}")


@router.post("/{conversation_id}/end")
def end(
    request: Request, edge: EdgeOf, now: Now, conversation_id: str, form: Annotated[EndForm, Form()]
) -> Response:
    """The caller hung up; a danger first wants its card."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.TAKE_CHAT)
        chat, call = going_on(session, me, conversation_id)
        rescues.require_seen_to(session, chat.id)
        wrap_ups.record(session, chat, form.code, by=me.operator.id, now=now)
        phone_calls.end(session, call, now=now)
        audit.record(session, me.operator.id, "ended call", chat.id, now=now)
        named = [alert.hazard for alert in alerts.all_of(session, chat.id)]
    # After a suicide or a child a pause and a supervisor are offered.
    return visit.to("/console?hard=true" if rescues.was_hard(named) else "/console")


def _caller_of(
    session: Session, request: Request, edge: Edge, form: CallForm, *, now: datetime
) -> Staff:
    me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
    permissions.require(me.operator, Action.TAKE_CHAT, Row(region=form.region))
    return me


def _in_need(session: Session, me: Staff, chat: Conversation) -> bool:
    """Whether a danger or a need was told in this call: it stands in no line that would say so."""
    told = worklists.of_conversation(session, me.operator, chat.id)
    return chats.was_grave(session, chat) or any(one.priority != Priority.P2 for one in told)


def _call(session: Session, me: Staff, conversation_id: str) -> tuple[Conversation, PhoneCall]:
    chat = auth.chat_for(session, me.operator, Action.TAKE_CHAT, conversation_id)
    call = phone_calls.of(session, chat)
    if call is None or call.by != me.operator.id:
        raise UnknownError("There is no such call of yours.")
    return chat, call


def going_on(session: Session, me: Staff, conversation_id: str) -> tuple[Conversation, PhoneCall]:
    """The call while it lasts: what is typed afterwards would never be read out to anybody."""
    chat, call = _call(session, me, conversation_id)
    if call.ended_at is not None:
        raise MoveError("This call has ended; note down a new one or call back.")
    return chat, call
