"""What knocked at a channel's door and was turned away: counted by hour, never kept itself."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, bindparam, text
from sqlmodel import Field, SQLModel, col, delete, select

from cases.database import Session, UtcDateTime

# Half a year and some days: an attack is often looked into late.
KEPT = timedelta(days=190)


class Why(StrEnum):
    """What was wrong with it."""

    NO_SIGNATURE = "no_signature"
    WRONG_SIGNATURE = "wrong_signature"
    OLD = "old"
    TOO_LARGE = "too_large"
    MALFORMED = "malformed"


class Refusal(SQLModel, table=True):
    """How often one thing was refused on one channel in one hour, however fast it knocked."""

    __tablename__ = "refusals"
    __table_args__ = (
        CheckConstraint(
            "why IN ('no_signature','wrong_signature','old','too_large','malformed')", name="why"
        ),
    )
    channel: str = Field(primary_key=True)
    why: str = Field(primary_key=True)
    hour: str = Field(primary_key=True)
    count: int = 0
    last_at: datetime = Field(sa_type=UtcDateTime, index=True)


def count(session: Session, channel: str, why: Why, *, now: datetime) -> None:
    """Record one more."""
    session.connection().execute(
        text(
            "INSERT INTO refusals (channel, why, hour, count, last_at) "
            "VALUES (:channel, :why, :hour, 1, :now) ON CONFLICT (channel, why, hour) "
            "DO UPDATE SET count = refusals.count + 1, last_at = excluded.last_at"
        ).bindparams(
            bindparam("channel", channel),
            bindparam("why", str(why)),
            bindparam("hour", now.strftime("%Y-%m-%dT%H")),
            bindparam("now", now, UtcDateTime()),
        )
    )


def latest(session: Session, *, limit: int = 100) -> Sequence[Refusal]:
    """What was refused last, the newest hour first."""
    return session.exec(select(Refusal).order_by(col(Refusal.last_at).desc()).limit(limit)).all()


def sweep(session: Session, *, now: datetime) -> None:
    """Remove the counts that are too old to be looked into."""
    old = col(Refusal.last_at) < now - KEPT
    session.connection().execute(delete(Refusal).where(old))
