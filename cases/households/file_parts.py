"""A household's file: every part of it with all earlier versions, none ever overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel, col, select, update

from cases import events, keys
from cases.database import Session, UtcDateTime
from cases.errors import StaleError, UnknownError
from cases.households import unfinished
from cases.households.file_bodies import PEOPLE, Body, PartKind
from cases.households.households import Household
from cases.sealed import Place

B = TypeVar("B", bound=Body)
CHANGED, LEFT, MOVED = "changed", "left", "moved"


class FilePart(SQLModel, table=True):
    """One version of one part. `ended_at` is empty for the one that holds; `code` is a name of a
    closed set; the indexes find the same person in another file without telling who it is."""

    __tablename__ = "file_parts"
    __table_args__ = (
        Index("ix_file_parts_holding", "household_id", "kind", "ended_at"),
        Index("ix_file_parts_identity", "id_index", "ended_at"),
        Index("ix_file_parts_likeness", "name_index", "ended_at"),
    )
    id: str = Field(primary_key=True)
    part_id: str = Field(index=True)
    household_id: str = Field(foreign_key="households.id", index=True)
    kind: str
    code: str | None = None
    first: date | None = None
    until: date | None = None
    sealed_body: bytes
    id_index: str | None = None
    name_index: str | None = None
    written_by: str | None = Field(default=None, foreign_key="operators.id", index=True)
    written_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by: str | None = Field(default=None, foreign_key="operators.id", index=True)
    ended_why: str | None = None
    list_id: str | None = None


unfinished.hide(FilePart)


@dataclass(frozen=True)
class Draft:
    """A part as it is to be written; `part_id` names the one it takes the place of, and `seen`
    the version of it that the writer had before their eyes."""

    kind: PartKind
    body: Body
    part_id: str | None = None
    seen: str | None = None
    code: str | None = None
    first: date | None = None
    until: date | None = None
    id_index: str | None = None
    name_index: str | None = None


def write(
    session: Session, household: Household, draft: Draft, *, by: str | None, now: datetime
) -> FilePart:
    """Write a part; an earlier version stays readable. Without `by` the resident told it.

    Raises UnknownError, StaleError.
    """
    if draft.part_id is not None:
        _make_room(session, household, draft.part_id, draft, by=by, now=now)
    part = drawn_up(session, household, draft, by=by, now=now)
    session.add(part)
    session.flush()
    events.publish(session, events.Kind.HOUSEHOLD, {"household": household.id}, now=now)
    return part


def drawn_up(
    session: Session, household: Household, draft: Draft, *, by: str | None, now: datetime
) -> FilePart:
    """A version of a part, sealed and not yet kept."""
    row = keys.new_id()
    return FilePart(
        id=row,
        part_id=draft.part_id or row,
        household_id=household.id,
        kind=draft.kind,
        code=draft.code,
        first=draft.first,
        until=draft.until,
        sealed_body=keys.seal(session, household.key_id, _place(row), draft.body.model_dump_json()),
        id_index=draft.id_index,
        name_index=draft.name_index,
        written_by=by,
        written_at=now,
    )


def end(  # noqa: PLR0913
    session: Session,
    household: Household,
    part_id: str,
    *,
    why: str = LEFT,
    by: str | None,
    now: datetime,
) -> FilePart:
    """A part that holds no longer; it stays in the history. Raises UnknownError, StaleError."""
    part = find(session, household, part_id)
    done = session.connection().execute(
        update(FilePart)
        .where(col(FilePart.id) == part.id, col(FilePart.ended_at).is_(None))
        .values(ended_at=now, ended_by=by, ended_why=why)
    )
    if done.rowcount != 1:
        raise StaleError("Somebody changed this meanwhile; look at it again.")
    session.refresh(part)
    events.publish(session, events.Kind.HOUSEHOLD, {"household": household.id}, now=now)
    return part


def find(session: Session, household: Household, part_id: str) -> FilePart:
    """The part that holds. Raises UnknownError."""
    part = session.exec(
        select(FilePart).where(
            FilePart.part_id == part_id,
            FilePart.household_id == household.id,
            col(FilePart.ended_at).is_(None),
        )
    ).first()
    if part is None:
        raise UnknownError("There is no such part of this file.")
    return part


def holding(session: Session, household: Household, *kinds: PartKind) -> Sequence[FilePart]:
    """The parts of these kinds that hold, in the order in which they were written."""
    return session.exec(
        select(FilePart)
        .where(
            FilePart.household_id == household.id,
            col(FilePart.kind).in_(kinds),
            col(FilePart.ended_at).is_(None),
        )
        .order_by(col(FilePart.written_at), col(FilePart.id))
    ).all()


def history(session: Session, household: Household) -> Sequence[FilePart]:
    """Every version of every part, the newest first."""
    return session.exec(
        select(FilePart)
        .where(FilePart.household_id == household.id)
        .order_by(col(FilePart.written_at).desc(), col(FilePart.id))
    ).all()


def read(session: Session, household: Household, part: FilePart, shape: type[B]) -> B:
    """What a part says. The caller records the look."""
    blob = keys.unseal(session, household.key_id, _place(part.id), part.sealed_body)
    return shape.model_validate_json(blob)


def _make_room(  # noqa: PLR0913
    session: Session,
    household: Household,
    part_id: str,
    draft: Draft,
    *,
    by: str | None,
    now: datetime,
) -> None:
    """End the version a draft takes the place of, unless it is another one by now."""
    before = find(session, household, part_id)
    people = before.kind in PEOPLE and draft.kind in PEOPLE
    if before.kind != draft.kind and not people:
        raise UnknownError("There is no such part of this file.")
    if draft.seen is not None and draft.seen != before.id:
        raise StaleError("Somebody changed this meanwhile; look at it again.")
    end(session, household, part_id, why=CHANGED, by=by, now=now)


def _place(row: str) -> Place:
    return Place("file_parts", "body", row)
