"""What a household said to a visit, how often it was asked, and when a person must call."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from cases import events
from cases.database import Session, UtcDateTime
from cases.households.visits import Visit

MOST_ASKED = 2


class Answer(StrEnum):
    """How a household stands to a visit."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    NOT_THEN = "not_then"


class VisitAnswer(SQLModel, table=True):
    """The answer to a visit; `times` counts how often it was asked for without one."""

    __tablename__ = "visit_answers"
    __table_args__ = (
        CheckConstraint("answer IN ('asked','confirmed','refused','not_then')", name="answer"),
    )
    visit_id: str = Field(primary_key=True, foreign_key="visits.id")
    answer: str = Answer.ASKED
    times: int = 0
    at: datetime = Field(sa_type=UtcDateTime)


def of_visit(session: Session, visit: Visit) -> VisitAnswer | None:
    """What was said; None when nobody has asked yet."""
    return session.get(VisitAnswer, visit.id)


def ask(session: Session, visit: Visit, *, now: datetime) -> int:
    """The household is asked once more; how often by now."""
    row = session.get(VisitAnswer, visit.id) or VisitAnswer(visit_id=visit.id, at=now)
    row.times += 1
    session.add(row)
    session.flush()
    return row.times


def note(session: Session, visit: Visit, answer: Answer, *, now: datetime) -> VisitAnswer:
    """Keep what the household said; the newest word holds."""
    row = session.get(VisitAnswer, visit.id) or VisitAnswer(visit_id=visit.id, at=now)
    row.answer, row.at = answer, now
    session.add(row)
    session.flush()
    events.publish(session, events.Kind.HOUSEHOLD, {"household": visit.household_id}, now=now)
    return row


def is_open(session: Session, visit: Visit) -> bool:
    """Whether nobody has answered yet."""
    row = session.get(VisitAnswer, visit.id)
    return row is None or row.answer == Answer.ASKED
