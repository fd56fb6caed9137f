"""What happened to a ticket, in order: notes that are written once and sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import UniqueConstraint, column, table
from sqlalchemy import select as select_columns
from sqlmodel import Field, SQLModel, col, func, select

from cases import keys
from cases.database import Session, UtcDateTime
from cases.errors import KeyDestroyedError
from cases.sealed import Place, Ring, WrappedKey
from cases.ticket_rules.lifecycle import State

TICKETS = table("tickets", column("id"), column("key_id"))
ERASED = "What this ticket said was erased when its time was over; only its figures are left."


class Told(Protocol):
    """Whose history it is: a ticket, as far as its notes look at it."""

    id: str
    key_id: str


class TicketNote(SQLModel, table=True):
    """One thing that happened to a ticket, or one piece of what is known of it, in order."""

    __tablename__ = "ticket_notes"
    __table_args__ = (UniqueConstraint("ticket_id", "seq"),)
    id: str = Field(primary_key=True)
    ticket_id: str = Field(foreign_key="tickets.id")
    seq: int
    kind: str
    actor: str
    from_state: str | None = None
    to_state: str | None = None
    sealed_text: bytes
    at: datetime = Field(sa_type=UtcDateTime)


class NoteKind:
    """Kinds of notes. An extension is the reason for which more time is asked, a question what the
    resident is asked through the helpline, progress what they are told meanwhile, a joining the
    words of a ticket that was merged into this one, a piece what a split ticket was split into.
    """

    NARRATIVE = "narrative"
    ANSWER = "answer"
    MOVE = "move"
    REMARK = "remark"
    OUTCOME = "outcome"
    EXTENSION = "extension"
    PRIORITY = "priority"
    QUESTION = "question"
    PROGRESS = "progress"
    JOINING = "joining"
    PIECE = "piece"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True)
class Note:
    """A note as it is read."""

    seq: int
    kind: str
    actor: str
    from_state: State | None
    to_state: State | None
    text: str
    at: datetime


def write(  # noqa: PLR0913
    session: Session,
    ticket: Told,
    kind: str,
    text: str,
    *,
    actor: str,
    now: datetime,
    from_state: State | None = None,
    to_state: State | None = None,
) -> TicketNote:
    """Write something into a ticket's history; nothing is ever changed or taken out there."""
    # Two who write at once get two numbers: the second waits for the first.
    itself = select_columns(TICKETS.c.id).where(TICKETS.c.id == ticket.id)
    session.connection().execute(itself.with_for_update())
    last = session.exec(
        select(func.max(TicketNote.seq)).where(TicketNote.ticket_id == ticket.id)
    ).one()
    row = keys.new_id()
    note = TicketNote(
        id=row,
        ticket_id=ticket.id,
        seq=(last or 0) + 1,
        kind=kind,
        actor=actor,
        from_state=from_state,
        to_state=to_state,
        sealed_text=keys.seal(session, ticket.key_id, _note_place(row), text),
        at=now,
    )
    session.add(note)
    session.flush()
    return note


def of(session: Session, ticket: Told) -> Sequence[Note]:
    """Everything that happened, oldest first."""
    rows = session.exec(
        select(TicketNote).where(TicketNote.ticket_id == ticket.id).order_by(col(TicketNote.seq))
    )
    return [
        Note(
            seq=row.seq,
            kind=row.kind,
            actor=row.actor,
            from_state=State(row.from_state) if row.from_state else None,
            to_state=State(row.to_state) if row.to_state else None,
            text=keys.unseal(session, ticket.key_id, _note_place(row.id), row.sealed_text),
            at=row.at,
        )
        for row in rows
    ]


def first_words(session: Session, ticket: Told) -> str:
    """What the ticket began with, in the resident's own words. Raises KeyDestroyedError."""
    row = session.exec(
        select(TicketNote)
        .where(TicketNote.ticket_id == ticket.id)
        .order_by(col(TicketNote.seq))
        .limit(1)
    ).first()
    if row is None:
        raise KeyDestroyedError(ERASED)
    return keys.unseal(session, ticket.key_id, _note_place(row.id), row.sealed_text)


def openings(session: Session, told: Sequence[Told]) -> dict[str, str]:
    """What each of them began with, by their ids, in one statement; erased ones are left out."""
    rows = session.connection().execute(
        select_columns(
            col(TicketNote.ticket_id),
            col(TicketNote.id),
            col(TicketNote.sealed_text),
            col(keys.DataKey.id),
            col(keys.DataKey.ring),
            col(keys.DataKey.wrapped),
        )
        .join(TICKETS, TICKETS.c.id == col(TicketNote.ticket_id))
        .join(keys.DataKey, col(keys.DataKey.id) == TICKETS.c.key_id)
        .where(
            col(TicketNote.ticket_id).in_([one.id for one in told]),
            col(TicketNote.seq) == 1,
            col(keys.DataKey.destroyed_at).is_(None),
        )
    )
    return {
        ticket: session.vault.open(WrappedKey(Ring(ring), key, wrapped), _note_place(note), text)
        for ticket, note, text, key, ring, wrapped in rows
    }


def _note_place(row: str) -> Place:
    return Place("ticket_notes", "text", row)
