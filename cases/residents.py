"""Who writes to us, and how they may be reached without harm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel, col, select

from cases import keys
from cases.database import Session, UtcDateTime
from cases.keys import DataKey
from cases.sealed import Place


class Resident(SQLModel, table=True):
    """Somebody who wrote. Nothing about them stands here; their sealed rows hang on `key_id`."""

    __tablename__ = "residents"
    id: str = Field(primary_key=True)
    key_id: str = Field(foreign_key="data_keys.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    forgotten_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ContactKind(StrEnum):
    """What "a call" means for this person."""

    CALL = "call"
    TEXT_ONLY = "text_only"
    SIGN_VIDEO = "sign_video"
    CHAT = "chat"


class ContactWay(SQLModel, table=True):
    """One way to reach somebody, with the local hours in which it is safe."""

    __tablename__ = "contact_ways"
    id: str = Field(primary_key=True)
    resident_id: str = Field(foreign_key="residents.id", index=True)
    kind: str
    sealed_value: bytes
    lookup: str = Field(index=True)
    safe_from: int = 8
    safe_until: int = 21
    do_not_call: bool = False
    language: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True)
class Contact:
    """A contact way, opened. Hours are local, `safe_from` inclusive, `safe_until` exclusive."""

    kind: ContactKind
    value: str
    safe_from: int
    safe_until: int
    do_not_call: bool


def create(session: Session, *, now: datetime) -> Resident:
    """A new resident under a key of their own."""
    key_id = keys.create(session, now=now)
    resident = Resident(id=keys.new_id(), key_id=key_id, created_at=now)
    session.add(resident)
    session.flush()
    return resident


def key_of(session: Session, resident_id: str) -> str:
    """The key under which everything of this person is sealed."""
    known = session.identity_map.get(session.identity_key(Resident, resident_id))
    if isinstance(known, Resident):
        return known.key_id
    # The key is wanted next: it is read together with whose it is.
    resident, key = session.exec(
        select(Resident, DataKey)
        .join(DataKey, col(Resident.key_id) == DataKey.id)
        .where(Resident.id == resident_id)
    ).one()
    session.pin(key)
    return session.pin(resident).key_id


def keep_contact(  # noqa: PLR0913
    session: Session,
    resident: Resident,
    value: str,
    *,
    kind: ContactKind = ContactKind.CALL,
    safe_from: int | None = None,
    safe_until: int | None = None,
    do_not_call: bool | None = None,
    now: datetime,
) -> ContactWay:
    """Remember how this person may be reached; the same value twice is kept once.

    What is not given stays as it was told before: "not safe to call" is never forgotten.
    """
    lookup = session.vault.blind("contact", value)
    way = session.exec(
        select(ContactWay).where(ContactWay.lookup == lookup, ContactWay.resident_id == resident.id)
    ).first()
    if way is None:
        row = keys.new_id()
        sealed = keys.seal(session, resident.key_id, _value_place(row), value)
        way = ContactWay(
            id=row,
            resident_id=resident.id,
            kind=kind,
            sealed_value=sealed,
            lookup=lookup,
            created_at=now,
        )
    if safe_from is not None:
        way.safe_from = safe_from
    if safe_until is not None:
        way.safe_until = safe_until
    if do_not_call is not None:
        way.do_not_call = do_not_call
    session.add(way)
    session.flush()
    return way


def contacts(session: Session, resident: Resident) -> Sequence[Contact]:
    """All ways to reach this person, oldest first."""
    rows = session.exec(
        select(ContactWay)
        .where(ContactWay.resident_id == resident.id)
        .order_by(col(ContactWay.created_at))
    )
    return [
        Contact(
            kind=ContactKind(way.kind),
            value=keys.unseal(session, resident.key_id, _value_place(way.id), way.sealed_value),
            safe_from=way.safe_from,
            safe_until=way.safe_until,
            do_not_call=way.do_not_call,
        )
        for way in rows
    ]


def _value_place(row: str) -> Place:
    return Place("contact_ways", "value", row)
