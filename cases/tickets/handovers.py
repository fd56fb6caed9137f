"""What of a ticket was given to whom, kept three years; and how far it came to a system outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel, col, select, update

from cases import keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, ReusedError

KEPT_DAYS = 3 * 366
LEASE = timedelta(seconds=30)
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=20), timedelta(hours=1)
MOST_TRIES = 40
STORY = ("number", "category", "matter", "priority", "region", "due", "story", "reason")


class Basis(StrEnum):
    """Why it may be given: the receiver is a state organ, or the resident agreed to this one."""

    ORGAN = "organ"
    CONSENT = "consent"


class Sending(StrEnum):
    """`seen`: the unit reads it in the console. The others: how far it came to its own system."""

    SEEN = "seen"
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Handover(SQLModel, table=True):
    """One giving. Which pieces, never what they say."""

    __tablename__ = "handovers"
    __table_args__ = (
        CheckConstraint("state IN ('seen','waiting','sent','failed')", name="state"),
        CheckConstraint("basis IN ('organ','consent')", name="basis"),
        Index("ix_handovers_due", "state", "due_at"),
    )
    id: str = Field(primary_key=True)
    ticket_id: str = Field(foreign_key="tickets.id", index=True)
    unit: str
    given: list[str] = Field(sa_column=Column(JSON, nullable=False))
    basis: str = Basis.ORGAN
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    keep_until: datetime = Field(sa_type=UtcDateTime, index=True)
    state: str = Sending.SEEN
    due_at: datetime = Field(sa_type=UtcDateTime)
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    tries: int = 0
    answer: str | None = None


class ReceivedAnswer(SQLModel, table=True):
    """An answer of a system outside, by the id that it gave it; the same one is taken once."""

    __tablename__ = "received_answers"
    unit: str = Field(primary_key=True)
    webhook_id: str = Field(primary_key=True)
    fingerprint: str
    ticket_id: str = Field(foreign_key="tickets.id", index=True)
    state: str
    at: datetime = Field(sa_type=UtcDateTime)


class NoConsentError(CaseError):
    """This receiver is no state organ; the resident must have agreed to it by name."""


@dataclass(frozen=True)
class Due:
    """A giving that this process sends now."""

    id: str
    ticket_id: str
    unit: str


def note(session: Session, ticket_id: str, unit: str, *, by: str, now: datetime) -> Handover:
    """Keep that a unit was given the ticket."""
    row = Handover(
        id=keys.new_id(),
        ticket_id=ticket_id,
        unit=unit,
        given=list(STORY),
        by=by,
        at=now,
        keep_until=now + timedelta(days=KEPT_DAYS),
        due_at=now,
    )
    session.add(row)
    session.flush()
    return row


def send(session: Session, ticket_id: str, *, organ: bool, agreed: bool, now: datetime) -> Handover:
    """Let the last giving go to the unit's own system too. Raises NoConsentError."""
    if not organ and not agreed:
        raise NoConsentError("This receiver is no state organ; ask the resident to agree first.")
    row = of_ticket(session, ticket_id)[0]
    row.basis = Basis.ORGAN if organ else Basis.CONSENT
    row.state, row.due_at = Sending.WAITING, now
    session.add(row)
    session.flush()
    return row


def of_ticket(session: Session, ticket_id: str) -> Sequence[Handover]:
    """All givings of a ticket, the last first."""
    return session.exec(
        select(Handover)
        .where(Handover.ticket_id == ticket_id)
        .order_by(col(Handover.at).desc(), col(Handover.id))
    ).all()


def claim(session: Session, *, now: datetime, limit: int = 10) -> Sequence[Due]:
    """Take what must leave; what a killed process had claimed is taken again by its lease."""
    rows = session.exec(
        select(Handover)
        .where(
            Handover.state == Sending.WAITING,
            Handover.due_at <= now,
            col(Handover.leased_until).is_(None) | (col(Handover.leased_until) < now),
        )
        .order_by(col(Handover.due_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.leased_until = now + LEASE
        row.tries += 1
        session.add(row)
    session.flush()
    return [Due(row.id, row.ticket_id, row.unit) for row in rows]


def settle(session: Session, done: Due, *, sent: bool, answer: str, now: datetime) -> None:
    """Note what came of it; one that failed is tried again, later each time."""
    row = session.get_one(Handover, done.id)
    wait = min(FIRST_RETRY * 2 ** min(row.tries, 10), LONGEST_RETRY)
    failed = Sending.FAILED if row.tries >= MOST_TRIES else Sending.WAITING
    session.connection().execute(
        update(Handover)
        .where(col(Handover.id) == done.id, col(Handover.state) == Sending.WAITING)
        .values(
            state=Sending.SENT if sent else failed,
            answer=answer[:100],
            due_at=now + wait,
            leased_until=None,
        )
    )


def answered(session: Session, unit: str, webhook_id: str, fingerprint: str) -> str | None:
    """The state that this answer led to when it came before; None for a new one.

    Raises ReusedError when the same id comes with another body.
    """
    known = session.get(ReceivedAnswer, (unit, webhook_id))
    if known is None:
        return None
    if known.fingerprint != fingerprint:
        raise ReusedError("This webhook-id was used for another body; send a new one.")
    return known.state
