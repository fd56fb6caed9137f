"""A link by which a resident goes on with one conversation on another channel: once, and soon."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlmodel import Field, SQLModel, col, delete, select, update

from cases import keys
from cases.database import Session, UtcDateTime
from cases.talk import conversations, threads
from cases.talk.conversations import Conversation

GOOD_FOR = timedelta(minutes=15)
CODE_BYTES = 16


class ChannelLink(SQLModel, table=True):
    """One link. The code is kept as a fingerprint."""

    __tablename__ = "channel_links"
    digest: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id", index=True)
    made_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def make(session: Session, conversation: Conversation, *, now: datetime) -> str:
    """The only copy of a new code: 128 random bits."""
    code = secrets.token_urlsafe(CODE_BYTES)
    session.add(ChannelLink(digest=_digest(code), conversation_id=conversation.id, made_at=now))
    session.flush()
    return code


def follow(
    session: Session, code: str, *, channel: str, address: str, now: datetime
) -> Conversation | None:
    """Go on in a conversation of the other channel with what was told, for the same resident.

    None when the code is unknown, used or too old, or the chat has a conversation already.
    """
    if threads.find(session, channel, address) is not None or not _use(session, code, now=now):
        return None
    row = session.exec(select(ChannelLink).where(ChannelLink.digest == _digest(code))).one()
    old = conversations.find(session, row.conversation_id)
    made = Conversation(
        id=keys.new_id(),
        token_digest=_digest(secrets.token_urlsafe(32)),
        resident_id=old.resident_id,
        channel=channel,
        region=old.region,
        created_at=now,
        active_at=now,
    )
    session.add(made)
    session.flush()
    state = conversations.state_of(session, old)
    if state is not None:
        conversations.keep_state(session, made, state)
    threads.begin(session, made, address)
    return made


def resume(session: Session, code: str, *, now: datetime) -> str | None:
    """Move a conversation to another browser: the only copy of its new token.

    The browser it was open in holds it no longer. None when the code is unknown, used or too old.
    """
    if not _use(session, code, now=now):
        return None
    row = session.exec(select(ChannelLink).where(ChannelLink.digest == _digest(code))).one()
    return conversations.renew_token(session, conversations.find(session, row.conversation_id))


def sweep(session: Session, *, now: datetime) -> None:
    """Remove the links that lead nowhere any more, used or not."""
    old = col(ChannelLink.made_at) < now - GOOD_FOR
    session.connection().execute(delete(ChannelLink).where(old))


def _use(session: Session, code: str, *, now: datetime) -> bool:
    used = session.connection().execute(
        update(ChannelLink)
        .where(
            col(ChannelLink.digest) == _digest(code),
            col(ChannelLink.used_at).is_(None),
            col(ChannelLink.made_at) > now - GOOD_FOR,
        )
        .values(used_at=now)
    )
    return used.rowcount == 1


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()
