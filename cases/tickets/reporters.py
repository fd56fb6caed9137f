"""Who stands behind a sealed ticket: another table, under another key, with no way to join it."""

from datetime import datetime

from sqlmodel import Field, SQLModel, select

from cases import keys
from cases.database import Session
from cases.sealed import Place, Ring
from cases.talk.conversations import Conversation


class Reporter(SQLModel, table=True):
    """The conversation behind a sealed ticket and how its reporter may be reached.

    The conversation is sealed; `home_index` is a keyed fingerprint, to know it again and no more.
    """

    __tablename__ = "reporters"
    ticket_id: str = Field(primary_key=True, foreign_key="tickets.id")
    key_id: str = Field(foreign_key="data_keys.id", index=True)
    home_index: str | None = Field(default=None, index=True)
    sealed_home: bytes | None = None
    sealed_contact: bytes | None = None


def keep(
    session: Session, ticket_id: str, conversation: Conversation | None, *, now: datetime
) -> None:
    """Set the reporter apart when a sealed ticket is opened."""
    reporter = Reporter(
        ticket_id=ticket_id, key_id=keys.create(session, ring=Ring.REPORTER, now=now)
    )
    if conversation is not None:
        place = Place("reporters", "home", ticket_id)
        reporter.sealed_home = keys.seal(session, reporter.key_id, place, conversation.id)
        reporter.home_index = fingerprint(session, conversation.id)
    session.add(reporter)
    session.flush()


def keep_contact(session: Session, ticket_id: str, contact: str) -> None:
    """Remember how the reporter of a sealed ticket may be reached."""
    reporter = session.get_one(Reporter, ticket_id)
    place = Place("reporters", "contact", ticket_id)
    reporter.sealed_contact = keys.seal(session, reporter.key_id, place, contact)
    session.add(reporter)
    session.flush()


def home_of(session: Session, ticket_id: str) -> str | None:
    """The conversation in which the outcome is told; for the program alone, never for a page."""
    reporter = session.get(Reporter, ticket_id)
    if reporter is None or reporter.sealed_home is None:
        return None
    place = Place("reporters", "home", ticket_id)
    return keys.unseal(session, reporter.key_id, place, reporter.sealed_home)


def contact_of(session: Session, ticket_id: str) -> str | None:
    """How the reporter may be reached: for whom two persons have unsealed it, and nobody else."""
    reporter = session.get(Reporter, ticket_id)
    if reporter is None or reporter.sealed_contact is None:
        return None
    place = Place("reporters", "contact", ticket_id)
    return keys.unseal(session, reporter.key_id, place, reporter.sealed_contact)


def came_from(session: Session, ticket_id: str, conversation_id: str) -> bool:
    """Whether a sealed ticket was told in this conversation."""
    reporter = session.get(Reporter, ticket_id)
    return reporter is not None and reporter.home_index == fingerprint(session, conversation_id)


def any_from(session: Session, conversation_id: str) -> bool:
    """Whether any sealed ticket was told in this conversation."""
    mine = Reporter.home_index == fingerprint(session, conversation_id)
    return session.exec(select(Reporter.ticket_id).where(mine).limit(1)).first() is not None


def fingerprint(session: Session, conversation_id: str) -> str:
    """By which a reporter's conversation is known again, and by nothing else."""
    return session.vault.blind("reporter", conversation_id)
