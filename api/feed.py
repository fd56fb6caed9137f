"""What is new in one conversation, in its one number series, for a reader who resumes."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import anyio
from fastapi import Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from api import edge as edges
from api import streams
from api.edge import Edge
from api.errors import EdgeError
from cases import events
from cases.database import Session, Store
from cases.desk import queues, typing_signs
from cases.desk.queues import Standing
from cases.desk.typing_signs import Side
from cases.errors import CaseError
from cases.events import Change
from cases.retention import daily
from cases.retention.terms import Kept
from cases.talk import messages
from cases.talk.conversations import Conversation, Mode
from cases.talk.messages import Line

LINES_AT_ONCE, CHANGES_AT_ONCE = 200, 200
RETRY_MILLISECONDS = 2000
Happening = Line | Change


@dataclass(frozen=True)
class News:
    """What is new. `moved_in_line`: the place in line, or that an operator writes, differs
    from what was told before. `anew`: the reader comes from before the log begins; nothing is told
    singly, they read everything again."""

    happenings: Sequence[Happening]
    mode: Mode
    standing: Standing | None
    moved_in_line: bool
    cursor: int
    writing: bool = False
    anew: bool = False


class Reading:
    """How far one reader of one conversation has come, and whether they still may read it."""

    def __init__(
        self, store: Store, find: Callable[[Session], Conversation], *, after: int
    ) -> None:
        """`find` gives the conversation, or raises once the reader may no longer read it."""
        self._store = store
        self._find = find
        self._cursor = after
        self._first = True
        self._standing: Standing | None = None
        self._writing = False

    def look(self) -> News | None:
        """What happened since the last look; None once the reader may no longer read."""
        try:
            with self._store.read() as session:
                return self._news(session, self._find(session))
        except (CaseError, EdgeError):
            return None

    def _news(self, session: Session, conversation: Conversation) -> News:
        now = edges.now()
        anew = self._first and is_cut(session, conversation, self._cursor, now=now)
        self._first = False
        found = () if anew else since(session, conversation, self._cursor)
        if found:
            self._cursor = found[-1].seq
        if anew:
            self._cursor = conversation.last_seq
        standing = queues.standing(session, conversation, now=now)
        writing = typing_signs.is_writing(session, conversation, Side.OPERATOR, now=now)
        moved = (standing, writing) != (self._standing, self._writing)
        self._standing, self._writing = standing, writing
        return News(
            found,
            Mode(conversation.mode),
            standing,
            moved_in_line=moved,
            cursor=self._cursor,
            writing=writing,
            anew=anew,
        )


def is_cut(session: Session, conversation: Conversation, after: int, *, now: datetime) -> bool:
    """Whether changes behind `after` are gone: what this reader saw last is older than the log of
    changes, and numbers are missing behind it. Who begins at the beginning lacks nothing."""
    if not 0 < after < conversation.last_seq:
        return False
    days = daily.days_in_force(session)[Kept.EVENTS]
    if days is None:
        return False
    seen = messages.newest_at(session, conversation, until=after) or conversation.created_at
    if seen > now - timedelta(days=days):
        return False
    stream = events.conversation_stream(conversation.id)
    numbers = conversation.last_seq - after
    changes = events.since(session, stream, after, limit=numbers)
    return messages.count(session, conversation, after) + len(changes) < numbers


def since(session: Session, conversation: Conversation, after: int) -> Sequence[Happening]:
    """Lines and changes behind `after` in their one order; none is skipped."""
    # Its own counter was read first: what that does not count yet belongs to the next look.
    lines = messages.since(session, conversation, after, limit=LINES_AT_ONCE)
    stream = events.conversation_stream(conversation.id)
    changes = events.since(session, stream, after, limit=CHANGES_AT_ONCE)
    until = conversation.last_seq
    if len(lines) == LINES_AT_ONCE:
        until = min(until, lines[-1].seq)
    if len(changes) == CHANGES_AT_ONCE:
        until = min(until, changes[-1].seq)
    merged: list[Happening] = [*lines, *changes]
    return sorted((item for item in merged if item.seq <= until), key=lambda item: item.seq)


def resumed(request: Request, after: int) -> int:
    """Where the reader was: what the browser says it saw last, else `after`."""
    last = request.headers.get("last-event-id", "")
    sane = last.isascii() and last.isdigit() and len(last) < 10  # noqa: PLR2004
    return max(after, int(last)) if sane else after


def respond(
    edge: Edge,
    conversation_id: str,
    reading: Reading,
    render: Callable[[News], Sequence[ServerSentEvent]],
) -> EventSourceResponse:
    """The stream of one conversation; the place in line is looked at again by the poll.

    Raises BusyError before anything is answered, so that it is a refusal and no stream cut short.
    """
    closing = anyio.Event()
    # Not the consoles' log: each change of any chat would have every resident's page look.
    watched = (events.conversation_stream(conversation_id),)
    edge.hub.require_room(watched)

    async def told() -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent(comment="open", retry=RETRY_MILLISECONDS)
        async for news in streams.follow(edge.hub, watched, reading.look, closing=closing):
            for event in render(news):
                yield event
        yield ServerSentEvent(event="goodbye", data="{}")

    return stream(told(), closing)


def stream(told: AsyncIterator[ServerSentEvent], closing: anyio.Event) -> EventSourceResponse:
    """A response that beats, gives up on a reader who does not read, and says goodbye."""
    return EventSourceResponse(
        told,
        ping=streams.PING_SECONDS,
        send_timeout=streams.SEND_TIMEOUT_SECONDS,
        shutdown_event=closing,
        shutdown_grace_period=streams.SECONDS_TO_SAY_GOODBYE,
    )
