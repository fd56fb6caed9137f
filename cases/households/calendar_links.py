"""The link under which a caseworker's own calendar reads the visits; revoked at any time."""

import secrets
from datetime import datetime

from sqlmodel import Field, SQLModel, col, select, update

from cases import keys
from cases.database import Session, UtcDateTime


class CalendarLink(SQLModel, table=True):
    """A link of somebody; only the fingerprint of its token is kept."""

    __tablename__ = "calendar_links"
    id: str = Field(primary_key=True)
    operator_id: str = Field(foreign_key="operators.id", index=True)
    token_index: str = Field(unique=True)
    made_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def make(session: Session, operator_id: str, *, now: datetime) -> str:
    """A new link's token, told once; the one before is revoked."""
    revoke(session, operator_id, now=now)
    token = secrets.token_urlsafe(32)
    index = session.vault.blind("calendar link", token)
    session.add(
        CalendarLink(id=keys.new_id(), operator_id=operator_id, token_index=index, made_at=now)
    )
    session.flush()
    return token


def revoke(session: Session, operator_id: str, *, now: datetime) -> None:
    """No link of this account opens anything any more."""
    session.connection().execute(
        update(CalendarLink)
        .where(col(CalendarLink.operator_id) == operator_id, col(CalendarLink.revoked_at).is_(None))
        .values(revoked_at=now)
    )


def live(session: Session, operator_id: str) -> bool:
    """Whether somebody has a link that opens."""
    found = session.exec(
        select(CalendarLink.id).where(
            CalendarLink.operator_id == operator_id, col(CalendarLink.revoked_at).is_(None)
        )
    ).first()
    return found is not None


def whose(session: Session, token: str) -> str | None:
    """Whose visits a token opens; None for one that opens nothing."""
    index = session.vault.blind("calendar link", token)
    return session.exec(
        select(CalendarLink.operator_id).where(
            CalendarLink.token_index == index, col(CalendarLink.revoked_at).is_(None)
        )
    ).first()
