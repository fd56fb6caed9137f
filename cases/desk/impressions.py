"""How residents found a talk with a person, and how a supervisor found one that was sampled."""

import itertools
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel, col, select

from cases import keys
from cases.database import Session, UtcDateTime
from cases.desk.wrap_ups import WrappedUp
from cases.errors import CaseError
from cases.talk.conversations import Conversation

SCORES = range(1, 6)
SAMPLE = 5


class Impression(SQLModel, table=True):
    """A resident's answer after a talk; `score` is None until they answered."""

    __tablename__ = "impressions"
    __table_args__ = (CheckConstraint("score IS NULL OR score BETWEEN 1 AND 5", name="score"),)
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id", index=True)
    operator_id: str = Field(foreign_key="operators.id", index=True)
    asked_at: datetime = Field(sa_type=UtcDateTime, index=True)
    asked_seq: int
    score: int | None = None
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class QualityCheck(SQLModel, table=True):
    """What a supervisor found in a talk that was drawn: one to five for each of three questions."""

    __tablename__ = "quality_checks"
    id: str = Field(primary_key=True)
    wrap_up_id: str = Field(foreign_key="wrap_ups.id", unique=True)
    by: str = Field(foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    right: int
    kind: int
    complete: int


def ask(
    session: Session, chat: Conversation, *, operator_id: str, seq: int, now: datetime
) -> Impression:
    """A resident was asked how the talk was, in line `seq`."""
    row = Impression(
        id=keys.new_id(),
        conversation_id=chat.id,
        operator_id=operator_id,
        asked_at=now,
        asked_seq=seq,
    )
    session.add(row)
    session.flush()
    return row


def answer(session: Session, chat: Conversation, score: int, *, now: datetime) -> bool:
    """Keep the answer to the newest question; False when none was asked or it was answered."""
    row = session.exec(
        select(Impression)
        .where(Impression.conversation_id == chat.id)
        .order_by(col(Impression.asked_at).desc())
        .limit(1)
    ).first()
    if row is None or row.score is not None or score not in SCORES:
        return False
    row.score, row.answered_at = score, now
    session.add(row)
    session.flush()
    return True


def given(session: Session, *, since: datetime) -> Sequence[Impression]:
    """What residents answered since a moment, the newest first."""
    return session.exec(
        select(Impression)
        .where(col(Impression.asked_at) >= since, col(Impression.score).is_not(None))
        .order_by(col(Impression.asked_at).desc())
    ).all()


def draw(
    session: Session, *, since: datetime, may: Callable[[WrappedUp], bool]
) -> Sequence[WrappedUp]:
    """A few talks since a moment that nobody has checked, drawn by lot of those one may check."""
    checked = select(QualityCheck.wrap_up_id)
    rows = session.exec(
        select(WrappedUp).where(col(WrappedUp.at) >= since, col(WrappedUp.id).not_in(checked))
    ).all()
    mixed = secrets.SystemRandom().sample(rows, len(rows))
    return list(itertools.islice(filter(may, mixed), SAMPLE))


def check(  # noqa: PLR0913
    session: Session,
    wrap_up: WrappedUp,
    *,
    right: int,
    kind: int,
    complete: int,
    by: str,
    now: datetime,
) -> QualityCheck:
    """Keep what was found. Raises CaseError for marks outside 1 to 5, and for one's own talk."""
    if not {right, kind, complete} <= set(SCORES):
        raise CaseError("Each mark is from 1 to 5.")
    if wrap_up.by == by:
        raise CaseError("Somebody else checks your own talks.")
    row = QualityCheck(
        id=keys.new_id(),
        wrap_up_id=wrap_up.id,
        by=by,
        at=now,
        right=right,
        kind=kind,
        complete=complete,
    )
    session.add(row)
    session.flush()
    return row
