"""Which data key belongs to whom; forgetting somebody is destroying theirs."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Field, SQLModel

from cases.database import Session, UtcDateTime
from cases.errors import KeyDestroyedError
from cases.sealed import Place, Ring, WrappedKey


class DataKey(SQLModel, table=True):
    """A wrapped key. `wrapped` is empty once it was destroyed."""

    __tablename__ = "data_keys"
    id: str = Field(primary_key=True)
    ring: str
    wrapped: bytes
    created_at: datetime = Field(sa_type=UtcDateTime)
    destroyed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def new_id() -> str:
    """A public id: 128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def create(session: Session, *, ring: Ring = Ring.RESIDENT, now: datetime) -> str:
    """Make a key and return its id."""
    key_id = new_id()
    wrapped = session.vault.new_key(ring, key_id)
    session.add(DataKey(id=key_id, ring=ring, wrapped=wrapped, created_at=now))
    session.flush()
    return key_id


def create_some(session: Session, count: int, *, now: datetime) -> Sequence[str]:
    """So many keys at once, and their ids."""
    rows = [
        DataKey(
            id=key_id,
            ring=Ring.RESIDENT,
            wrapped=session.vault.new_key(Ring.RESIDENT, key_id),
            created_at=now,
        )
        for key_id in (new_id() for _ in range(count))
    ]
    session.add_all(rows)
    session.flush()
    for row in rows:
        session.pin(row)
    return [row.id for row in rows]


def seal(session: Session, key_id: str, place: Place, text: str) -> bytes:
    """Seal a text under somebody's key. Raises KeyDestroyedError after they were forgotten."""
    return session.vault.seal(_wrapped(session, key_id), place, text)


def unseal(session: Session, key_id: str, place: Place, blob: bytes) -> str:
    """Open what was sealed at this place. Raises KeyDestroyedError after they were forgotten."""
    return session.vault.open(_wrapped(session, key_id), place, blob)


def seal_bytes(session: Session, key_id: str, place: Place, content: bytes) -> bytes:
    """Seal what is no text. Raises KeyDestroyedError after they were forgotten."""
    return session.vault.seal_bytes(_wrapped(session, key_id), place, content)


def unseal_bytes(session: Session, key_id: str, place: Place, blob: bytes) -> bytes:
    """Open what `seal_bytes` sealed here. Raises KeyDestroyedError after they were forgotten."""
    return session.vault.open_bytes(_wrapped(session, key_id), place, blob)


def destroy(session: Session, key_id: str, *, now: datetime) -> None:
    """Forget: nothing that was sealed under this key can be read again."""
    row = session.get_one(DataKey, key_id)
    row.wrapped = b""
    row.destroyed_at = now
    session.add(row)
    session.flush()


def _wrapped(session: Session, key_id: str) -> WrappedKey:
    row = session.pin(session.get_one(DataKey, key_id))
    if row.destroyed_at is not None:
        raise KeyDestroyedError("This person's data was erased; nothing of it can be shown.")
    return WrappedKey(ring=Ring(row.ring), row=row.id, blob=row.wrapped)
