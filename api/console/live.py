"""What changed, pushed to an open console: topics to look at again, never what they say."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import anyio
from fastapi import APIRouter, Query, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from api import auth, feed, streams
from api import edge as edges
from api.console import visit
from api.edge import Edge, EdgeOf, Now
from cases import events, operators, permissions
from cases.danger.alerts import Alert
from cases.database import Session
from cases.desk import queues, typing_signs
from cases.desk.typing_signs import Side
from cases.errors import CaseError
from cases.events import Change
from cases.households.households import Household
from cases.operators import Operator
from cases.permissions import Action, Row
from cases.talk import conversations
from cases.tickets import worklists
from cases.tickets.tickets import Ticket

router = APIRouter(prefix="/console", include_in_schema=False)
PRESENT_EVERY = timedelta(seconds=20)


@dataclass(frozen=True)
class Topics:
    """What to look at again, and how far the log was read for it."""

    names: Sequence[str]
    cursor: int


class Console:
    """How far one open console has read, and that somebody is sitting at it."""

    def __init__(self, edge: Edge, token: str, *, after: int) -> None:
        self._edge = edge
        self._token = token
        self._cursor = after
        self._present_at: datetime | None = None
        self._writing: frozenset[str] = frozenset()

    def look(self) -> Topics | None:
        """What changed since the last look; None once the sign-in has ended."""
        now = edges.now()
        if self._present_at is None or now - self._present_at > PRESENT_EVERY:
            self._note_present(now)
        with self._edge.store.read() as session:
            row = operators.signed_in(session, self._token, now=now)
            if row is None:
                return None
            operator = operators.find(session, row.operator_id)
            changes = events.since(session, events.CONSOLE, self._cursor)
            if changes:
                self._cursor = changes[-1].seq
            names = [n for c in changes if may_know(session, operator, c) for n in topics(c)]
            names += self._signs(session, operator, now)
            return Topics(sorted(set(names)), self._cursor)

    def _signs(self, session: Session, operator: Operator, now: datetime) -> Sequence[str]:
        """The held chats whose resident began or ceased to write."""
        writing = frozenset(
            chat.id
            for chat in queues.held_by(session, operator.id)
            if typing_signs.is_writing(session, chat, Side.RESIDENT, now=now)
        )
        changed = writing ^ self._writing
        self._writing = writing
        return [f"writing:{chat}" for chat in changed]

    def _note_present(self, now: datetime) -> None:
        with self._edge.store.write() as session:
            row = operators.signed_in(session, self._token, now=now)
            if row is not None:
                operators.note_present(session, row.operator_id, self._token, now=now)
        self._present_at = now


@router.get("/events")
def follow(
    request: Request,
    edge: EdgeOf,
    now: Now,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> EventSourceResponse:
    """Event `changed` with topics such as `queue` or `message:ID`; resumes like every stream."""
    # public: any account may follow; every change is asked of permissions in may_know.
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
    console = Console(edge, me.token, after=feed.resumed(request, after))
    closing = anyio.Event()

    async def told() -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent(comment="open", retry=feed.RETRY_MILLISECONDS)
        watched = (events.CONSOLE,)
        async for found in streams.follow(edge.hub, watched, console.look, closing=closing):
            if found.names:
                data = json.dumps(found.names)
                yield ServerSentEvent(event="changed", data=data, id=str(found.cursor))
        yield ServerSentEvent(event="goodbye", data="{}")

    return feed.stream(told(), closing)


def topics(change: Change) -> Sequence[str]:
    """The topics of a change: its kind, and its kind with the thing."""
    return [str(change.kind), *(f"{change.kind}:{thing}" for thing in change.body.values())]


def may_know(session: Session, operator: Operator, change: Change) -> bool:
    """Whether this account may learn that this thing has changed."""
    match change.kind:
        case events.Kind.QUEUE | events.Kind.MESSAGE | events.Kind.MODE:
            return _may_read_chat(session, operator, change.body.get("conversation", ""))
        case events.Kind.ALERT:
            alert = session.get(Alert, change.body.get("alert", ""))
            row = None if alert is None else Row(region=alert.region)
            return row is not None and permissions.may(operator, Action.ACKNOWLEDGE, row)
        case events.Kind.TICKET:
            ticket = session.get(Ticket, change.body.get("ticket", ""))
            row = None if ticket is None else worklists.row_of(ticket)
            return row is not None and permissions.may(operator, Action.SEE_TICKET, row)
        case events.Kind.HOUSEHOLD:
            household = session.get(Household, change.body.get("household", ""))
            row = None if household is None else Row(region=household.region)
            return row is not None and permissions.may(operator, Action.SEE_HOUSEHOLD, row)
        case events.Kind.PUBLICATION:
            return permissions.may(operator, Action.EDIT_KNOWLEDGE)
        case events.Kind.LEARNING:
            return permissions.may(operator, Action.TEACH)


def _may_read_chat(session: Session, operator: Operator, wanted: str) -> bool:
    try:
        conversation = conversations.find(session, wanted)
    except CaseError:
        return False
    return permissions.may(operator, Action.READ_CHAT, auth.row_of(conversation))
