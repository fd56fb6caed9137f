"""The one log of what changed: every change a screen can show has a number in its stream.

A stream's counter is raised inside the transaction that changes the thing and stays locked until
its commit, so numbers become visible in order and a reader that remembers the last one misses none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, UniqueConstraint, text
from sqlmodel import Field, SQLModel, col, func, select

from cases.database import Session, UtcDateTime

CONSOLE = "console"


class Kind(StrEnum):
    """What an event is about; the body holds ids and states, never a resident's word."""

    MODE = "mode"
    QUEUE = "queue"
    MESSAGE = "message"
    TICKET = "ticket"
    ALERT = "alert"
    HOUSEHOLD = "household"
    PUBLICATION = "publication"
    LEARNING = "learning"


class Event(SQLModel, table=True):
    """One change. `seq` is unique in its stream."""

    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("stream", "seq"),)
    id: int | None = Field(default=None, primary_key=True)
    stream: str
    seq: int
    kind: str
    body: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    at: datetime = Field(sa_type=UtcDateTime)


class Stream(SQLModel, table=True):
    """The counter of a stream that is not a conversation."""

    __tablename__ = "streams"
    name: str = Field(primary_key=True)
    last_seq: int = 0


@dataclass(frozen=True)
class Change:
    """An event as a reader gets it."""

    seq: int
    kind: Kind
    body: dict[str, str]


def conversation_stream(conversation_id: str) -> str:
    """The stream a resident's page follows."""
    return f"conversation:{conversation_id}"


def publish(session: Session, kind: Kind, body: dict[str, str], *, now: datetime) -> None:
    """Tell every console; numbered just before the commit."""
    session.touched.add(CONSOLE)
    if not session.unnumbered:
        session.defer(f"events:{CONSOLE}", lambda: _number(session))
    session.unnumbered.append((kind, body, now))


def record(  # noqa: PLR0913
    session: Session, stream: str, *, seq: int, kind: Kind, body: dict[str, str], now: datetime
) -> None:
    """Keep an event whose number the caller has already drawn (conversations draw their own)."""
    session.touched.add(stream)
    told = Event(stream=stream, seq=seq, kind=kind, body=body, at=now)
    # Written together with what the consoles are told.
    session.defer("events", lambda: session.add(told))


def since(session: Session, stream: str, after: int, *, limit: int = 200) -> Sequence[Change]:
    """The changes behind `after`, oldest first."""
    rows = session.exec(
        select(Event.seq, Event.kind, Event.body)
        .where(Event.stream == stream, Event.seq > after)
        .order_by(col(Event.seq))
        .limit(limit)
    )
    return [Change(seq, Kind(kind), dict(body)) for seq, kind, body in rows]


def happened(session: Session, stream: str, kind: Kind, *, after: int) -> bool:
    """Whether anything of this kind happened behind `after`."""
    found = session.exec(
        select(Event.id).where(Event.stream == stream, Event.seq > after, Event.kind == kind)
    ).first()
    return found is not None


def counted(session: Session, stream: str) -> int:
    """How far the counter of a stream that is not a conversation has come: one row, read often."""
    return session.exec(select(Stream.last_seq).where(Stream.name == stream)).first() or 0


def last_seq(session: Session, stream: str) -> int:
    """The newest number of a stream; 0 when nothing has happened."""
    newest = session.exec(select(func.max(Event.seq)).where(Event.stream == stream)).one()
    return newest or 0


def _number(session: Session) -> None:
    """Draw the numbers of all that this session told the consoles, in one go."""
    told, session.unnumbered = session.unnumbered, []
    drawn = session.connection().execute(
        text(
            "INSERT INTO streams (name, last_seq) VALUES (:name, :count) "
            "ON CONFLICT (name) DO UPDATE SET last_seq = streams.last_seq + :count "
            "RETURNING last_seq"
        ),
        {"name": CONSOLE, "count": len(told)},
    )
    first = drawn.scalar_one() - len(told) + 1
    session.add_all(
        Event(stream=CONSOLE, seq=seq, kind=kind, body=body, at=at)
        for seq, (kind, body, at) in enumerate(told, first)
    )
    session.flush()
