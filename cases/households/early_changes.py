"""A change that a resident told before there was a file: kept, proposed, decided by a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Field, SQLModel, col, select, update
from sqlmodel.sql.expression import SelectOfScalar

from cases import events, keys, residents
from cases.commands import NoteChange
from cases.database import Session, UtcDateTime
from cases.errors import KeyDestroyedError, StaleError, UnknownError
from cases.households import file_parts
from cases.households.file_bodies import Note, PartKind
from cases.households.file_parts import Draft
from cases.households.households import Household
from cases.sealed import Place
from cases.talk import conversations
from cases.talk.conversations import Conversation
from knowledge.occasions import Happening


class EarlyChange(SQLModel, table=True):
    """What was told in a chat without a file, sealed under the resident's key.

    `household_id` is the file for which it was settled; `taken`: whether it went into it.
    """

    __tablename__ = "early_changes"
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id", index=True)
    what: str
    happened_on: date
    sealed_text: bytes
    told_at: datetime = Field(sa_type=UtcDateTime)
    household_id: str | None = Field(default=None, foreign_key="households.id", index=True)
    taken: bool = False
    settled_by: str | None = Field(default=None, foreign_key="operators.id", index=True)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


@dataclass(frozen=True)
class Proposed:
    """One of them, opened."""

    id: str
    what: Happening
    on: date
    text: str
    told_at: datetime


def keep(
    session: Session, conversation: Conversation, told: NoteChange, *, now: datetime
) -> EarlyChange:
    """Keep a change for the file that somebody may open later."""
    row = keys.new_id()
    key = residents.key_of(session, conversation.resident_id)
    kept = EarlyChange(
        id=row,
        conversation_id=conversation.id,
        what=told.what,
        happened_on=told.on,
        sealed_text=keys.seal(session, key, _place(row), told.text),
        told_at=now,
    )
    session.add(kept)
    session.flush()
    return kept


def proposed(session: Session, household: Household) -> Sequence[Proposed]:
    """What the resident whom this file reaches told before, in any of their conversations.

    What was forgotten meanwhile is left out. The caller records the look.
    """
    rows = session.exec(_open_ones(household).order_by(col(EarlyChange.told_at))).all()
    found = []
    for row in rows:
        text = _text(session, row)
        if text is not None:
            found.append(Proposed(row.id, Happening(row.what), row.happened_on, text, row.told_at))
    return found


def take(session: Session, household: Household, change_id: str, *, by: str, now: datetime) -> None:
    """It belongs to this household: into the file with it. Raises UnknownError, StaleError."""
    row = _settle(session, household, change_id, by=by, taken=True, now=now)
    text = _text(session, row)
    if text is None:
        raise UnknownError("There is no such change any more.")
    told = Draft(PartKind.HAPPENING, Note(text=text), code=row.what, first=row.happened_on)
    file_parts.write(session, household, told, by=None, now=now)


def leave(
    session: Session, household: Household, change_id: str, *, by: str, now: datetime
) -> None:
    """It is about somebody else. Raises UnknownError, StaleError."""
    _settle(session, household, change_id, by=by, taken=False, now=now)
    events.publish(session, events.Kind.HOUSEHOLD, {"household": household.id}, now=now)


def _settle(  # noqa: PLR0913
    session: Session,
    household: Household,
    change_id: str,
    *,
    by: str,
    taken: bool,
    now: datetime,
) -> EarlyChange:
    row = session.exec(_open_ones(household).where(EarlyChange.id == change_id)).first()
    if row is None:
        raise StaleError("Somebody settled this meanwhile; look at the file again.")
    done = session.connection().execute(
        update(EarlyChange)
        .where(col(EarlyChange.id) == row.id, col(EarlyChange.settled_at).is_(None))
        .values(household_id=household.id, taken=taken, settled_by=by, settled_at=now)
    )
    if done.rowcount != 1:
        raise StaleError("Somebody settled this meanwhile; look at the file again.")
    return row


def _open_ones(household: Household) -> SelectOfScalar[EarlyChange]:
    """Of every conversation of the resident whose conversation reaches this file."""
    whose = select(Conversation.resident_id).where(Conversation.id == household.conversation_id)
    theirs = select(Conversation.id).where(col(Conversation.resident_id).in_(whose))
    return select(EarlyChange).where(
        col(EarlyChange.conversation_id).in_(theirs), col(EarlyChange.settled_at).is_(None)
    )


def _text(session: Session, row: EarlyChange) -> str | None:
    conversation = conversations.find(session, row.conversation_id)
    try:
        key = residents.key_of(session, conversation.resident_id)
        return keys.unseal(session, key, _place(row.id), row.sealed_text)
    except KeyDestroyedError:
        return None


def _place(row: str) -> Place:
    return Place("early_changes", "text", row)
