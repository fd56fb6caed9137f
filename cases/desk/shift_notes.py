"""What one shift leaves to the next, and that somebody of the next has signed it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Field, SQLModel, col, func, select, update

from cases import keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, ForbiddenError, MoveError, UnknownError
from cases.sealed import Place

LONGEST = 4000


class ShiftNote(SQLModel, table=True):
    """One hand-over of a shift. `region` None concerns all."""

    __tablename__ = "shift_notes"
    id: str = Field(primary_key=True)
    region: str | None = Field(default=None, index=True)
    key_id: str = Field(foreign_key="data_keys.id", index=True)
    sealed_text: bytes
    by: str = Field(foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    signed_by: str | None = Field(default=None, foreign_key="operators.id", index=True)
    signed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


@dataclass(frozen=True)
class Left:
    """A hand-over as it is read."""

    row: ShiftNote
    text: str


def leave(session: Session, text: str, *, region: str | None, by: str, now: datetime) -> ShiftNote:
    """Leave something to the next shift. Raises CaseError for nothing."""
    if not text.strip():
        raise CaseError("Write what the next shift must know.")
    row, key = keys.new_id(), keys.create(session, now=now)
    made = ShiftNote(
        id=row,
        region=region,
        key_id=key,
        sealed_text=keys.seal(session, key, _at(row), text.strip()[:LONGEST]),
        by=by,
        at=now,
    )
    session.add(made)
    session.flush()
    return made


def sign(session: Session, note_id: str, *, by: str, now: datetime) -> None:
    """Somebody of the next shift has read it; only the first counts.

    Raises ForbiddenError for the one who wrote it, MoveError when it is signed, UnknownError.
    """
    row = session.get(ShiftNote, note_id)
    if row is None:
        raise UnknownError("There is no such hand-over.")
    if row.by == by:
        raise ForbiddenError("Somebody of the next shift signs, not who wrote it.")
    first = session.connection().execute(
        update(ShiftNote)
        .where(col(ShiftNote.id) == note_id, col(ShiftNote.signed_by).is_(None))
        .values(signed_by=by, signed_at=now)
    )
    if first.rowcount != 1:
        raise MoveError("Somebody has signed this already.")
    session.refresh(row)


def unsigned(session: Session, region: str | None, *, by: str) -> int:
    """How many hand-overs wait for somebody other than who wrote them; None is every region."""
    waits = (col(ShiftNote.signed_by).is_(None), col(ShiftNote.by) != by)
    statement = select(func.count()).select_from(ShiftNote).where(*waits)
    if region is not None:
        here = col(ShiftNote.region) == region
        statement = statement.where(here | col(ShiftNote.region).is_(None))
    return session.exec(statement).one()


def newest(session: Session, region: str | None, *, limit: int = 20) -> Sequence[Left]:
    """The hand-overs of a region and those for all, the newest first; None is every region."""
    statement = select(ShiftNote)
    if region is not None:
        here = col(ShiftNote.region) == region
        statement = statement.where(here | col(ShiftNote.region).is_(None))
    rows = session.exec(statement.order_by(col(ShiftNote.at).desc()).limit(limit))
    return [
        Left(row, keys.unseal(session, row.key_id, _at(row.id), row.sealed_text)) for row in rows
    ]


def _at(row: str) -> Place:
    return Place("shift_notes", "text", row)
