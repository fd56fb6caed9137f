"""The operators' pages: who waits and rings, and one chat from taking it to handing it back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic import Field as Number
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from api import auth, chats, shapes
from api.auth import Staff
from api.console import labels, visit
from api.console.desk import calling, chat_page, done
from api.console.desk.done import Done
from api.console.failing import PIECE
from api.edge import Edge, EdgeOf, Now
from api.errors import UnusableError
from cases import audit, permissions
from cases.danger import alerts, rescues
from cases.database import Session
from cases.desk import (
    origins,
    passing,
    phone_calls,
    queues,
    reading_marks,
    routing,
    shift_notes,
    whose,
)
from cases.desk.whose import Desks
from cases.desk.wrap_ups import WrapUp
from cases.permissions import Action
from cases.talk import messages
from cases.talk.conversations import Conversation
from cases.talk.messages import Sender

router = APIRouter(prefix="/console", include_in_schema=False)
Field = Annotated[str, Form()]
STALE = labels.notice("stale_draft")
# Of more lines than these the page fetches the rest behind them.
LINES_AT_ONCE = 500
_SAID = TypeAdapter[str](shapes.Said)


class ReplyForm(BaseModel):
    """A reply; `seen` is the newest line that stood there when it was begun."""

    csrf: str = ""
    text: str = ""
    seen: Annotated[int, Number(ge=0, le=2**31 - 1)] | None = None


class HandBackForm(BaseModel):
    """How the talk ended."""

    csrf: str = ""
    code: WrapUp = WrapUp.ANSWERED


@router.get("")
def home(
    request: Request,
    edge: EdgeOf,
    now: Now,
    hard: bool = False,  # noqa: FBT001, FBT002
    told: Done | None = None,
) -> Response:
    """The queue, or the tickets for who has no queue.

    `hard`: a case that weighs has just ended. `told`: what became of what was pressed.
    """
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        if not permissions.may(me.operator, Action.SEE_QUEUE):
            return visit.to(_first_page(me))
        values = {
            **_queue(session, me, now),
            "hard": hard,
            "supervisors": chats.supervisors_at_desk(session, now=now) if hard else (),
            "notice": "" if told is None else labels.notice(told),
        }
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
        # Looking is reading: the queue beside the chat counts nothing of it as unread.
        shown = chat_page.of(session, edge, me, conversation, now=now)
        values = {**_queue(session, me, now), **shown, "draft": ""}
        return visit.page(session, edge, me, "chat.html", values, now=now)


@router.get("/chats/{conversation_id}/lines")
def lines(
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> HTMLResponse:
    """What was said behind `after`, and how far the lines before it have come, as a piece."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.READ_CHAT)
        conversation = auth.chat_for(session, me.operator, Action.READ_CHAT, conversation_id)
        said = messages.since(session, conversation, after, limit=LINES_AT_ONCE)
        reading_marks.mark(session, me.operator.id, conversation)
        values = {
            "lines": said,
            "came": messages.deliveries(session, conversation, after),
            "chat": conversation,
            "more_after": said[-1].seq if len(said) == LINES_AT_ONCE else None,
        }
        return visit.page(session, edge, me, "lines.html", values, now=now)


