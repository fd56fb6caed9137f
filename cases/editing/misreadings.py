"""What was misunderstood, and what an editor made of it: the work list behind the model."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel, col, select

from cases import events, keys, residents
from cases.channels.inbox import Inbound
from cases.database import Session, UtcDateTime
from cases.errors import KeyDestroyedError, UnknownError
from cases.sealed import Place
from cases.talk import conversations, messages
from cases.talk.conversations import Conversation, Mode


class Why(StrEnum):
    """How a message came onto the list."""

    UNSURE = "unsure"
    ENGINES_DIFFER = "engines_differ"
    CORRECTED = "corrected"


class Misreading(SQLModel, table=True):
    """A message, masked and sealed under the resident's key, and what was heard in it."""

    __tablename__ = "misreadings"
    __table_args__ = (UniqueConstraint("inbound_id", "why"),)
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id", index=True)
    inbound_id: str = Field(foreign_key="inbound.id")
    why: str
    sealed_text: bytes
    region: str | None = None
    heard: str
    confidence: float
    other: str | None = None
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    settled_by: str | None = None


class Lesson(SQLModel, table=True):
    """A sentence that an editor wrote after a misreading; it tells of nobody in particular."""

    __tablename__ = "lessons"
    id: str = Field(primary_key=True)
    text: str
    intent: str
    taught_by: str = Field(foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


@dataclass(frozen=True)
class Reading:
    """What one engine heard, and the other where there were two, or what a person says."""

    why: Why
    masked: str
    heard: str
    confidence: float
    other: str | None = None


@dataclass(frozen=True)
class Answered:
    """A message that the bot answered lately, with the dialogue's state behind it."""

    inbound_id: str
    conversation_id: str
    text: str
    state: str | None


def lately_answered(session: Session, *, since: datetime, limit: int) -> Sequence[Answered]:
    """What the bot itself answered since then, the newest first; what was forgotten is left out."""
    rows = session.exec(
        select(Inbound, Conversation)
        .join(Conversation, col(Conversation.id) == Inbound.conversation_id)
        .where(col(Inbound.answered_at) > since, Conversation.mode != Mode.OPERATOR)
        .order_by(col(Inbound.answered_at).desc())
        .limit(limit)
    ).all()
    return [found for row, chat in rows if (found := _answered(session, row, chat)) is not None]


def keep(
    session: Session,
    conversation: Conversation,
    inbound_id: str,
    reading: Reading,
    *,
    now: datetime,
) -> bool:
    """Put a message on the list, its text already masked; False when it stands there."""
    known = select(Misreading.id).where(
        Misreading.inbound_id == inbound_id, Misreading.why == reading.why
    )
    if session.exec(known).first() is not None:
        return False
    row = keys.new_id()
    key = residents.key_of(session, conversation.resident_id)
    misreading = Misreading(
        id=row,
        conversation_id=conversation.id,
        inbound_id=inbound_id,
        why=reading.why,
        sealed_text=keys.seal(session, key, _place(row), reading.masked),
        region=conversation.region,
        heard=reading.heard,
        confidence=reading.confidence,
        other=reading.other,
        at=now,
    )
    session.add(misreading)
    session.flush()
    return True


def waiting(session: Session, *, limit: int = 200) -> Sequence[Misreading]:
    """What no editor has dealt with, newest first."""
    return session.exec(
        select(Misreading)
        .where(col(Misreading.settled_at).is_(None))
        .order_by(col(Misreading.at).desc())
        .limit(limit)
    ).all()


def find(session: Session, misreading_id: str) -> Misreading:
    """One of the list. Raises UnknownError."""
    row = session.get(Misreading, misreading_id)
    if row is None:
        raise UnknownError("No such message; look at the list again.")
    return row


def text_of(session: Session, row: Misreading) -> str | None:
    """The masked text; None once the resident was forgotten."""
    conversation = conversations.find(session, row.conversation_id)
    key = residents.key_of(session, conversation.resident_id)
    try:
        return keys.unseal(session, key, _place(row.id), row.sealed_text)
    except KeyDestroyedError:
        return None


def inbound_at(session: Session, conversation: Conversation, seq: int) -> str:
    """The inbound row behind a line of a conversation. Raises UnknownError."""
    found = session.exec(
        select(Inbound.id).where(Inbound.conversation_id == conversation.id, Inbound.seq == seq)
    ).first()
    if found is None:
        raise UnknownError("No such message of the resident; look at the chat again.")
    return found


def settle(session: Session, row: Misreading, *, by: str, now: datetime) -> None:
    """Take a message off the list; done twice it stays as it was."""
    if row.settled_at is None:
        row.settled_at = now
        row.settled_by = by
        session.add(row)
        session.flush()


def teach(session: Session, text: str, intent: str, *, by: str, now: datetime) -> Lesson:
    """Keep a sentence that the next model is to learn; the same one again is kept once."""
    known = select(Lesson).where(Lesson.text == text, col(Lesson.withdrawn_at).is_(None))
    row = session.exec(known).first()
    if row is None:
        row = Lesson(id=keys.new_id(), text=text, intent=intent, taught_by=by, at=now)
    row.intent = intent
    session.add(row)
    session.flush()
    events.publish(session, events.Kind.LEARNING, {"what": "lesson"}, now=now)
    return row


def lessons(session: Session) -> Sequence[Lesson]:
    """What the next model learns beyond the shipped sentences, oldest first."""
    return session.exec(
        select(Lesson).where(col(Lesson.withdrawn_at).is_(None)).order_by(col(Lesson.at))
    ).all()


def withdraw(session: Session, lesson_id: str, *, now: datetime) -> None:
    """Learn a sentence no longer. Raises UnknownError."""
    row = session.get(Lesson, lesson_id)
    if row is None:
        raise UnknownError("No such sentence; look at the list again.")
    row.withdrawn_at = row.withdrawn_at or now
    session.add(row)
    session.flush()


def _answered(session: Session, row: Inbound, chat: Conversation) -> Answered | None:
    try:
        text = messages.text_of(session, chat, row.seq)
        return Answered(row.id, chat.id, text, conversations.state_of(session, chat))
    except KeyDestroyedError:
        return None


def _place(row: str) -> Place:
    return Place("misreadings", "text", row)
