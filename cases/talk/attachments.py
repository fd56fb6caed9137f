"""The files residents send: sealed in the database, few a day, erased when their time is over."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, func
from sqlmodel import Field, SQLModel, col, select

from cases import keys, residents
from cases.database import Session, UtcDateTime
from cases.errors import QuotaError, UnknownError
from cases.sealed import Place
from cases.talk.conversations import Conversation

KEPT = timedelta(days=180)
QUOTA_TIME = timedelta(hours=24)
MOST_FILES = 20
MOST_BYTES = 60 * 1024 * 1024
FULL = "So many files cannot be kept in one day; send the rest tomorrow, or tell it in words."


class FileKind(StrEnum):
    """What a file is to whoever looks at it."""

    PHOTO = "photo"
    VOICE = "voice"
    DOCUMENT = "document"


class Attachment(SQLModel, table=True):
    """A file of a conversation. Its name is not kept: what people call files tells of them."""

    __tablename__ = "attachments"
    __table_args__ = (
        CheckConstraint("kind IN ('photo','voice','document')", name="kind"),
        Index("ix_attachments_recent", "conversation_id", "created_at"),
    )
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id")
    kind: str
    media_type: str
    bytes_long: int
    created_at: datetime = Field(sa_type=UtcDateTime)
    erase_at: datetime = Field(sa_type=UtcDateTime, index=True)


class AttachmentBody(SQLModel, table=True):
    """The sealed content, apart, so that a list of files never reads it."""

    __tablename__ = "attachment_bodies"
    attachment_id: str = Field(primary_key=True, foreign_key="attachments.id")
    sealed: bytes


@dataclass(frozen=True)
class Harmless:
    """A file that was looked at and made harmless (`bot/inspection.py`); only these are kept."""

    kind: FileKind
    media_type: str
    content: bytes

    @property
    def fingerprint(self) -> str:
        """The same for the same content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Opened:
    """A file as it is handed out."""

    media_type: str
    kind: FileKind
    content: bytes


def keep(
    session: Session,
    conversation: Conversation,
    file: Harmless,
    *,
    now: datetime,
    kept: timedelta = KEPT,
) -> str:
    """Seal a file and return its random name. Raises QuotaError."""
    _require_room(session, conversation, len(file.content), now=now)
    row = keys.new_id()
    key = residents.key_of(session, conversation.resident_id)
    session.add(
        Attachment(
            id=row,
            conversation_id=conversation.id,
            kind=file.kind,
            media_type=file.media_type,
            bytes_long=len(file.content),
            created_at=now,
            erase_at=now + kept,
        )
    )
    session.flush()
    sealed = keys.seal_bytes(session, key, _place(row), file.content)
    session.add(AttachmentBody(attachment_id=row, sealed=sealed))
    session.flush()
    return row


def conversation_of(session: Session, wanted: str) -> str:
    """The conversation a file belongs to. Raises UnknownError."""
    row = session.get(Attachment, wanted)
    if row is None:
        raise UnknownError("There is no such file; it may have been erased.")
    return row.conversation_id


def read(session: Session, conversation: Conversation, wanted: str) -> Opened:
    """A file of this conversation. Raises UnknownError, KeyDestroyedError."""
    row = session.get(Attachment, wanted)
    body = session.get(AttachmentBody, wanted)
    if row is None or body is None or row.conversation_id != conversation.id:
        raise UnknownError("There is no such file; it may have been erased.")
    key = residents.key_of(session, conversation.resident_id)
    content = keys.unseal_bytes(session, key, _place(row.id), body.sealed)
    return Opened(row.media_type, FileKind(row.kind), content)


def _require_room(
    session: Session, conversation: Conversation, size: int, *, now: datetime
) -> None:
    count, total = session.exec(
        select(func.count(), func.coalesce(func.sum(Attachment.bytes_long), 0)).where(
            Attachment.conversation_id == conversation.id,
            col(Attachment.created_at) > now - QUOTA_TIME,
        )
    ).one()
    if count >= MOST_FILES or total + size > MOST_BYTES:
        raise QuotaError(FULL)


def _place(row: str) -> Place:
    return Place("attachment_bodies", "content", row)