@router.get("/chats/{conversation_id}/standing")
def standing(request: Request, edge: EdgeOf, now: Now, conversation_id: str) -> HTMLResponse:
    """Who holds the chat now, and what can be done, as a piece of the page."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.READ_CHAT)
        conversation = auth.chat_for(session, me.operator, Action.READ_CHAT, conversation_id)
        values = chat_page.standing(session, edge, me, conversation, now=now)
        return visit.page(session, edge, me, "standing.html", values, now=now)


@router.get("/chats/{conversation_id}/beside")
def beside(request: Request, edge: EdgeOf, now: Now, conversation_id: str) -> HTMLResponse:
    """What is known beside the talk as it stands now, as a piece of the page."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.READ_CHAT)
        conversation = auth.chat_for(session, me.operator, Action.READ_CHAT, conversation_id)
        values = chat_page.of(session, edge, me, conversation, now=now)
        return visit.page(session, edge, me, "beside.html", values, now=now)


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
def reply(
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    form: Annotated[ReplyForm, Form()],
) -> Response:
    """Say something to the resident; the page shows it as it shows everything that is said.

    A draft that was begun before the resident's newest words is shown again, with a warning.
    """
    try:
        said = _SAID.validate_python(form.text.replace("\r\n", "\n"))
    except ValidationError as error:
        raise UnusableError("Write something, in 4,000 characters at most.") from error
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.SPEAK)
        conversation = chats.held(session, me.operator, conversation_id)
        if form.seen is not None and _spoke_since(session, conversation, form.seen):
            if PIECE in request.headers:
                return PlainTextResponse(STALE, 409)
            return _again(session, edge, me, conversation, draft=form.text, now=now)
        chats.reply(session, me.operator, conversation, said, now=now)
    if PIECE in request.headers:
        return Response(status_code=204)
    return visit.to(f"/console/chats/{conversation_id}")


@router.post("/chats/{conversation_id}/hand-back")
def hand_back(
    request: Request,
    edge: EdgeOf,
    now: Now,
    conversation_id: str,
    form: Annotated[HandBackForm, Form()],
) -> Response:
    """Give the chat back to the bot, and keep how the talk ended."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.SPEAK)
        conversation = chats.held(session, me.operator, conversation_id)
        speech = edge.helpline.speech
        chats.hand_back(session, me.operator, conversation, code=form.code, speech=speech, now=now)
        named = [alert.hazard for alert in alerts.all_of(session, conversation.id)]
    # After a suicide or a child a pause and a supervisor are offered.
    return done.leads(Done.HANDED_BACK, hard=rescues.was_hard(named))


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


def _spoke_since(session: Session, chat: Conversation, seen: int) -> bool:
    return any(line.sender is Sender.RESIDENT for line in messages.since(session, chat, seen))


def _again(  # noqa: PLR0913
    session: Session, edge: Edge, me: Staff, chat: Conversation, *, draft: str, now: datetime
) -> Response:
    shown = chat_page.of(session, edge, me, chat, now=now)
    values = {**_queue(session, me, now), **shown, "draft": draft, "notice": STALE}
    return visit.page(session, edge, me, "chat.html", values, now=now, status=409)


def _queue(session: Session, me: Staff, now: datetime) -> Mapping[str, object]:
    mine = queues.held_by(session, me.operator.id)
    waiting = chats.waiting_for(session, me.operator)
    desks = Desks(session, now)
    return {
        "alerts": chats.ringing_for(session, me.operator),
        "waiting": waiting,
        "mine_to_take": any(whose.reasons(me.operator, row, desks) for row in waiting),
        "unwritten": chats.unwritten_for(session, me.operator),
        "unsigned": shift_notes.unsigned(session, me.operator.region, by=me.operator.id),
        "let_go": lambda row: (row.id, me.operator.id) in desks.let_go,
        "calls": len(calling.owed_to(session, me.operator)),
        "mine": mine,
        "unread": reading_marks.unread(session, me.operator.id, mine),
        "on_phone": phone_calls.going_on(session, me.operator.id),
        "offered": passing.offered(session, me.operator),
        "untold": passing.untold(session, me.operator),
        "load": queues.load_of(session, me.operator.id),
        "why": lambda row: whose.reasons(me.operator, row, desks),
        "talked_last": origins.talked_last(session, me.operator.id, waiting),
        "origin": origins.of(session, mine),
        "why_held": lambda row: routing.reasons_held(me.operator, row),
        "waited": lambda row: chats.waited(row, now=now),
    }


def _first_page(me: Staff) -> str:
    if permissions.may(me.operator, Action.LIST_TICKETS):
        return "/console/tickets"
    if permissions.may(me.operator, Action.EDIT_KNOWLEDGE):
        return "/console/knowledge"
    return "/console/account"
