"""A ticket: what a resident brought, whose turn it is, until when, and all that happened to it."""

from datetime import datetime

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel, select

from cases import events, keys, residents
from cases.commands import OpenTicket
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from cases.households import households
from cases.sealed import Ring
from cases.talk import conversations
from cases.talk.conversations import Conversation
from cases.ticket_rules.lifecycle import NextActor, State
from cases.tickets import catchwords, history, numbers, proofs, reporters, timing, watches
from knowledge.names import Hazard

NUMBER_TRIES = 8


class Ticket(SQLModel, table=True):
    """One matter with one number. Personal words are sealed under `key_id`.

    A sealed ticket has a key of the reporters' ring; its conversation and the bearer's contact
    stand sealed in `reporters` and nowhere else. `not_to` names units that may never see it.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_turn", "ended", "next_actor", "next_due"),
        Index("ix_tickets_unit", "ended", "region", "lead_unit", "next_due"),
        # All that the overview counts, so that it reads no row.
        Index(
            "ix_tickets_counted",
            "ended",
            "region",
            "lead_unit",
            "matter",
            "next_due",
            "state",
            "next_actor",
            "escalated",
        ),
        Index("ix_tickets_ended", "ended", "closed_at"),
        Index("ix_tickets_due", "ended", "next_due"),
        Index("ix_tickets_matter", "ended", "region", "matter", "opened_at"),
        Index("ix_tickets_opened", "opened_at"),
        Index("ix_tickets_kept", "erased_at", "closed_at"),
    )
    id: str = Field(primary_key=True)
    number: str = Field(unique=True)
    key_id: str = Field(foreign_key="data_keys.id", index=True)
    resident_id: str | None = Field(default=None, foreign_key="residents.id", index=True)
    conversation_id: str | None = Field(default=None, foreign_key="conversations.id", index=True)
    household_id: str | None = Field(default=None, foreign_key="households.id", index=True)
    category: str
    priority: str
    hazard: str
    matter: str
    region: str
    state: str
    ended: bool = False
    version: int = 1
    lead_unit: str | None = None
    joint_units: list[str] = Field(sa_column=Column(JSON, nullable=False))
    source_document: str | None = None
    source_clause: str | None = None
    not_to: list[str] = Field(sa_column=Column(JSON, nullable=False))
    sealed: bool = False
    personal: bool = False
    anonymous: bool = False
    by_helper: bool = False
    # The resident was not satisfied: a supervisor sees to it.
    escalated: bool = False
    next_actor: str
    next_due: datetime | None = Field(default=None, sa_type=UtcDateTime)
    respond_by: datetime = Field(sa_type=UtcDateTime)
    provisional: bool = False
    # Working days for a result, by the catalogue of the day on which it was opened.
    agreed_days: int | None = None
    phone_index: str | None = None
    secret_index: str | None = None
    opened_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # Must be kept, and is used for nothing any more; since when its words are gone.
    restricted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def open_for(
    session: Session, conversation: Conversation | None, draft: OpenTicket, *, now: datetime
) -> Ticket:
    """Open a ticket for the resident of a conversation (or for nobody known)."""
    ring = Ring.REPORTER if draft.sealed else Ring.RESIDENT
    key_id = keys.create(session, ring=ring, now=now)
    row = keys.new_id()
    number = draft.number or _free_number(session, draft.prefix, now)
    ticket = Ticket(
        id=row,
        number=number,
        key_id=key_id,
        resident_id=None if conversation is None or draft.sealed else conversation.resident_id,
        conversation_id=None if conversation is None or draft.sealed else conversation.id,
        category=draft.category,
        priority=draft.priority,
        hazard=draft.hazard,
        matter=draft.matter,
        region=draft.region,
        state=State.RECEIVED,
        lead_unit=None if draft.lead_unit in draft.not_to else draft.lead_unit,
        joint_units=[unit for unit in draft.joint_units if unit not in draft.not_to],
        source_document=draft.source_document,
        source_clause=draft.source_clause,
        not_to=list(draft.not_to),
        sealed=draft.sealed,
        personal=draft.personal,
        anonymous=draft.anonymous,
        by_helper=draft.by_helper,
        agreed_days=draft.days,
        next_actor=NextActor.HOTLINE,
        respond_by=now,
        opened_at=now,
    )
    session.add(ticket)
    session.flush()
    retime(session, ticket, now=now)
    history.write(
        session, ticket, history.NoteKind.NARRATIVE, draft.narrative, actor="resident", now=now
    )
    if not only_by_secret(ticket):
        catchwords.keep(session, ticket.id, draft.narrative)
    if draft.sealed:
        reporters.keep(session, ticket.id, conversation, now=now)
    if draft.phone is not None:
        keep_phone(session, ticket, draft.phone, now=now)
    if draft.secret is not None:
        keep_secret(session, ticket, draft.secret)
    announce(session, ticket, now=now)
    return ticket


def keep_phone(session: Session, ticket: Ticket, phone: str, *, now: datetime) -> None:
    """Remember the number under which progress may be asked, and file it with the ticket."""
    ticket.phone_index = proofs.of_phone(session, ticket.number, phone)
    session.add(ticket)
    if ticket.sealed:
        reporters.keep_contact(session, ticket.id, phone)
    elif ticket.resident_id is not None:
        resident = session.get_one(residents.Resident, ticket.resident_id)
        residents.keep_contact(session, resident, phone, now=now)
    session.flush()


def keep_secret(session: Session, ticket: Ticket, secret: str) -> None:
    """Set the reporter's own word, the only key to this ticket's progress."""
    ticket.secret_index = proofs.of_secret(session, ticket.number, secret)
    session.add(ticket)
    session.flush()


def retime(session: Session, ticket: Ticket, *, now: datetime, due: datetime | None = None) -> None:
    """Reckon the clocks anew from all that happened; `due` is a time that was agreed instead."""
    times = timing.of(session, ticket, now=now)
    ticket.respond_by, ticket.provisional = times.respond_by, times.provisional
    ticket.next_due = None if ticket.ended else due or times.next_due
    session.add(ticket)
    session.flush()
    watches.keep(session, ticket, now=now)


def file_under(session: Session, ticket: Ticket, household_id: str, *, now: datetime) -> None:
    """Put a ticket into a household's file. Raises CaseError for one that belongs to a person."""
    if only_by_secret(ticket):
        raise CaseError(
            "This ticket belongs to the person alone; it stands in no household's file."
        )
    ticket.household_id = household_id
    session.add(ticket)
    whose = households.read(session, households.find(session, household_id))
    catchwords.keep(session, ticket.id, whose.name)
    announce(session, ticket, now=now)


