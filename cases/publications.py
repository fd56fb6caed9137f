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
    newest = (
        select(Publication.subject, func.max(Publication.version).label("version"))
        .where(Publication.kind == kind, Publication.effective <= on)
        .group_by(Publication.subject)
        .subquery()
    )
    return session.exec(
        select(Publication)
        .join(
            newest,
            (col(Publication.subject) == newest.c.subject)
            & (col(Publication.version) == newest.c.version),
        )
        .where(Publication.kind == kind)
        .order_by(col(Publication.subject))
    ).all()


def editions(session: Session, *, on: date) -> Sequence[Edition]:
    """Everything that is in effect on that day, in the order in which it lies over the shipped."""
    rows = [row for kind in Kind for row in in_effect(session, kind, on=on)]
    rows.sort(key=lambda row: (row.effective, row.at, row.version, row.id))
    return [edition(row) for row in rows]


def edition(row: Publication) -> Edition:
    """A published version as the knowledge takes it."""
    return Edition(Kind(row.kind), row.subject, row.version, row.body)
