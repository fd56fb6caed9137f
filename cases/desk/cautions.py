"""Steps towards somebody who is abusive: cautioned, cautioned again, left; danger never blocked."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel, col, select

from cases import keys
from cases.database import Session, UtcDateTime
from cases.errors import MoveError
from cases.talk.conversations import Conversation
from knowledge.names import Priority

LAST_STEP = 3
# For so long a supervisor, and nobody else, takes what is not urgent of an abusive chat.
RESTS_FOR = timedelta(hours=24)


class Caution(SQLModel, table=True):
    """One step, numbered from 1; at the last one the operator may leave the chat."""

    __tablename__ = "cautions"
    __table_args__ = (UniqueConstraint("conversation_id", "step"),)
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id")
    step: int
    by: str = Field(foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)


def take_step(
    session: Session, chat: Conversation, *, wanted: int | None = None, by: str, now: datetime
) -> int:
    """The next step; returns its number. `wanted`: the one somebody saw before them, so that a
    second press is no second step.

    Raises MoveError in danger (P0, P1), where nobody is cautioned, for a step that was taken
    already, and after the last one.
    """
    if chat.queue_priority in {Priority.P0, Priority.P1}:
        raise MoveError("In danger or need nobody is cautioned; ask a supervisor to take over.")
    step = len(of(session, chat)) + 1
    if wanted is not None and wanted < step:
        raise MoveError("This step was taken already; look at the talk again.")
    if step > LAST_STEP:
        raise MoveError("The last step was taken; hand the chat back or pass it on.")
    made = Caution(id=keys.new_id(), conversation_id=chat.id, step=step, by=by, at=now)
    session.add(made)
    if step == LAST_STEP:
        chat.resting_until = now + RESTS_FOR
        session.add(chat)
    session.flush()
    return step


def of(session: Session, chat: Conversation) -> Sequence[Caution]:
    """The steps that were taken, the first first."""
    return session.exec(
        select(Caution).where(Caution.conversation_id == chat.id).order_by(col(Caution.step))
    ).all()
