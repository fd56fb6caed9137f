"""Relief that was given first (先行救助): what, from which reserve, and the papers that follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel, col, select

from cases import keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from cases.sealed import Place
from cases.tickets import tickets
from cases.tickets.tickets import Ticket


class Relief(SQLModel, table=True):
    """One giving. To whom and why are sealed; money is in 分."""

    __tablename__ = "advance_reliefs"
    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount"),)
    id: str = Field(primary_key=True)
    ticket_id: str = Field(foreign_key="tickets.id", index=True)
    sealed_to: bytes
    sealed_why: bytes
    amount_fen: int
    reserve: str
    voucher: str
    given_on: date
    given_by: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    papers_by: date
    papers_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    papers_from: str | None = None


@dataclass(frozen=True)
class Given:
    """What was given: to whom, why, how much, from which reserve, by whom, on which voucher."""

    to: str
    why: str
    amount_fen: int
    reserve: str
    voucher: str
    on: date
    by: str
    papers_by: date


class ReliefError(CaseError):
    """Something of it is missing, or its days are not in order."""


def give(session: Session, ticket: Ticket, given: Given, *, now: datetime) -> Relief:
    """Record a giving; its papers become a task. Raises ReliefError."""
    wanted = (given.to, given.why, given.reserve, given.voucher, given.by)
    if not all(wanted) or given.amount_fen <= 0 or given.papers_by < given.on:
        raise ReliefError("To whom, why, how much, from where, by whom, voucher and days.")
    row = keys.new_id()
    relief = Relief(
        id=row,
        ticket_id=ticket.id,
        sealed_to=keys.seal(session, ticket.key_id, _place("to", row), given.to),
        sealed_why=keys.seal(session, ticket.key_id, _place("why", row), given.why),
        amount_fen=given.amount_fen,
        reserve=given.reserve,
        voucher=given.voucher,
        given_on=given.on,
        given_by=given.by,
        recorded_at=now,
        papers_by=given.papers_by,
    )
    session.add(relief)
    session.flush()
    tickets.announce(session, ticket, now=now)
    return relief


def complete(session: Session, ticket: Ticket, relief_id: str, *, by: str, now: datetime) -> None:
    """The papers are there. Raises UnknownError."""
    row = session.get(Relief, relief_id, with_for_update=True)
    if row is None or row.ticket_id != ticket.id:
        raise UnknownError("There is no such relief on this ticket.")
    if row.papers_at is None:
        row.papers_at, row.papers_from = now, by
        session.add(row)
        tickets.announce(session, ticket, now=now)


def of_ticket(session: Session, ticket: Ticket) -> Sequence[tuple[Relief, str, str]]:
    """What was given on a ticket, with to whom and why, the first one first."""
    rows = session.exec(
        select(Relief).where(Relief.ticket_id == ticket.id).order_by(col(Relief.recorded_at))
    )
    return [
        (
            row,
            keys.unseal(session, ticket.key_id, _place("to", row.id), row.sealed_to),
            keys.unseal(session, ticket.key_id, _place("why", row.id), row.sealed_why),
        )
        for row in rows
    ]


def without_papers(session: Session, *, limit: int = 200) -> Sequence[tuple[Relief, Ticket]]:
    """Whose papers are still to come, the earliest day first; whoever shows them asks leave."""
    return session.exec(
        select(Relief, Ticket)
        .join(Ticket, col(Relief.ticket_id) == Ticket.id)
        .where(col(Relief.papers_at).is_(None))
        .order_by(col(Relief.papers_by))
        .limit(limit)
    ).all()


def _place(column: str, row: str) -> Place:
    return Place("advance_reliefs", column, row)
