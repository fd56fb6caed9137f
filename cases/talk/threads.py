"""Which conversation belongs to a chat on an outside channel, and when it may be written to."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel, col, select

from cases import keys, residents
from cases.database import Session, UtcDateTime
from cases.errors import UnknownError
from cases.sealed import Place
from cases.talk import conversations
from cases.talk.conversations import Conversation


class Thread(SQLModel, table=True):
    """One chat on a channel that is pushed. `quiet_until`: the channel asked us to wait."""

    __tablename__ = "threads"
    __table_args__ = (UniqueConstraint("channel", "address_index"),)
    conversation_id: str = Field(primary_key=True, foreign_key="conversations.id")
    channel: str
    address_index: str
    sealed_address: bytes
    quiet_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    blocked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def find(session: Session, channel: str, address: str) -> Conversation | None:
    """The conversation of a chat; None when nobody has written from there yet."""
    row = _row(session, channel, address)
    return None if row is None else conversations.find(session, row.conversation_id)


def begin(session: Session, conversation: Conversation, address: str) -> Thread:
    """Tie a conversation to the chat it came from. The address is sealed like any other."""
    row = Thread(
        conversation_id=conversation.id,
        channel=conversation.channel,
        address_index=session.vault.blind(conversation.channel, address),
        sealed_address=_seal(session, conversation, address),
    )
    session.add(row)
    session.flush()
    return row


def of(session: Session, conversation_id: str) -> Thread:
    """The thread of a conversation. Raises UnknownError for one that is pulled."""
    row = session.get(Thread, conversation_id)
    if row is None:
        raise UnknownError("This conversation has no chat on an outside channel.")
    return row


def address_of(session: Session, thread: Thread) -> str:
    """Where the channel finds the resident."""
    conversation = conversations.find(session, thread.conversation_id)
    key = residents.key_of(session, conversation.resident_id)
    return keys.unseal(session, key, _place(conversation.id), thread.sealed_address)


def move(session: Session, channel: str, *, old: str, new: str) -> None:
    """The channel gave the chat another address (a group became a supergroup, for example)."""
    row = _row(session, channel, old)
    if row is None or _row(session, channel, new) is not None:
        return
    row.address_index = session.vault.blind(channel, new)
    row.sealed_address = _seal(session, conversations.find(session, row.conversation_id), new)
    session.add(row)
    session.flush()


def be_quiet(session: Session, thread: Thread, until: datetime) -> None:
    """Send nothing to this chat before `until`; others are not concerned."""
    thread.quiet_until = until
    session.add(thread)
    session.flush()


def block(session: Session, thread: Thread, *, now: datetime) -> None:
    """The resident has shut the channel's door; what is to be said goes to a person."""
    thread.blocked_at = thread.blocked_at or now
    session.add(thread)
    session.flush()


def unblock(session: Session, channel: str, address: str) -> None:
    """Whoever writes to us again may be answered again."""
    row = _row(session, channel, address)
    if row is not None and row.blocked_at is not None:
        row.blocked_at = None
        session.add(row)
        session.flush()


def blocked(session: Session, *, limit: int = 100) -> Sequence[Thread]:
    """Chats that we can no longer write to, the latest first."""
    return session.exec(
        select(Thread)
        .where(col(Thread.blocked_at).is_not(None))
        .order_by(col(Thread.blocked_at).desc())
        .limit(limit)
    ).all()


def _row(session: Session, channel: str, address: str) -> Thread | None:
    index = session.vault.blind(channel, address)
    return session.exec(
        select(Thread).where(Thread.channel == channel, Thread.address_index == index)
    ).first()


def _seal(session: Session, conversation: Conversation, address: str) -> bytes:
    key = residents.key_of(session, conversation.resident_id)
    return keys.seal(session, key, _place(conversation.id), address)


def _place(row: str) -> Place:
    return Place("threads", "address", row)
