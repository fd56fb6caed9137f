"""A household's 可申请清单 behind a link: whoever holds the link reads it until it is erased."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Field, SQLModel, col, select

from cases import keys, residents
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from cases.sealed import Place
from cases.talk.conversations import Conversation
from knowledge.checklist import Checklist

TOKEN_BYTES = 16
KEPT_FOR = timedelta(days=30)
# Who asks for one list after the other loses the oldest, not the ones just sent on.
MOST_A_CONVERSATION = 10


class KeptChecklist(SQLModel, table=True):
    """A list as it was worked out. The link is kept as a fingerprint, the list under the
    resident's own key: forgetting the resident shuts it too."""

    __tablename__ = "checklists"
    id: str = Field(primary_key=True)
    digest: str = Field(unique=True)
    conversation_id: str = Field(foreign_key="conversations.id", index=True)
    sealed_body: bytes
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class ExpiredError(CaseError):
    """The link was good once; what it led to is erased."""


@dataclass(frozen=True)
class Terms:
    """Where lists are read (empty: an address on the same host) and how long they are kept."""

    address: str = ""
    kept: timedelta = KEPT_FOR

    def link(self, token: str) -> str:
        """The link that opens a list."""
        return f"{self.address}/list/{token}"

    def copy_link(self, token: str) -> str:
        """The link that opens a copy of one's own records."""
        return f"{self.address}/copy/{token}"


@dataclass(frozen=True)
class Opened:
    """A list as its reader gets it."""

    id: str
    checklist: Checklist
    expires_at: datetime


def keep(
    session: Session,
    conversation: Conversation,
    checklist: Checklist,
    *,
    kept: timedelta,
    now: datetime,
) -> str:
    """Keep a list and return the only copy of its token: 128 random bits."""
    for row in _of_conversation(session, conversation)[MOST_A_CONVERSATION - 1 :]:
        session.delete(row)
    token, row_id = secrets.token_hex(TOKEN_BYTES), keys.new_id()
    key_id = residents.key_of(session, conversation.resident_id)
    session.add(
        KeptChecklist(
            id=row_id,
            digest=_digest(token),
            conversation_id=conversation.id,
            sealed_body=keys.seal(session, key_id, _place(row_id), checklist.model_dump_json()),
            created_at=now,
            expires_at=now + kept,
        )
    )
    session.flush()
    return token


def opened(session: Session, token: str, *, now: datetime) -> Opened:
    """The list behind a link. The caller records the look. Raises UnknownError, ExpiredError;
    KeyDestroyedError once its resident was forgotten."""
    row = session.exec(select(KeptChecklist).where(KeptChecklist.digest == _digest(token))).first()
    if row is None:
        raise UnknownError("There is no such list.")
    if row.expires_at <= now:
        raise ExpiredError("This list has expired; ask for a new one.")
    conversation = session.get_one(Conversation, row.conversation_id)
    key_id = residents.key_of(session, conversation.resident_id)
    body = keys.unseal(session, key_id, _place(row.id), row.sealed_body)
    return Opened(row.id, Checklist.model_validate_json(body), row.expires_at)


def _of_conversation(session: Session, conversation: Conversation) -> Sequence[KeptChecklist]:
    return session.exec(
        select(KeptChecklist)
        .where(KeptChecklist.conversation_id == conversation.id)
        .order_by(col(KeptChecklist.created_at).desc())
    ).all()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _place(row: str) -> Place:
    return Place("checklists", "body", row)
