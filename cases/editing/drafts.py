"""How an entry comes to be published: one person drafts it, a second one publishes it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel, col, select

from cases import keys, operators
from cases.database import Session, UtcDateTime
from cases.editing import publications, questions
from cases.editing.publications import Publication
from cases.errors import ForbiddenError, StaleError, TakenError, UnknownError
from knowledge.editions import Kind
from knowledge.names import Region


class State(StrEnum):
    """What became of a draft."""

    OPEN = "open"
    PUBLISHED = "published"
    DROPPED = "dropped"


class Draft(SQLModel, table=True):
    """One entry being prepared. `open_key` is unique, so that an entry has one open draft.

    `sources` are the words of the document that was imported, by clause; `settles` are the
    questions that are answered by it; `based_on` is the version it began from.
    """

    __tablename__ = "drafts"
    __table_args__ = (
        CheckConstraint("state IN ('open','published','dropped')", name="state"),
        Index("ix_drafts_state_changed_at", "state", "changed_at"),
    )
    id: str = Field(primary_key=True)
    kind: str
    subject: str
    region: str
    open_key: str | None = Field(default=None, unique=True)
    state: str = State.OPEN
    body: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
    sources: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    settles: list[str] = Field(sa_column=Column(JSON, nullable=False))
    based_on: int
    revision: int = 1
    begun_by: str = Field(foreign_key="operators.id", index=True)
    author: str = Field(foreign_key="operators.id", index=True)
    begun_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)


def begin(  # noqa: PLR0913
    session: Session,
    *,
    kind: Kind,
    subject: str,
    region: Region,
    body: Mapping[str, object],
    author: str,
    now: datetime,
    sources: Mapping[str, str] | None = None,
    settles: Sequence[str] = (),
) -> Draft:
    """Begin a draft. Raises TakenError, naming its author, when the entry has an open one."""
    key = f"{kind}:{subject}"
    other = session.exec(select(Draft).where(Draft.open_key == key)).first()
    if other is not None:
        raise TakenError(operators.find(session, other.author).name)
    draft = Draft(
        id=keys.new_id(),
        kind=kind,
        subject=subject,
        region=region,
        open_key=key,
        body=dict(body),
        sources=dict(sources or {}),
        settles=list(settles),
        based_on=publications.newest_version(session, kind, subject),
        begun_by=author,
        author=author,
        begun_at=now,
        changed_at=now,
    )
    session.add(draft)
    session.flush()
    return draft


def find(session: Session, draft_id: str) -> Draft:
    """The draft with this id, whatever became of it. Raises UnknownError."""
    draft = session.get(Draft, draft_id)
    if draft is None:
        raise UnknownError("There is no such draft.")
    return draft


def open_of(session: Session, kind: Kind, subject: str) -> Draft | None:
    """The open draft of an entry, if there is one."""
    return session.exec(select(Draft).where(Draft.open_key == f"{kind}:{subject}")).first()


def open_ones(session: Session, *, limit: int = 200) -> Sequence[Draft]:
    """All open drafts, the newest change first."""
    return session.exec(
        select(Draft)
        .where(Draft.state == State.OPEN)
        .order_by(col(Draft.changed_at).desc())
        .limit(limit)
    ).all()


def revise(  # noqa: PLR0913
    session: Session,
    draft_id: str,
    body: Mapping[str, object],
    *,
    seen: int,
    author: str,
    now: datetime,
    sources: Mapping[str, str] | None = None,
) -> Draft:
    """Write the draft anew; who changes it last may not publish it. Raises StaleError."""
    draft = _open(session, draft_id, seen)
    if dict(body) == draft.body and sources is None:
        return draft
    draft.body = dict(body)
    if sources is not None:
        draft.sources = dict(sources)
    draft.author, draft.changed_at = author, now
    draft.revision += 1
    session.add(draft)
    session.flush()
    return draft


def answer_more(  # noqa: PLR0913
    session: Session,
    draft: Draft,
    body: Mapping[str, object],
    settles: Sequence[str],
    *,
    author: str,
    now: datetime,
) -> Draft:
    """Let an open draft answer more questions."""
    revised = revise(session, draft.id, body, seen=draft.revision, author=author, now=now)
    revised.settles = list(dict.fromkeys((*revised.settles, *settles)))
    session.add(revised)
    session.flush()
    return revised


def drop(session: Session, draft_id: str, *, seen: int, now: datetime) -> Draft:
    """Give a draft up; what is published stays. Raises StaleError."""
    draft = _open(session, draft_id, seen)
    draft.state, draft.open_key, draft.changed_at = State.DROPPED, None, now
    session.add(draft)
    session.flush()
    return draft


def publish(  # noqa: PLR0913
    session: Session,
    draft_id: str,
    *,
    seen: int,
    effective: date,
    published_by: str,
    now: datetime,
) -> Publication:
    """Publish the draft as it was seen. Whether it is right was asked before (`publishing.fold`).

    Raises StaleError when it has changed since, ForbiddenError for who wrote it.
    """
    draft = _open(session, draft_id, seen)
    if draft.author == published_by:
        raise ForbiddenError("A second person must publish; ask a colleague.")
    row = publications.publish(
        session,
        kind=draft.kind,
        subject=draft.subject,
        body=draft.body,
        effective=effective,
        drafted_by=draft.author,
        published_by=published_by,
        now=now,
    )
    draft.state, draft.open_key, draft.changed_at = State.PUBLISHED, None, now
    session.add(draft)
    questions.settle(session, draft.settles, now=now)
    session.flush()
    return row


def _open(session: Session, draft_id: str, seen: int) -> Draft:
    draft = session.exec(
        select(Draft)
        .where(Draft.id == draft_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if draft is None:
        raise UnknownError("There is no such draft.")
    if draft.state != State.OPEN or draft.revision != seen:
        raise StaleError("The draft has changed since you opened it; look at it again.")
    return draft
