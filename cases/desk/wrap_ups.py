"""How a talk ended, as the operator who led it says; one code, for figures and samples."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel, col, select

from cases import keys
from cases.database import Session, UtcDateTime
from cases.talk.conversations import Conversation


class WrapUp(StrEnum):
    """What came of a talk."""

    ANSWERED = "answered"
    FILED = "filed"
    PASSED_ON = "passed_on"
    CALLED = "called"
    SILENT = "silent"
    NOT_OURS = "not_ours"
    ABUSIVE = "abusive"
    MISTAKE = "mistake"


class WrappedUp(SQLModel, table=True):
    """One talk that an operator ended."""

    __tablename__ = "wrap_ups"
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id", index=True)
    by: str = Field(foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    code: str


def record(
    session: Session, chat: Conversation, code: WrapUp, *, by: str, now: datetime
) -> WrappedUp:
    """Keep how a talk ended."""
    row = WrappedUp(id=keys.new_id(), conversation_id=chat.id, by=by, at=now, code=code)
    session.add(row)
    session.flush()
    return row


def since(session: Session, at: datetime, *, limit: int = 2000) -> Sequence[WrappedUp]:
    """The talks that ended after a moment, the newest first."""
    return session.exec(
        select(WrappedUp)
        .where(col(WrappedUp.at) >= at)
        .order_by(col(WrappedUp.at).desc())
        .limit(limit)
    ).all()