def keep_to_person(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """From now on it belongs to the person alone: no household's file has it, no word finds it."""
    if only_by_secret(ticket):
        return
    ticket.personal, ticket.household_id = True, None
    session.add(ticket)
    catchwords.forget(session, ticket.id)
    announce(session, ticket, now=now)


def announce(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Tell the consoles that this ticket has changed; never what it is about."""
    events.publish(session, events.Kind.TICKET, {"ticket": ticket.id}, now=now)


def by_number(session: Session, number: str) -> Ticket | None:
    """The ticket with this number, if there is one."""
    return session.exec(select(Ticket).where(Ticket.number == number.upper())).first()


def for_update(session: Session, number: str) -> Ticket:
    """The ticket and its conversation, locked until the commit. Raises UnknownError.

    The conversation first, as everywhere: whoever answers there may add to this ticket.
    """
    known = by_number(session, number)
    home = None if known is None else home_of(session, known)
    if home is not None:
        conversations.find_for_update(session, home)
    ticket = session.exec(
        select(Ticket)
        .where(Ticket.number == number.upper())
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if ticket is None:
        raise UnknownError("There is no such ticket.")
    return ticket


def home_of(session: Session, ticket: Ticket) -> str | None:
    """The conversation in which the resident hears of this ticket; None when there is none."""
    return reporters.home_of(session, ticket.id) if ticket.sealed else ticket.conversation_id


def only_by_secret(ticket: Ticket) -> bool:
    """Whether nothing but the reporter's own word may open this ticket (service.md, reporters)."""
    private = {Hazard.VIOLENCE, Hazard.CHILD_AT_RISK, Hazard.SELF_HARM}
    return ticket.sealed or ticket.anonymous or ticket.personal or ticket.hazard in private


def _free_number(session: Session, prefix: str, now: datetime) -> str:
    for _ in range(NUMBER_TRIES):
        number = numbers.draw(prefix, now)
        if by_number(session, number) is None:
            return number
    raise UnknownError("No free ticket number could be drawn; try again.")
