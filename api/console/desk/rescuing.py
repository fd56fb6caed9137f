"""A danger's card on the console: what was passed on to whom, and calling who fell silent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from api import auth, casework
from api.console import visit
from api.edge import EdgeOf, Now
from api.pages import LOCAL
from cases import audit, residents
from cases.danger import rescues
from cases.danger.rescues import LONGEST_WORDS, Passed, Service, Subject
from cases.database import Session
from cases.desk import callbacks
from cases.desk.callbacks import CallKind
from cases.permissions import Action
from cases.talk.conversations import Conversation
from cases.tickets import tickets
from cases.tickets.tickets import Ticket

router = APIRouter(prefix="/console", include_in_schema=False)
Words = Annotated[str, Field(max_length=LONGEST_WORDS)]


class CardForm(BaseModel):
    """A line of the card; the time is local."""

    csrf: str = ""
    service: Service
    at: datetime
    place: Words = ""
    reference: Words = ""

    @property
    def passed(self) -> Passed:
        """What was passed on."""
        at = self.at.replace(tzinfo=LOCAL) if self.at.tzinfo is None else self.at
        return Passed(self.service, at, self.place, self.reference)


class SilentForm(BaseModel):
    """The number of somebody who fell silent, where it is known."""

    csrf: str = ""
    phone: Annotated[str, Field(max_length=20, pattern=r"^[0-9+ -]*$")] = ""


@router.post("/chats/{conversation_id}/rescue")
def write_for_chat(
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    form: Annotated[CardForm, Form()],
) -> Response:
    """Write down what was done about the danger told in a chat."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        chat = auth.chat_for(session, me.operator, Action.RECORD_RESCUE, conversation_id)
        card = of_chat(session, chat)
        rescues.record_beside_chat(session, card, form.passed, by=me.operator.id, now=now)
        audit.record(session, me.operator.id, "wrote danger card", chat.id, now=now)
    return visit.to(f"/console/chats/{conversation_id}")


@router.post("/chats/{conversation_id}/silent")
def call_silent(
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    form: Annotated[SilentForm, Form()],
) -> Response:
    """The resident fell silent: a call is owed at once, and again until somebody is reached."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        chat = auth.chat_for(session, me.operator, Action.RECORD_RESCUE, conversation_id)
        callbacks.owe(
            session,
            chat,
            CallKind.DANGER,
            phone=form.phone.strip() or None,
            due_at=now,
            by=me.operator.id,
            now=now,
        )
        audit.record(session, me.operator.id, "owes call to silent resident", chat.id, now=now)
    return visit.to("/console/calls")


@router.get("/tickets/{number}/rescue")
def show_for_ticket(request: Request, edge: EdgeOf, now: Now, number: str) -> HTMLResponse:
    """The card of a ticket; looking at it is recorded."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        ticket = casework.find(session, me.operator, Action.RECORD_RESCUE, number)
        audit.record(session, me.operator.id, "looked at danger card", ticket.id, now=now)
        values = {"ticket": ticket, **shown(session, _home(session, ticket), ticket.id, now=now)}
        return visit.page(session, edge, me, "rescue.html", values, now=now)


@router.post("/tickets/{number}/rescue")
def write_for_ticket(
    request: Request, edge: EdgeOf, now: Now, number: str, form: Annotated[CardForm, Form()]
) -> Response:
    """Write down what was done about the danger of a ticket."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        ticket = casework.find_to_change(session, me.operator, Action.RECORD_RESCUE, number)
        # A sealed report stands beside no conversation: the card hangs on the ticket alone.
        subject = Subject(ticket.conversation_id, ticket.id, ticket.key_id)
        rescues.record(session, subject, form.passed, by=me.operator.id, now=now)
        audit.record(session, me.operator.id, "wrote danger card", ticket.id, now=now)
    return visit.to(f"/console/tickets/{number}/rescue")


def of_chat(session: Session, chat: Conversation) -> Subject:
    """Whose card it is when it is written beside a chat."""
    return Subject(chat.id, None, residents.key_of(session, chat.resident_id))


def shown(
    session: Session, conversation_id: str | None, ticket_id: str | None, *, now: datetime
) -> Mapping[str, object]:
    """What the card shows, wherever it stands."""
    return {
        "card": rescues.card(session, conversation_id=conversation_id, ticket_id=ticket_id),
        "services": list(Service),
        "this_minute": f"{now.astimezone(LOCAL):%Y-%m-%dT%H:%M}",
    }


def _home(session: Session, ticket: Ticket) -> str | None:
    return tickets.home_of(session, ticket)
