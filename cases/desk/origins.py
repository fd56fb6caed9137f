"""Why a chat that somebody holds is theirs: who gave it to them, or by which rule of its line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel, col, select

from cases import keys
from cases.database import Session, UtcDateTime
from cases.desk.passing import End, How, Passing
from cases.desk.wrap_ups import WrappedUp
from cases.talk.conversations import Conversation


class Came(StrEnum):
    """How a chat came into somebody's hands."""

    PICKED = "picked"
    ROOM = "room"
    KNOWN = "known"
    PASSED = "passed"
    DIRECTED = "directed"
    BACK = "back"


class GivenOut(SQLModel, table=True):
    """One chat that a line gave out by itself: to whom, and for what it was them."""

    __tablename__ = "given_out"
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id", index=True)
    operator_id: str = Field(foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    came: str


@dataclass(frozen=True)
class Origin:
    """How it came; `by`: who passed it on, where somebody did."""

    came: Came
    by: str | None = None


def note(
    session: Session, chat: Conversation, operator_id: str, came: Came, *, now: datetime
) -> None:
    """Keep by which rule a line has just given this chat out."""
    row = keys.new_id()
    session.add(
        GivenOut(id=row, conversation_id=chat.id, operator_id=operator_id, at=now, came=came)
    )
    session.flush()


def of(session: Session, held: Sequence[Conversation]) -> Mapping[str, Origin]:
    """How each of these chats came to who holds it now."""
    wanted = [chat.id for chat in held]
    if not wanted:
        return {}
    given = session.exec(select(GivenOut).where(col(GivenOut.conversation_id).in_(wanted))).all()
    passed = session.exec(
        select(Passing).where(
            col(Passing.conversation_id).in_(wanted), col(Passing.ended_at).is_not(None)
        )
    ).all()
    return {chat.id: _origin(chat, given, passed) for chat in held}


def talked_last(
    session: Session, operator_id: str, waiting: Sequence[Conversation]
) -> frozenset[str]:
    """Which of these chats this operator ended the last talk of."""
    wanted = [chat.id for chat in waiting]
    if not wanted:
        return frozenset()
    rows = session.exec(
        select(WrappedUp.conversation_id, WrappedUp.by)
        .where(col(WrappedUp.conversation_id).in_(wanted))
        .order_by(col(WrappedUp.at))
    )
    last = dict(iter(rows))
    return frozenset(chat for chat, by in last.items() if by == operator_id)


def _origin(chat: Conversation, given: Sequence[GivenOut], passed: Sequence[Passing]) -> Origin:
    """What was written down at the moment of taking; nothing was where they took it themselves."""
    for row in given:
        if (row.conversation_id, row.at, row.operator_id) == _taking(chat):
            return Origin(Came(row.came))
    for passing in passed:
        if (passing.conversation_id, passing.ended_at) == (chat.id, chat.taken_at):
            return _passed(passing)
    return Origin(Came.PICKED)


def _taking(chat: Conversation) -> tuple[str, datetime | None, str | None]:
    return chat.id, chat.taken_at, chat.operator_id


def _passed(row: Passing) -> Origin:
    if row.how == How.SUPERVISOR:
        return Origin(Came.DIRECTED)
    if row.end == End.TIMED_OUT:
        return Origin(Came.BACK)
    return Origin(Came.PASSED, row.from_id)
