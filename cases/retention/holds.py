"""What must not be erased though its term is over: a hold on a ticket, with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Field, SQLModel, col, select

from cases import keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from cases.sealed import Place
from cases.tickets import tickets
from cases.tickets.tickets import Ticket

LONGEST = 500
MOST = 200


class Hold(SQLModel, table=True):
    """A ticket is kept with its conversation until the hold ends: for a court, an inspection."""

    __tablename__ = "holds"
    id: str = Field(primary_key=True)
    ticket_id: str = Field(foreign_key="tickets.id", index=True)
    sealed_why: bytes
    set_by: str = Field(foreign_key="operators.id", index=True)
    set_at: datetime = Field(sa_type=UtcDateTime)
    ended_by: str | None = Field(default=None, foreign_key="operators.id", index=True)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


@dataclass(frozen=True)
class Held:
    """A hold as it is read."""

    id: str
    number: str
    why: str
    by: str
    since: datetime


def place(session: Session, ticket: Ticket, *, why: str, by: str, now: datetime) -> Hold:
    """Keep a ticket from being erased. Raises CaseError without a reason or after it was erased."""
    # Whoever erases it at this moment is waited for: what is gone must not seem to be held.
    ticket = tickets.for_update(session, ticket.number)
    if not why.strip() or ticket.erased_at is not None:
        raise CaseError("Say why it must be kept; what is erased already cannot be held.")
    row = keys.new_id()
    made = Hold(
        id=row,
        ticket_id=ticket.id,
        sealed_why=keys.seal(session, ticket.key_id, _why_place(row), why.strip()[:LONGEST]),
        set_by=by,
        set_at=now,
    )
    session.add(made)
    session.flush()
    return made


def end(session: Session, hold_id: str, *, by: str, now: datetime) -> Hold:
    """Let the term count again; only the first ending counts. Raises UnknownError."""
    row = session.get(Hold, hold_id)
    if row is None:
        raise UnknownError("There is no such hold.")
    if row.ended_at is None:
        row.ended_by, row.ended_at = by, now
        session.add(row)
        session.flush()
    return row


def standing(session: Session) -> Sequence[Held]:
    """The holds that have not ended, the newest first."""
    rows = session.exec(
        select(Hold, Ticket)
        .join(Ticket, col(Ticket.id) == Hold.ticket_id)
        .where(col(Hold.ended_at).is_(None))
        .order_by(col(Hold.set_at).desc())
        .limit(MOST)
    )
    return [
        Held(
            id=hold.id,
            number=ticket.number,
            why=keys.unseal(session, ticket.key_id, _why_place(hold.id), hold.sealed_why),
            by=hold.set_by,
            since=hold.set_at,
        )
        for hold, ticket in rows
    ]


def _why_place(row: str) -> Place:
    return Place("holds", "why", row)
