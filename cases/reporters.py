"""Who stands behind a sealed ticket: another table, under another key, opened by nothing here."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from cases import keys
from cases.database import Session
from cases.sealed import Place, Ring


class Reporter(SQLModel, table=True):
    """The person behind a sealed ticket and how they may be reached."""

    __tablename__ = "reporters"
    ticket_id: str = Field(primary_key=True, foreign_key="tickets.id")
    key_id: str = Field(foreign_key="data_keys.id", index=True)
    resident_id: str | None = None
    sealed_contact: bytes | None = None


def keep(session: Session, ticket_id: str, *, resident_id: str | None, now: datetime) -> None:
    """Set the reporter apart when a sealed ticket is opened."""
    key_id = keys.create(session, ring=Ring.REPORTER, now=now)
    session.add(Reporter(ticket_id=ticket_id, key_id=key_id, resident_id=resident_id))
    session.flush()


def keep_contact(session: Session, ticket_id: str, contact: str) -> None:
    """Remember how the reporter of a sealed ticket may be reached."""
    reporter = session.get_one(Reporter, ticket_id)
    place = Place("reporters", "contact", ticket_id)
    reporter.sealed_contact = keys.seal(session, reporter.key_id, place, contact)
    session.add(reporter)
    session.flush()
