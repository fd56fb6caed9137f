"""Cases that another system, a 12345 platform for example, has handed in and may take back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel, select

from cases import keys
from cases.channels import inbox
from cases.commands import Command
from cases.database import Session, UtcDateTime
from cases.dialogue import filing
from cases.errors import UnknownError
from cases.talk import conversations, messages
from cases.talk.conversations import Conversation
from cases.talk.messages import Line, Sender
from cases.ticket_rules.lifecycle import NextActor, State
from cases.tickets import tickets, withdrawing
from cases.tickets.tickets import Ticket
from knowledge.names import Region

CHANNEL = "platform"


class PlatformCase(SQLModel, table=True):
    """One case under the platform's own name for it; the same one again is the same case."""

    __tablename__ = "platform_cases"
    __table_args__ = (UniqueConstraint("platform", "name"),)
    id: str = Field(primary_key=True)
    platform: str
    name: str
    conversation_id: str = Field(foreign_key="conversations.id", index=True)
    number: str
    received_at: datetime = Field(sa_type=UtcDateTime)
    taken_back_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


@dataclass(frozen=True)
class HandedIn:
    """What a platform says of a case, as it is kept."""

    platform: str
    name: str
    text: str
    region: Region | None


@dataclass(frozen=True)
class Standing:
    """What the platform is told. `unit` is None for what opens only to the own word."""

    number: str
    state: State
    next_actor: NextActor
    next_due: datetime | None
    unit: str | None
    said: tuple[Line, ...]


def take(
    session: Session, case: HandedIn, commands: tuple[Command, ...], *, now: datetime
) -> PlatformCase:
    """Keep a case with the ticket that its commands open; the same one again is taken once.

    Raises ReusedError when this name was used for another text.
    """
    known = find(session, case.platform, case.name)
    if known is not None:
        chat = conversations.find(session, known.conversation_id)
        inbox.receive(session, chat, external_id=case.name, text=case.text, now=now)
        return known
    chat = conversations.open_new(
        session, region=case.region, channel=CHANNEL, now=now
    ).conversation
    inbound = inbox.receive(session, chat, external_id=case.name, text=case.text, now=now)
    inbox.mark_answered(session, inbound, now=now)
    filed = filing.carry_out(session, chat, commands, now=now)
    if filed.ticket_number is None:
        raise UnknownError("A case that was handed in opened no ticket.")
    row = PlatformCase(
        id=keys.new_id(),
        platform=case.platform,
        name=case.name,
        conversation_id=chat.id,
        number=filed.ticket_number,
        received_at=now,
    )
    session.add(row)
    session.flush()
    return row


def find(session: Session, platform: str, name: str) -> PlatformCase | None:
    """The case of this name; None when this platform never handed it in."""
    return session.exec(
        select(PlatformCase).where(PlatformCase.platform == platform, PlatformCase.name == name)
    ).first()


def standing(session: Session, row: PlatformCase) -> Standing:
    """How far it is, and what the helpline has said to it since."""
    ticket = _ticket(session, row)
    chat: Conversation = conversations.find(session, row.conversation_id)
    lines = messages.since(session, chat)
    return Standing(
        number=row.number,
        state=State(ticket.state),
        next_actor=NextActor(ticket.next_actor),
        next_due=ticket.next_due,
        unit=None if tickets.only_by_secret(ticket) else ticket.lead_unit,
        said=tuple(line for line in lines if line.sender is not Sender.RESIDENT),
    )


def take_back(session: Session, row: PlatformCase, reason: str, *, now: datetime) -> bool:
    """The platform wants it back; False where a person must see to it: an emergency goes on."""
    ticket = tickets.for_update(session, row.number)
    if row.taken_back_at is not None:
        return True
    if not withdrawing.by_resident(session, ticket, reason, now=now):
        return False
    row.taken_back_at = now
    session.add(row)
    session.flush()
    return True


def _ticket(session: Session, row: PlatformCase) -> Ticket:
    found = tickets.by_number(session, row.number)
    if found is None:
        raise UnknownError("There is no such ticket.")
    return found
