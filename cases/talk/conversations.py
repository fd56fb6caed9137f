"""A conversation: who speaks in it now, and the one number series of all that happens in it."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Field, SQLModel, col, select, update

from cases import events, keys, residents
from cases.database import Session, UtcDateTime
from cases.errors import StaleEpochError, UnknownError
from cases.sealed import Place
from knowledge.names import Region, Tongue


class Mode(StrEnum):
    """Who answers now: the bot, nobody yet (a person was asked for), or a person."""

    BOT = "bot"
    QUEUED = "queued"
    OPERATOR = "operator"


class Conversation(SQLModel, table=True):
    """One thread with one resident. `bot_epoch` rises whenever a person takes it."""

    __tablename__ = "conversations"
    __table_args__ = (
        CheckConstraint("mode IN ('bot', 'queued', 'operator')", name="mode"),
        Index("ix_conversations_waiting", "mode", "queue_priority", "queued_at"),
        Index("ix_conversations_kept", "erased_at", "active_at"),
    )
    id: str = Field(primary_key=True)
    token_digest: str = Field(index=True)
    resident_id: str = Field(foreign_key="residents.id", index=True)
    channel: str = "web"
    region: str | None = None
    mode: str = Mode.BOT
    bot_epoch: int = 0
    last_seq: int = 0
    sealed_state: bytes | None = None
    operator_id: str | None = Field(default=None, foreign_key="operators.id", index=True)
    queued_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    queue_priority: str | None = None
    queue_matter: str | None = None
    queue_reason: str | None = None
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # Lent to another region's line, at the head of its class, offered to a colleague.
    queue_region: str | None = None
    queue_head: bool = False
    overflowed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    offered_to: str | None = Field(default=None, foreign_key="operators.id", index=True)
    # After the last caution: only a supervisor takes what is not urgent (`cases/desk/cautions.py`).
    resting_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # In which language the resident is talked with; None is the common one.
    tongue: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    active_at: datetime = Field(sa_type=UtcDateTime, index=True)
    # The resident wants to be forgotten; since when nothing of theirs is left (`cases/retention`).
    erase_asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


@dataclass(frozen=True)
class Opened:
    """A new conversation with the only copy of its token."""

    conversation: Conversation
    token: str


def open_new(session: Session, *, region: Region | None, channel: str, now: datetime) -> Opened:
    """Begin a conversation with somebody unknown."""
    resident = residents.create(session, now=now)
    token = secrets.token_urlsafe(32)
    conversation = Conversation(
        id=keys.new_id(),
        token_digest=_digest(token),
        resident_id=resident.id,
        channel=channel,
        region=region,
        created_at=now,
        active_at=now,
    )
    session.add(conversation)
    session.flush()
    return Opened(conversation, token)


def find(session: Session, conversation_id: str) -> Conversation:
    """The conversation with this id. Raises UnknownError."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None:
        raise UnknownError("There is no such conversation.")
    return conversation


def gather(session: Session, wanted: Iterable[str]) -> Sequence[Conversation]:
    """These conversations, those that exist, in one reading."""
    return session.exec(select(Conversation).where(col(Conversation.id).in_(set(wanted)))).all()


def find_for_update(session: Session, conversation_id: str) -> Conversation:
    """The conversation, locked until the commit, so that its turns run one after another."""
    conversation = session.exec(
        select(Conversation)
        .where(Conversation.id == conversation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if conversation is None:
        raise UnknownError("There is no such conversation.")
    return conversation


def holds_token(conversation: Conversation, token: str) -> bool:
    """Whether this token opens this conversation (compared in constant time)."""
    return hmac.compare_digest(conversation.token_digest, _digest(token))


def by_token(session: Session, token: str) -> Conversation | None:
    """The conversation that this token opens, if there is one."""
    return session.exec(
        select(Conversation).where(Conversation.token_digest == _digest(token))
    ).first()


def renew_token(session: Session, conversation: Conversation) -> str:
    """The only copy of a new token; the one that was held before opens nothing any more."""
    token = secrets.token_urlsafe(32)
    conversation.token_digest = _digest(token)
    session.add(conversation)
    session.flush()
    return token


def revoke_token(session: Session, conversation: Conversation) -> None:
    """From now on nobody opens this conversation with the token they hold; staff still may."""
    renew_token(session, conversation)


def settle(session: Session, conversation: Conversation, region: Region) -> None:
    """Remember the region that the resident chose on the page."""
    conversation.region = region
    session.add(conversation)
    session.flush()


def talk_in(session: Session, conversation: Conversation, tongue: Tongue | None) -> None:
    """Remember in which language this resident is talked with; None is the common one."""
    conversation.tongue = tongue
    session.add(conversation)
    session.flush()


def next_seq(
    session: Session,
    conversation: Conversation,
    *,
    epoch: int | None = None,
    active: datetime | None = None,
) -> int:
    """Draw the next number. With `epoch`, refuse if a person has taken the chat since it was read;
    `active`: when the resident wrote, if it is they who draw it.

    Raises StaleEpochError.
    """
    statement = update(Conversation).where(col(Conversation.id) == conversation.id)
    statement = statement.values(last_seq=Conversation.last_seq + 1)
    if active is not None:
        statement = statement.values(active_at=active)
    if epoch is not None:
        statement = statement.where(col(Conversation.bot_epoch) == epoch)
    session.flush()
    seq = (
        session.connection()
        .execute(
            statement.returning(col(Conversation.last_seq)),
            execution_options={"synchronize_session": False},
        )
        .scalar_one_or_none()
    )
    if seq is None:
        raise StaleEpochError("A person has taken this chat; the bot's reply is dropped.")
    set_committed_value(conversation, "last_seq", int(seq))
    if active is not None:
        set_committed_value(conversation, "active_at", active)
    return int(seq)


def tell_mode(
    session: Session, conversation: Conversation, *, now: datetime, seq: int | None = None
) -> None:
    """Record the change of mode in the conversation's own series and on the consoles.

    `seq` is its number where the change has drawn it already.
    """
    seq = next_seq(session, conversation) if seq is None else seq
    stream = events.conversation_stream(conversation.id)
    body = {"mode": conversation.mode}
    events.record(session, stream, seq=seq, kind=events.Kind.MODE, body=body, now=now)
    about = {"conversation": conversation.id, "mode": conversation.mode}
    events.publish(session, events.Kind.QUEUE, about, now=now)


def keep_state(session: Session, conversation: Conversation, state: str) -> None:
    """Seal the dialogue's state, a JSON text, into the conversation."""
    place = Place("conversations", "state", conversation.id)
    conversation.sealed_state = keys.seal(session, _key(session, conversation), place, state)
    session.add(conversation)


def state_of(session: Session, conversation: Conversation) -> str | None:
    """The dialogue's state as it was kept; None before the first turn."""
    if conversation.sealed_state is None:
        return None
    place = Place("conversations", "state", conversation.id)
    return keys.unseal(session, _key(session, conversation), place, conversation.sealed_state)


def _key(session: Session, conversation: Conversation) -> str:
    return residents.key_of(session, conversation.resident_id)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
