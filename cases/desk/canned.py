"""Replies that are kept ready: by place, called by a short word, changed by who may."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Field, SQLModel, col, select

from cases import keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from knowledge.names import Region


class CannedReply(SQLModel, table=True):
    """One reply; `region` national serves everywhere."""

    __tablename__ = "canned_replies"
    id: str = Field(primary_key=True)
    region: str = Field(index=True)
    shortcut: str
    text: str
    made_by: str = Field(foreign_key="operators.id", index=True)
    made_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


def keep(  # noqa: PLR0913
    session: Session, region: Region, shortcut: str, text: str, *, by: str, now: datetime
) -> CannedReply:
    """Keep a reply; the same short word in the same place replaces the one before."""
    called, said = shortcut.strip(), text.strip()
    if not called or not said:
        raise CaseError("A reply needs a short word and a text.")
    for row in _named(session, region, called):
        row.ended_at = now
        session.add(row)
    made = CannedReply(
        id=keys.new_id(), region=region, shortcut=called, text=said, made_by=by, made_at=now
    )
    session.add(made)
    session.flush()
    return made


def end(session: Session, canned_id: str, *, now: datetime) -> None:
    """Take a reply out of use. Raises UnknownError."""
    row = session.get(CannedReply, canned_id)
    if row is None or row.ended_at is not None:
        raise UnknownError("There is no such reply.")
    row.ended_at = now
    session.add(row)
    session.flush()


def everywhere(session: Session) -> Sequence[CannedReply]:
    """All replies in use, by place and short word."""
    return session.exec(
        select(CannedReply)
        .where(col(CannedReply.ended_at).is_(None))
        .order_by(col(CannedReply.region), col(CannedReply.shortcut))
    ).all()


def for_place(session: Session, region: str | None) -> Sequence[CannedReply]:
    """What serves a chat of this place: its own replies and those of everywhere."""
    here = {Region.NATIONAL, region or Region.NATIONAL}
    return session.exec(
        select(CannedReply)
        .where(col(CannedReply.ended_at).is_(None), col(CannedReply.region).in_(here))
        .order_by(col(CannedReply.shortcut))
    ).all()


def _named(session: Session, region: Region, shortcut: str) -> Sequence[CannedReply]:
    return session.exec(
        select(CannedReply).where(
            CannedReply.region == region,
            CannedReply.shortcut == shortcut,
            col(CannedReply.ended_at).is_(None),
        )
    ).all()
