"""What a deployment has published over the shipped content: versioned rows, the newest counts."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel, col, func, select

from cases import events, keys
from cases.database import Session, UtcDateTime
from cases.errors import ForbiddenError
from knowledge.editions import Edition, Kind


class Publication(SQLModel, table=True):
    """One version of one published thing: an entry, a local standard, a calendar day, a model."""

    __tablename__ = "publications"
    __table_args__ = (UniqueConstraint("kind", "subject", "version"),)
    id: str = Field(primary_key=True)
    kind: str
    subject: str
    version: int
    body: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
    effective: date = Field(index=True)
    drafted_by: str
    published_by: str
    at: datetime = Field(sa_type=UtcDateTime)


def publish(  # noqa: PLR0913
    session: Session,
    *,
    kind: str,
    subject: str,
    body: dict[str, object],
    effective: date,
    drafted_by: str,
    published_by: str,
    now: datetime,
) -> Publication:
    """Publish the next version. Raises ForbiddenError when one person does both parts."""
    if drafted_by == published_by:
        raise ForbiddenError("A second person must publish; ask a colleague.")
    row = Publication(
        id=keys.new_id(),
        kind=kind,
        subject=subject,
        version=newest_version(session, kind, subject) + 1,
        body=body,
        effective=effective,
        drafted_by=drafted_by,
        published_by=published_by,
        at=now,
    )
    session.add(row)
    session.flush()
    events.publish(session, events.Kind.PUBLICATION, {"kind": kind, "subject": subject}, now=now)
    return row


def newest_version(session: Session, kind: str, subject: str) -> int:
    """The number of the newest version, in effect or not; 0 where nothing was published."""
    newest = session.exec(
        select(func.max(Publication.version)).where(
            Publication.kind == kind, Publication.subject == subject
        )
    ).one()
    return newest or 0


def history(session: Session, kind: str, subject: str) -> Sequence[Publication]:
    """Every version of an entry, the newest first."""
    return session.exec(
        select(Publication)
        .where(Publication.kind == kind, Publication.subject == subject)
        .order_by(col(Publication.version).desc())
    ).all()


def newest(session: Session, *, limit: int = 50) -> Sequence[Publication]:
    """What was published last, whatever it is."""
    return session.exec(select(Publication).order_by(col(Publication.at).desc()).limit(limit)).all()


def in_effect(session: Session, kind: str, *, on: date) -> Sequence[Publication]:
    """The newest version of each subject that is in effect on that day."""
    return [row for row in all_in_effect(session, on=on) if row.kind == kind]


def all_in_effect(session: Session, *, on: date) -> Sequence[Publication]:
    """The newest version of everything that is in effect on that day, the earliest effect first:
    in this order one lies over the other.
    """
    newest_of = (
        select(
            Publication.kind, Publication.subject, func.max(Publication.version).label("version")
        )
        .where(Publication.effective <= on)
        .group_by(Publication.kind, Publication.subject)
        .subquery()
    )
    return session.exec(
        select(Publication)
        .join(
            newest_of,
            (col(Publication.kind) == newest_of.c.kind)
            & (col(Publication.subject) == newest_of.c.subject)
            & (col(Publication.version) == newest_of.c.version),
        )
        .order_by(
            col(Publication.effective),
            col(Publication.at),
            col(Publication.subject),
            col(Publication.id),
        )
    ).all()


def editions(session: Session, *, on: date) -> Sequence[Edition]:
    """Everything that is in effect on that day, as the knowledge takes it."""
    return [edition(row) for row in all_in_effect(session, on=on)]


def edition(row: Publication) -> Edition:
    """A published version as the knowledge takes it."""
    return Edition(Kind(row.kind), row.subject, row.version, row.body)
