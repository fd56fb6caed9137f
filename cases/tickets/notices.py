"""Whom a law wants told of a ticket: the addressee, until when, and the receipt that came back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Index
from sqlmodel import Field, SQLModel, col, select

from cases import keys, permissions
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, StaleError, UnknownError
from cases.operators import Operator
from cases.permissions import Action
from cases.sealed import Place
from cases.ticket_rules.reasons import Duty
from cases.tickets import history, tickets, worklists
from cases.tickets.history import NoteKind
from cases.tickets.tickets import Ticket

MOST = 200


class Notice(SQLModel, table=True):
    """One addressee. `clause` is an id of the content; the receipt is sealed with the ticket."""

    __tablename__ = "ticket_notices"
    __table_args__ = (Index("ix_ticket_notices_open", "told_at", "due_at"),)
    id: str = Field(primary_key=True)
    ticket_id: str = Field(foreign_key="tickets.id", index=True)
    duty: str
    addressee: str
    clause: str | None = None
    due_at: datetime = Field(sa_type=UtcDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_by: str | None = None
    sealed_receipt: bytes | None = None


def owe(session: Session, ticket: Ticket, duties: Sequence[Duty], *, now: datetime) -> None:
    """Put those who must be told on the list."""
    for duty in duties:
        session.add(
            Notice(
                id=keys.new_id(),
                ticket_id=ticket.id,
                duty=duty.of,
                addressee=duty.addressee,
                clause=duty.clause,
                due_at=now + timedelta(hours=duty.hours),
            )
        )
    session.flush()


def find(session: Session, notice_id: str) -> Notice:
    """One of the list. Raises UnknownError."""
    row = session.get(Notice, notice_id)
    if row is None:
        raise UnknownError("There is no such notice.")
    return row


def still_owed(session: Session, operator: Operator) -> Sequence[tuple[Notice, Ticket]]:
    """Whom nobody has told yet, the most urgent first, as far as this account may see them."""
    found = session.exec(
        select(Notice, Ticket)
        .join(Ticket, col(Ticket.id) == Notice.ticket_id)
        .where(col(Notice.told_at).is_(None))
        .order_by(col(Notice.due_at))
        .limit(MOST)
    )
    return [
        (notice, ticket)
        for notice, ticket in found
        if permissions.may(operator, Action.SEE_TICKET, worklists.row_of(ticket))
    ]


def of_ticket(session: Session, ticket: Ticket) -> Sequence[Notice]:
    """Everybody who must be or was told of a ticket."""
    return session.exec(
        select(Notice).where(Notice.ticket_id == ticket.id).order_by(col(Notice.due_at))
    ).all()


def tell(  # noqa: PLR0913
    session: Session, notice: Notice, ticket: Ticket, receipt: str, *, by: str, now: datetime
) -> None:
    """Note that the addressee was told, with the receipt: who took it, under which number.

    Raises CaseError without one, StaleError where it was noted before.
    """
    if not receipt:
        raise CaseError("Write who took it and its number; without a receipt it stays open.")
    if notice.told_at is not None:
        raise StaleError("Somebody has noted this already; look at the list again.")
    notice.told_at, notice.told_by = now, by
    notice.sealed_receipt = keys.seal(session, ticket.key_id, _place(notice), receipt)
    session.add(notice)
    told = f"{notice.addressee}：{receipt}"
    history.write(session, ticket, NoteKind.REMARK, told, actor=by, now=now)
    tickets.announce(session, ticket, now=now)


def receipt_of(session: Session, notice: Notice, ticket: Ticket) -> str | None:
    """The receipt; None while there is none."""
    if notice.sealed_receipt is None:
        return None
    return keys.unseal(session, ticket.key_id, _place(notice), notice.sealed_receipt)


def _place(notice: Notice) -> Place:
    return Place("ticket_notices", "receipt", notice.id)
