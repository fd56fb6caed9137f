"""Who may look behind a sealed report: asked with a reason, granted for a day by a second one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel, col, select, update

from cases import keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from cases.sealed import Place
from cases.tickets.tickets import Ticket

OPEN_FOR = timedelta(hours=24)
MOST = 200


class Decision(StrEnum):
    """What became of a request."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class Unsealing(SQLModel, table=True):
    """A request to see who stands behind a sealed report. The reason is sealed with the report."""

    __tablename__ = "unsealings"
    __table_args__ = (
        CheckConstraint("state IN ('asked','granted','refused')", name="state"),
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="two_persons"),
        Index("ix_unsealings_state_asked_at", "state", "asked_at"),
    )
    id: str = Field(primary_key=True)
    ticket_id: str = Field(foreign_key="tickets.id", index=True)
    sealed_reason: bytes
    state: str = Decision.ASKED
    asked_by: str
    asked_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class UnsealError(CaseError):
    """There is nothing to unseal, no reason, or somebody has asked already."""


class OwnRequestError(CaseError):
    """A second person must decide, not the one who asked."""


def ask(session: Session, ticket: Ticket, *, reason: str, by: str, now: datetime) -> Unsealing:
    """Ask to see who stands behind it. Raises UnsealError."""
    if not ticket.sealed or not reason:
        raise UnsealError("Only a sealed report is unsealed, and only for a reason.")
    if any(one.state == Decision.ASKED for one in of_ticket(session, ticket)):
        raise UnsealError("Somebody has asked already; a second person decides first.")
    row = keys.new_id()
    wish = Unsealing(
        id=row,
        ticket_id=ticket.id,
        sealed_reason=keys.seal(session, ticket.key_id, _place(row), reason),
        asked_by=by,
        asked_at=now,
    )
    session.add(wish)
    session.flush()
    return wish


def decide(
    session: Session, ticket: Ticket, decision: Decision, *, by: str, now: datetime
) -> Unsealing:
    """The second person's word. Raises UnknownError, OwnRequestError."""
    wish = next((one for one in of_ticket(session, ticket) if one.state == Decision.ASKED), None)
    if wish is None:
        raise UnknownError("Nobody has asked to unseal this; look at the page again.")
    if wish.asked_by == by:
        raise OwnRequestError("You asked yourself; a second person must decide.")
    done = session.connection().execute(
        update(Unsealing)
        .where(col(Unsealing.id) == wish.id, col(Unsealing.state) == Decision.ASKED)
        .values(state=decision, decided_by=by, decided_at=now)
    )
    if done.rowcount != 1:
        raise UnknownError("Somebody else has decided meanwhile.")
    session.refresh(wish)
    return wish


def open_to(session: Session, ticket: Ticket, who: str, *, now: datetime) -> bool:
    """Whether this account, which asked for it, may look now: for a day from the second word."""
    return any(
        one.asked_by == who
        and one.state == Decision.GRANTED
        and one.decided_at is not None
        and now < one.decided_at + OPEN_FOR
        for one in of_ticket(session, ticket)
    )


def of_ticket(session: Session, ticket: Ticket) -> Sequence[Unsealing]:
    """Every request for a report, oldest first."""
    return session.exec(
        select(Unsealing).where(Unsealing.ticket_id == ticket.id).order_by(col(Unsealing.asked_at))
    ).all()


def reason_of(session: Session, wish: Unsealing, ticket: Ticket) -> str:
    """Why it was asked for."""
    return keys.unseal(session, ticket.key_id, _place(wish.id), wish.sealed_reason)


def waiting(session: Session) -> Sequence[tuple[Unsealing, Ticket]]:
    """The requests that wait for a second person, oldest first."""
    return session.exec(
        select(Unsealing, Ticket)
        .join(Ticket, col(Ticket.id) == Unsealing.ticket_id)
        .where(Unsealing.state == Decision.ASKED)
        .order_by(col(Unsealing.asked_at))
        .limit(MOST)
    ).all()


def _place(row: str) -> Place:
    return Place("unsealings", "reason", row)
