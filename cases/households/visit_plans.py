"""Which caseworker goes when: nobody is in two places at once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel, col, delete, select

from cases.database import Session, UtcDateTime
from cases.errors import SlotFullError
from cases.households import visits
from cases.households.households import Household
from cases.households.visits import Visit, VisitState


class VisitPlan(SQLModel, table=True):
    """Who goes to a visit, and for which dates of the household (names parted by spaces).

    `place` counts those who are seen in the same hour; an hour has one unless it was offered wider.
    """

    __tablename__ = "visit_plans"
    __table_args__ = (
        UniqueConstraint("operator_id", "at", "place"),
        Index("ix_visit_plans_week", "operator_id", "at"),
    )
    visit_id: str = Field(primary_key=True, foreign_key="visits.id")
    operator_id: str = Field(foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    place: int = 0
    dues: str = ""


def assign(
    session: Session,
    visit: Visit,
    operator_id: str,
    *,
    dues: Sequence[str] = (),
    capacity: int = 1,
) -> VisitPlan:
    """Let somebody go to a visit. Raises SlotFullError when that hour of theirs is full.

    The table itself keeps two from one place: whoever comes second takes the next or is refused.
    """
    for place in range(capacity):
        plan = VisitPlan(
            visit_id=visit.id,
            operator_id=operator_id,
            at=visit.at,
            place=place,
            dues=" ".join(dues),
        )
        try:
            with session.begin_nested():
                session.add(plan)
                session.flush()
        except IntegrityError:
            continue
        return plan
    raise SlotFullError("Somebody else is visited at that time; choose another hour.")


def free(session: Session, visit: Visit) -> None:
    """Nobody goes to this visit any more; the hour may be given to another."""
    session.connection().execute(delete(VisitPlan).where(col(VisitPlan.visit_id) == visit.id))


def of_visit(session: Session, visit: Visit) -> VisitPlan | None:
    """Who goes to a visit; None when nobody was named."""
    return session.get(VisitPlan, visit.id)


def between(
    session: Session, operator_id: str, first: datetime, last: datetime
) -> Sequence[tuple[Visit, Household, VisitPlan]]:
    """The visits of somebody in a time, in order; those that were called off are left out."""
    return session.exec(
        select(Visit, Household, VisitPlan)
        .join(VisitPlan, col(VisitPlan.visit_id) == Visit.id)
        .join(Household, col(Household.id) == Visit.household_id)
        .where(
            VisitPlan.operator_id == operator_id,
            VisitPlan.at >= first,
            VisitPlan.at < last,
            Visit.state != VisitState.CANCELLED,
        )
        .order_by(col(VisitPlan.at))
    ).all()


def planned(
    session: Session, operator_id: str, first: datetime, last: datetime
) -> Sequence[VisitPlan]:
    """Where somebody still goes in a time."""
    return session.exec(
        select(VisitPlan)
        .join(Visit, col(Visit.id) == VisitPlan.visit_id)
        .where(
            VisitPlan.operator_id == operator_id,
            VisitPlan.at >= first,
            VisitPlan.at < last,
            Visit.state == VisitState.PLANNED,
        )
    ).all()


def households_with_visit(session: Session, *, after: datetime) -> frozenset[str]:
    """The households that somebody will visit anyway."""
    rows = session.exec(
        select(Visit.household_id).where(Visit.state == VisitState.PLANNED, Visit.at >= after)
    )
    return frozenset(rows)


def cancel(session: Session, visit_id: str, *, now: datetime) -> Visit:
    """Call a visit off: its reminder never goes out and the hour is free."""
    visit = visits.cancel(session, visit_id, now=now)
    free(session, visit)
    return visit
