"""What staff write beside a chat: private notes, and a supervisor's word in the operator's ear."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Field, SQLModel, col, select

from cases import events, keys, residents
from cases.database import Session, UtcDateTime
from cases.errors import CaseError
from cases.sealed import Place
from cases.talk.conversations import Conversation

LONGEST_NOTE = 2000


class ChatNote(SQLModel, table=True):
    """One note; the resident never sees it. `whisper`: meant for whoever holds the chat."""

    __tablename__ = "chat_notes"
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id", index=True)
    by: str = Field(foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    whisper: bool = False
    sealed_text: bytes


@dataclass(frozen=True)
class Note:
    """A note as it is read."""

    by: str
    at: datetime
    whisper: bool
    text: str


def write(session: Session, chat: Conversation, text: str, *, by: str, now: datetime) -> None:
    """Keep a private note. Raises CaseError for an empty one."""
    _keep(session, chat, text, by=by, whisper=False, now=now)


def whisper(session: Session, chat: Conversation, text: str, *, by: str, now: datetime) -> None:
    """Say something to whoever holds the chat alone. Raises CaseError for nothing."""
    _keep(session, chat, text, by=by, whisper=True, now=now)


def of(session: Session, chat: Conversation) -> Sequence[Note]:
    """The notes of a chat, the oldest first."""
    key = residents.key_of(session, chat.resident_id)
    rows = session.exec(
        select(ChatNote)
        .where(ChatNote.conversation_id == chat.id)
        .order_by(col(ChatNote.at), col(ChatNote.id))
    )
    return [
        Note(row.by, row.at, row.whisper, keys.unseal(session, key, _at(row.id), row.sealed_text))
        for row in rows
    ]


def _keep(  # noqa: PLR0913
    session: Session, chat: Conversation, text: str, *, by: str, whisper: bool, now: datetime
) -> None:
    if not text.strip():
        raise CaseError("Write something first.")
    row, key = keys.new_id(), residents.key_of(session, chat.resident_id)
    sealed = keys.seal(session, key, _at(row), text.strip()[:LONGEST_NOTE])
    session.add(
        ChatNote(
            id=row, conversation_id=chat.id, by=by, at=now, whisper=whisper, sealed_text=sealed
        )
    )
    session.flush()
    events.publish(session, events.Kind.QUEUE, {"conversation": chat.id, "note": row}, now=now)


def _at(row: str) -> Place:
    return Place("chat_notes", "text", row)
