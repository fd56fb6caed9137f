"""What happened to a ticket that moves its clocks: rows without a word of anybody."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel, col, func, select

from cases import keys
from cases.database import Session, UtcDateTime
from cases.ticket_rules.clocks import Happened, Happening
from cases.ticket_rules.lifecycle import State
from knowledge.names import Priority


class Milestone(SQLModel, table=True):
    """One of them, in order. `unit` is the one that a referral or a sending back was about."""

    __tablename__ = "ticket_milestones"
    __table_args__ = (
        UniqueConstraint("ticket_id", "seq"),
        CheckConstraint("kind IN ('moved','priority','extended')", name="kind"),
    )
    id: str = Field(primary_key=True)
    ticket_id: str = Field(foreign_key="tickets.id")
    seq: int
    kind: str
    state: str | None = None
    priority: str | None = None
    days: int = 0
    unit: str | None = None
    actor: str
    at: datetime = Field(sa_type=UtcDateTime)


def record(
    session: Session, ticket_id: str, what: Happening, *, actor: str, unit: str | None = None
) -> None:
    """Keep one; none is ever changed."""
    last = session.exec(
        select(func.max(Milestone.seq)).where(Milestone.ticket_id == ticket_id)
    ).one()
    session.add(
        Milestone(
            id=keys.new_id(),
            ticket_id=ticket_id,
            seq=(last or 0) + 1,
            kind=what.kind,
            state=what.state,
            priority=what.priority,
            days=what.days,
            unit=unit,
            actor=actor,
            at=what.at,
        )
    )
    session.flush()


def rows_of(session: Session, ticket_id: str) -> Sequence[Milestone]:
    """All of a ticket's, oldest first."""
    return session.exec(
        select(Milestone).where(Milestone.ticket_id == ticket_id).order_by(col(Milestone.seq))
    ).all()


def of(session: Session, ticket_id: str) -> Sequence[Happening]:
    """The same as the clocks read them."""
    return [
        Happening(
            kind=Happened(row.kind),
            at=row.at,
            state=State(row.state) if row.state else None,
            priority=Priority(row.priority) if row.priority else None,
            days=row.days,
        )
        for row in rows_of(session, ticket_id)
    ]
