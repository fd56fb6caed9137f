"""How often is too often: counters of a fixed window, kept in the database for every process."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, text
from sqlmodel import Field, SQLModel, col, delete, func, select, update

from cases.channels.inbox import Inbound
from cases.database import Session, UtcDateTime

FOR_EVER = timedelta(days=36_500)


class Throttle(SQLModel, table=True):
    """How often one thing was done in one window. The key is a fingerprint, never the address."""

    __tablename__ = "throttles"
    key: str = Field(primary_key=True)
    slot: int = Field(primary_key=True)
    count: int = 0
    until: datetime = Field(sa_type=UtcDateTime, index=True)


def count(session: Session, key: str, *, every: timedelta, now: datetime) -> int:
    """Count one more of this kind in the running window and return how many there are."""
    row = session.connection().execute(
        text(
            "INSERT INTO throttles (key, slot, count, until) VALUES (:key, :slot, 1, :until) "
            "ON CONFLICT (key, slot) DO UPDATE SET count = throttles.count + 1 RETURNING count"
        ).bindparams(
            bindparam("key", session.vault.blind("throttle", key)),
            bindparam("slot", _window(now, every)),
            bindparam("until", now + every, UtcDateTime()),
        )
    )
    return int(row.scalar_one())


def counted(session: Session, key: str, *, every: timedelta, now: datetime) -> int:
    """How many there are in the running window."""
    fingerprint = session.vault.blind("throttle", key)
    row = session.get(Throttle, (fingerprint, _window(now, every)), populate_existing=True)
    return 0 if row is None else row.count


def take_back(session: Session, key: str, *, every: timedelta, now: datetime) -> None:
    """Count one fewer of this kind in the window that ran at this moment."""
    fingerprint = session.vault.blind("throttle", key)
    session.connection().execute(
        update(Throttle)
        .where(
            col(Throttle.key) == fingerprint,
            col(Throttle.slot) == _window(now, every),
            col(Throttle.count) > 0,
        )
        .values(count=Throttle.count - 1)
    )


def forget(session: Session, key: str) -> None:
    """Begin again at nought."""
    fingerprint = session.vault.blind("throttle", key)
    session.connection().execute(delete(Throttle).where(col(Throttle.key) == fingerprint))


def left_of_window(now: datetime, *, every: timedelta) -> timedelta:
    """How long the running window still lasts."""
    seconds = every.total_seconds()
    return timedelta(seconds=seconds - now.timestamp() % seconds)


def received_since(session: Session, conversation_id: str, since: datetime) -> int:
    """How many messages came in in this conversation since then; nothing extra is written."""
    return session.exec(
        select(func.count())
        .select_from(Inbound)
        .where(Inbound.conversation_id == conversation_id, Inbound.received_at > since)
    ).one()


def sweep(session: Session, *, now: datetime) -> None:
    """Remove the counters of windows that are past."""
    session.connection().execute(delete(Throttle).where(col(Throttle.until) < now))


def _window(now: datetime, every: timedelta) -> int:
    return int(now.timestamp() // every.total_seconds())
