"""The calls that are owed: who is to be called when, what was tried, what is next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from api import auth
from api.console import visit
from api.edge import EdgeOf, Now
from bot import accounts
from cases import audit, permissions, residents
from cases.database import Session
from cases.desk import callbacks
from cases.desk.callbacks import (
    LONGEST_NOTE,
    MOST_ATTEMPTS,
    CallAttempt,
    CallBack,
    CallOutcome,
    NextStep,
    Tried,
)
from cases.errors import UnknownError
from cases.operators import Operator
from cases.permissions import Action
from cases.residents import Contact, Resident
from cases.talk import conversations
from cases.talk.conversations import Conversation

router = APIRouter(prefix="/console/calls", include_in_schema=False)


class AttemptForm(BaseModel):
    """What came of an attempt, and what is next."""

    csrf: str = ""
    outcome: CallOutcome
    next_step: NextStep
    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""


@dataclass(frozen=True)
class Owed:
    """One call as the list shows it."""

    row: CallBack
    phone: str
    tongue: str | None
    contacts: Sequence[Contact]
    tried: Sequence[tuple[CallAttempt, str]]
    words: Sequence[str] = ()


@router.get("")
def show(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """The list with its numbers; looking at it is recorded."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.TAKE_CHAT)
        audit.record(session, me.operator.id, "looked at owed calls", "calls", now=now)
        values = {
            "calls": [_owed(session, row) for row in owed_to(session, me.operator)],
            "outcomes": list(CallOutcome),
            "next_steps": list(NextStep),
            "most": MOST_ATTEMPTS,
            "hotline": accounts.hotline(edge.settings),
        }
        return visit.page(session, edge, me, "calls.html", values, now=now)


@router.post("/{call_id}/attempt")
def attempt(
    request: Request, edge: EdgeOf, now: Now, call_id: str, form: Annotated[AttemptForm, Form()]
) -> Response:
    """Write down an attempt."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        chat = _chat_of(session, me.operator, call_id)
        tried = Tried(form.outcome, form.next_step, form.note.strip())
        callbacks.attempt(session, call_id, tried, by=me.operator.id, now=now)
        audit.record(session, me.operator.id, "called resident", chat.id, now=now)
    return visit.to("/console/calls")


@router.post("/{call_id}/cancel")
def cancel(
    request: Request, edge: EdgeOf, now: Now, call_id: str, csrf: Annotated[str, Form()] = ""
) -> Response:
    """No call is needed any more."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        chat = _chat_of(session, me.operator, call_id)
        callbacks.cancel(session, call_id, now=now)
        audit.record(session, me.operator.id, "cancelled call", chat.id, now=now)
    return visit.to("/console/calls")


def owed_to(session: Session, operator: Operator) -> Sequence[CallBack]:
    """The calls this account may make, dangers first."""
    return [
        row
        for row in callbacks.owed(session, region=operator.region)
        if auth.may_see(session, operator, Action.TAKE_CHAT, row.conversation_id)
    ]


def _chat_of(session: Session, operator: Operator, call_id: str) -> Conversation:
    permissions.require(operator, Action.TAKE_CHAT)
    row = session.get(CallBack, call_id)
    if row is None:
        raise UnknownError("There is no such call.")
    return auth.chat_for(session, operator, Action.TAKE_CHAT, row.conversation_id)


def _owed(session: Session, row: CallBack) -> Owed:
    chat = conversations.find(session, row.conversation_id)
    resident = session.get_one(Resident, chat.resident_id)
    tried = [
        (one, callbacks.note_of(session, row, one)) for one in callbacks.attempts(session, row)
    ]
    return Owed(
        row,
        callbacks.phone_of(session, row),
        chat.tongue,
        residents.contacts(session, resident),
        tried,
        callbacks.to_tell(session, row),
    )
