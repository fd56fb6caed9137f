"""What changed, pushed to an open console: topics to look at again, never what they say."""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import anyio
from fastapi import APIRouter, Query, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from api import auth, chats, feed, streams
from api import edge as edges
from api.console import visit
from api.edge import Edge, EdgeOf, Now
from cases import events, operators, permissions
from cases.danger.alerts import Alert
from cases.database import Session
from cases.desk import typing_signs
from cases.events import Change
from cases.households.households import Household
from cases.operators import Operator
from cases.permissions import Action, Row
from cases.talk import conversations
from cases.tickets import worklists
from cases.tickets.tickets import Ticket

router = APIRouter(prefix="/console", include_in_schema=False)
PRESENT_EVERY = timedelta(seconds=20)
# Who missed more than this looks at everything again instead of reading what happened to it.
MOST_MISSED = 500
EVERYTHING = "everything"
# What a change is about: who may know of the thing may know of all that happens to it.
ABOUT = ("conversation", "alert", "ticket", "household")


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
            names = {*self._changed(session, operator), *self._signs(session, operator, now)}
            return Topics(sorted(names), self._cursor)

    def _changed(self, session: Session, operator: Operator) -> Iterator[str]:
        changes = events.since(session, events.CONSOLE, self._cursor, limit=MOST_MISSED + 1)
        if len(changes) > MOST_MISSED:
            self._cursor = events.last_seq(session, events.CONSOLE)
            yield EVERYTHING
        elif changes:
            self._cursor = changes[-1].seq
            for change in known(session, operator, changes):
                yield from topics(change)

    def _signs(self, session: Session, operator: Operator, now: datetime) -> Sequence[str]:
        """The held chats whose resident began or ceased to write."""
        writing = typing_signs.heard_by(session, operator.id, now=now)
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


def known(session: Session, operator: Operator, changes: Sequence[Change]) -> Iterator[Change]:
    """Those changes that this account may learn of; what is about one thing is decided once."""
    talks = [change.body["conversation"] for change in changes if "conversation" in change.body]
    for row in conversations.gather(session, talks):
        session.pin(row)
    decided: dict[tuple[str, ...], bool] = {}
    for change in changes:
        about = (change.kind, *(change.body[name] for name in ABOUT if name in change.body))
        if about not in decided:
            decided[about] = may_know(session, operator, change)
        if decided[about]:
            yield change


def may_know(session: Session, operator: Operator, change: Change) -> bool:
    """Whether this account may learn that this thing has changed."""
    match change.kind:
        case events.Kind.QUEUE | events.Kind.MESSAGE | events.Kind.MODE:
            wanted = change.body.get("conversation", "")
            return auth.may_see(session, operator, Action.READ_CHAT, wanted)
        case events.Kind.ALERT:
            alert = session.get(Alert, change.body.get("alert", ""))
            return alert is not None and chats.may_acknowledge(session, operator, alert)
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
