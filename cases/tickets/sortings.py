"""What triage suggested for a ticket and what people made of it: both are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel, col, select

from cases import keys
from cases.commands import OpenTicket
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from cases.sealed import Place
from cases.ticket_rules.lifecycle import State
from cases.ticket_rules.reasons import Reason
from cases.tickets import history, tickets
from cases.tickets.history import NoteKind
from cases.tickets.tickets import Ticket
from knowledge.names import Category, Matter

WITH_HOTLINE = frozenset({State.RECEIVED, State.TRIAGED, State.SENT_BACK, State.REOPENED})
_REASONS = TypeAdapter(tuple[Reason, ...])


class TriageSuggestion(SQLModel, table=True):
    """What was suggested when the ticket was opened; never changed. Reasons quote the story."""

    __tablename__ = "triage_suggestions"
    ticket_id: str = Field(primary_key=True, foreign_key="tickets.id")
    priority: str
    hazard: str
    matter: str
    category: str
    lead_unit: str | None = None
    joint_units: list[str] = Field(sa_column=Column(JSON, nullable=False))
    sealed_reasons: bytes
    at: datetime = Field(sa_type=UtcDateTime)


class TriageCorrection(SQLModel, table=True):
    """What somebody made of it. Why stands sealed in the ticket's story."""

    __tablename__ = "triage_corrections"
    id: str = Field(primary_key=True)
    ticket_id: str = Field(foreign_key="tickets.id", index=True)
    matter: str
    category: str
    lead_unit: str | None = None
    by: str
    at: datetime = Field(sa_type=UtcDateTime, index=True)


@dataclass(frozen=True)
class Sorting:
    """What a ticket is about, which kind it is, who shall have it, and in how many agreed days.

    `personal`: it turned out to belong to this person alone; that is never taken back.
    """

    matter: Matter
    category: Category
    lead_unit: str | None
    days: int | None = None
    personal: bool = False


def keep(session: Session, ticket: Ticket, draft: OpenTicket, *, now: datetime) -> None:
    """Keep what was suggested with its reasons."""
    reasons = _REASONS.dump_json(draft.reasons).decode()
    session.add(
        TriageSuggestion(
            ticket_id=ticket.id,
            priority=draft.priority,
            hazard=draft.hazard,
            matter=draft.matter,
            category=draft.category,
            lead_unit=draft.lead_unit,
            joint_units=list(draft.joint_units),
            sealed_reasons=keys.seal(session, ticket.key_id, _place(ticket.id), reasons),
            at=now,
        )
    )
    session.flush()


def suggestion(session: Session, ticket: Ticket) -> TriageSuggestion | None:
    """What was suggested; None for a ticket that a person opened."""
    return session.get(TriageSuggestion, ticket.id)


def reasons(session: Session, ticket: Ticket) -> Sequence[Reason]:
    """Why it was suggested."""
    row = session.get(TriageSuggestion, ticket.id)
    if row is None:
        return ()
    place = _place(ticket.id)
    return _REASONS.validate_json(keys.unseal(session, ticket.key_id, place, row.sealed_reasons))


def corrections(session: Session, ticket: Ticket) -> Sequence[TriageCorrection]:
    """What people made of it, the first one first."""
    return session.exec(
        select(TriageCorrection)
        .where(TriageCorrection.ticket_id == ticket.id)
        .order_by(col(TriageCorrection.at))
    ).all()


def correct(  # noqa: PLR0913
    session: Session, ticket: Ticket, better: Sorting, *, reason: str, by: str, now: datetime
) -> TriageCorrection:
    """Sort a ticket otherwise while the hotline has it, with a reason; clocks are reckoned anew.

    Raises CaseError without a reason or once a unit has it, UnknownError for the accused unit.
    """
    if not reason:
        raise CaseError("Say why it is sorted otherwise.")
    if State(ticket.state) not in WITH_HOTLINE:
        raise CaseError("A unit has this ticket; it must come back before it is sorted otherwise.")
    if better.lead_unit in ticket.not_to:
        raise UnknownError("This report concerns that very unit; choose another.")
    ticket.matter, ticket.category = better.matter, better.category
    if better.lead_unit != ticket.lead_unit:
        # Only the suggested unit was named by the document.
        ticket.source_document = ticket.source_clause = None
    ticket.lead_unit, ticket.agreed_days = better.lead_unit, better.days
    ticket.joint_units = [unit for unit in ticket.joint_units if unit != better.lead_unit]
    ticket.version += 1
    session.add(ticket)
    row = TriageCorrection(
        id=keys.new_id(),
        ticket_id=ticket.id,
        matter=better.matter,
        category=better.category,
        lead_unit=better.lead_unit,
        by=by,
        at=now,
    )
    session.add(row)
    if better.personal:
        tickets.keep_to_person(session, ticket, now=now)
    history.write(session, ticket, NoteKind.REMARK, reason, actor=by, now=now)
    tickets.retime(session, ticket, now=now)
    tickets.announce(session, ticket, now=now)
    return row


def _place(ticket_id: str) -> Place:
    return Place("triage_suggestions", "reasons", ticket_id)
