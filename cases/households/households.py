"""One household, one file: who belongs to it, where it lives, and which conversation reaches it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Field, SQLModel, col, select

from cases import events, keys
from cases.database import Session, UtcDateTime
from cases.errors import UnknownError
from cases.households import unfinished
from cases.sealed import Place
from knowledge.names import Region


class Household(SQLModel, table=True):
    """A household's file. Name and address are sealed; `conversation_id` is where it is reached.

    `list_id`: the bureau's list it came with.
    """

    __tablename__ = "households"
    id: str = Field(primary_key=True)
    key_id: str = Field(foreign_key="data_keys.id", index=True)
    region: str = Field(index=True)
    sealed_name: bytes
    sealed_address: bytes
    conversation_id: str | None = Field(default=None, foreign_key="conversations.id", index=True)
    created_by: str = Field(foreign_key="operators.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    list_id: str | None = None
    # Since when nothing is left of it (`cases/retention/archives.py`).
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


unfinished.hide(Household)
unfinished.hide_erased(Household)


@dataclass(frozen=True)
class File:
    """A household's file, opened."""

    id: str
    region: Region
    name: str
    address: str
    conversation_id: str | None


def open_file(  # noqa: PLR0913
    session: Session,
    *,
    name: str,
    address: str,
    region: Region,
    conversation_id: str | None,
    created_by: str,
    now: datetime,
) -> Household:
    """Begin the file of a household."""
    household = drawn_up(
        session,
        keys.create(session, now=now),
        name=name,
        address=address,
        region=region,
        created_by=created_by,
        now=now,
    )
    household.conversation_id = conversation_id
    session.add(household)
    session.flush()
    events.publish(session, events.Kind.HOUSEHOLD, {"household": household.id}, now=now)
    return household


def drawn_up(  # noqa: PLR0913
    session: Session,
    key_id: str,
    *,
    name: str,
    address: str,
    region: Region,
    created_by: str,
    now: datetime,
) -> Household:
    """A file under a key of its own, sealed and not yet kept."""
    row = keys.new_id()
    return Household(
        id=row,
        key_id=key_id,
        region=region,
        sealed_name=keys.seal(session, key_id, _place("name", row), name),
        sealed_address=keys.seal(session, key_id, _place("address", row), address),
        created_by=created_by,
        created_at=now,
    )


def find(session: Session, household_id: str) -> Household:
    """The household with this id. Raises UnknownError."""
    household = session.get(Household, household_id)
    if household is None:
        raise UnknownError("There is no such household.")
    return household


def reached_by(session: Session, conversation_id: str) -> Household | None:
    """The household that this conversation reaches, the one opened last; None without one."""
    return session.exec(
        select(Household)
        .where(Household.conversation_id == conversation_id)
        .order_by(col(Household.created_at).desc())
    ).first()


def read(session: Session, household: Household) -> File:
    """The file, opened. The caller records the look."""
    key_id, row = household.key_id, household.id
    return File(
        id=row,
        region=Region(household.region),
        name=keys.unseal(session, key_id, _place("name", row), household.sealed_name),
        address=keys.unseal(session, key_id, _place("address", row), household.sealed_address),
        conversation_id=household.conversation_id,
    )


def newest(
    session: Session, *, region: Region | None = None, limit: int = 100
) -> Sequence[Household]:
    """The files opened last, of one region or of all."""
    statement = select(Household).order_by(col(Household.created_at).desc()).limit(limit)
    if region is not None:
        statement = statement.where(Household.region == region)
    return session.exec(statement).all()


def _place(column: str, row: str) -> Place:
    return Place("households", column, row)
