"""The hours a caseworker offers for visits, and how many may be seen in each."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel, col, delete, func, select

from cases import keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError
from cases.households.visit_plans import VisitPlan

MOST = 20


class VisitSlot(SQLModel, table=True):
    """An hour of a caseworker into which a resident may move a visit."""

    __tablename__ = "visit_slots"
    __table_args__ = (
        UniqueConstraint("operator_id", "at"),
        CheckConstraint("capacity BETWEEN 1 AND 20", name="capacity"),
    )
    id: str = Field(primary_key=True)
    operator_id: str = Field(foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    capacity: int = 1


def offer(
    session: Session, operator_id: str, at: datetime, *, capacity: int, now: datetime
) -> VisitSlot:
    """Offer an hour; offered again it is as wide as it was said last. Raises CaseError."""
    if at <= now or not 1 <= capacity <= MOST:
        raise CaseError("Offer an hour that is still to come, for one to twenty households.")
    slot = of(session, operator_id, at)
    if slot is None:
        slot = VisitSlot(id=keys.new_id(), operator_id=operator_id, at=at, capacity=capacity)
    slot.capacity = capacity
    session.add(slot)
    session.flush()
    return slot


def withdraw(session: Session, operator_id: str, slot_id: str) -> None:
    """Offer an hour no longer; visits that stand in it stay."""
    session.connection().execute(
        delete(VisitSlot).where(
            col(VisitSlot.id) == slot_id, col(VisitSlot.operator_id) == operator_id
        )
    )


def of(session: Session, operator_id: str, at: datetime) -> VisitSlot | None:
    """The hour as it was offered; None when it was not."""
    return session.exec(
        select(VisitSlot).where(VisitSlot.operator_id == operator_id, VisitSlot.at == at)
    ).first()


def free(
    session: Session, operator_id: str, *, after: datetime, limit: int = 6
) -> Sequence[VisitSlot]:
    """The offered hours that still have a place, the next one first."""
    taken = (
        select(func.count(col(VisitPlan.visit_id)))
        .where(VisitPlan.operator_id == VisitSlot.operator_id, VisitPlan.at == VisitSlot.at)
        .scalar_subquery()
    )
    return session.exec(
        select(VisitSlot)
        .where(
            VisitSlot.operator_id == operator_id,
            VisitSlot.at > after,
            col(VisitSlot.capacity) > taken,
        )
        .order_by(col(VisitSlot.at))
        .limit(limit)
    ).all()


def offered(
    session: Session, operator_id: str, first: datetime, last: datetime
) -> Sequence[VisitSlot]:
    """All offered hours of somebody in a time."""
    return session.exec(
        select(VisitSlot)
        .where(VisitSlot.operator_id == operator_id, VisitSlot.at >= first, VisitSlot.at < last)
        .order_by(col(VisitSlot.at))
    ).all()
