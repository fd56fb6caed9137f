"""That somebody is writing just now: who and until when, never a word of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, text
from sqlmodel import Field, SQLModel, col, select, update

from cases import events
from cases.database import Session, UtcDateTime
from cases.talk.conversations import Conversation, Mode

LASTS = timedelta(seconds=8)


class Side(StrEnum):
    """Who writes."""

    RESIDENT = "resident"
    OPERATOR = "operator"


class TypingSign(SQLModel, table=True):
    """Until when somebody is taken to be writing."""

    __tablename__ = "typing_signs"
    conversation_id: str = Field(primary_key=True, foreign_key="conversations.id")
    side: str = Field(primary_key=True)
    until: datetime = Field(sa_type=UtcDateTime)


def show(session: Session, chat: Conversation, side: Side, *, now: datetime) -> None:
    """Somebody has touched the keys."""
    session.connection().execute(
        text(
            "INSERT INTO typing_signs (conversation_id, side, until) VALUES (:chat, :side, :until) "
            "ON CONFLICT (conversation_id, side) DO UPDATE SET until = excluded.until"
        ).bindparams(bindparam("until", type_=UtcDateTime)),
        {"chat": chat.id, "side": side.value, "until": now + LASTS},
    )
    session.touched.add(events.conversation_stream(chat.id))
    session.touched.add(events.CONSOLE)


def end(session: Session, chat: Conversation, side: Side, *, now: datetime) -> None:
    """What they wrote has been said."""
    session.connection().execute(
        update(TypingSign)
        .where(col(TypingSign.conversation_id) == chat.id, col(TypingSign.side) == side)
        .values(until=now)
    )


def heard(session: Session, *, now: datetime) -> Mapping[str, frozenset[str]]:
    """For each operator the chats in their hands whose residents write just now."""
    found = session.exec(
        select(Conversation.operator_id, TypingSign.conversation_id)
        .join(Conversation, col(TypingSign.conversation_id) == Conversation.id)
        .where(
            Conversation.mode == Mode.OPERATOR,
            TypingSign.side == Side.RESIDENT,
            TypingSign.until > now,
        )
    )
    signs: dict[str, set[str]] = {}
    for holder, chat in found:
        if holder is not None:
            signs.setdefault(holder, set()).add(chat)
    return {holder: frozenset(chats) for holder, chats in signs.items()}


def is_writing(session: Session, chat: Conversation, side: Side, *, now: datetime) -> bool:
    """Whether they write just now."""
    row = session.get(TypingSign, (chat.id, side), populate_existing=True)
    return row is not None and row.until > now
