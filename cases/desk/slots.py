"""At which hours residents are called back; no hour is promised to more than it holds."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, UniqueConstraint, bindparam, text
from sqlmodel import Field, SQLModel, col, select, update

from cases import hours, keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, SlotFullError, UnknownError
from cases.hours import Channel
from knowledge.names import Region

LOCAL = ZoneInfo("Asia/Shanghai")
MOST_DAYS = 62
MOST_OFFERED = 12
MOST_LOOKED_AT = 200
SHORTEST = timedelta(minutes=5)


class CallSlot(SQLModel, table=True):
    """A stretch of time in which so many residents of a region may be called."""

    __tablename__ = "callback_slots"
    __table_args__ = (
        UniqueConstraint("region", "starts_at"),
        CheckConstraint("taken >= 0 AND taken <= capacity", name="taken"),
    )
    id: str = Field(primary_key=True)
    region: str
    starts_at: datetime = Field(sa_type=UtcDateTime, index=True)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    capacity: int
    taken: int = 0
    made_by: str = Field(foreign_key="operators.id", index=True)


@dataclass(frozen=True)
class Plan:
    """Slots to be opened: every day of a span, from one local time to another."""

    first: date
    last: date
    begins: time
    ends: time
    length: timedelta
    capacity: int


def open_for(session: Session, region: Region, plan: Plan, *, by: str, now: datetime) -> int:
    """Open slots, none on a day or at an hour at which nobody is at the telephone there; those that
    are open already stay as they are. Returns how many are new.

    Raises CaseError for a plan that holds none.
    """
    starts = [
        start
        for start in _starts(plan)
        if start > now and hours.holds(session, region, Channel.PHONE, start)
    ]
    if not starts or plan.capacity < 1:
        raise CaseError("This opens no hour: check the days, the times and how many are called.")
    return sum(_open(session, region, start, plan, by=by) for start in starts)


def free(session: Session, region: str | None, *, now: datetime) -> Sequence[CallSlot]:
    """The next slots that still have room; none of a day that became a holiday meanwhile."""
    if region is None:
        return ()
    rows = session.exec(
        select(CallSlot)
        .where(
            CallSlot.region == region,
            col(CallSlot.starts_at) > now,
            col(CallSlot.taken) < col(CallSlot.capacity),
        )
        .order_by(col(CallSlot.starts_at))
        .limit(MOST_LOOKED_AT)
    ).all()
    manned = (row for row in rows if hours.holds(session, region, Channel.PHONE, row.starts_at))
    return tuple(itertools.islice(manned, MOST_OFFERED))


def ahead(session: Session, *, now: datetime, limit: int = 300) -> Sequence[CallSlot]:
    """All slots that lie ahead, by region and time."""
    return session.exec(
        select(CallSlot)
        .where(col(CallSlot.ends_at) > now)
        .order_by(col(CallSlot.region), col(CallSlot.starts_at))
        .limit(limit)
    ).all()


def book(session: Session, slot_id: str, *, now: datetime) -> CallSlot:
    """Take one place: one UPDATE, never one more than there are.

    Raises SlotFullError, UnknownError.
    """
    won = session.connection().execute(
        update(CallSlot)
        .where(
            col(CallSlot.id) == slot_id,
            col(CallSlot.starts_at) > now,
            col(CallSlot.taken) < col(CallSlot.capacity),
        )
        .values(taken=CallSlot.taken + 1)
    )
    row = session.get(CallSlot, slot_id, populate_existing=True)
    if row is None:
        raise UnknownError("There is no such hour.")
    if won.rowcount != 1:
        raise SlotFullError("This hour is full; choose another one.")
    return row


def give_back(session: Session, slot_id: str) -> None:
    """Free the place again."""
    session.connection().execute(
        update(CallSlot)
        .where(col(CallSlot.id) == slot_id, col(CallSlot.taken) > 0)
        .values(taken=CallSlot.taken - 1)
    )


def _open(session: Session, region: Region, start: datetime, plan: Plan, *, by: str) -> int:
    """Of two who open the same hour at once one does; how many that were, 0 or 1."""
    opened = session.connection().execute(
        text(
            "INSERT INTO callback_slots (id, region, starts_at, ends_at, capacity, taken, made_by) "
            "VALUES (:id, :region, :starts, :ends, :capacity, 0, :by) "
            "ON CONFLICT (region, starts_at) DO NOTHING"
        ).bindparams(bindparam("starts", type_=UtcDateTime), bindparam("ends", type_=UtcDateTime)),
        {
            "id": keys.new_id(),
            "region": region,
            "starts": start,
            "ends": start + plan.length,
            "capacity": plan.capacity,
            "by": by,
        },
    )
    return opened.rowcount


def _starts(plan: Plan) -> Iterator[datetime]:
    if plan.length < SHORTEST or (plan.last - plan.first).days > MOST_DAYS:
        return
    for step in range((plan.last - plan.first).days + 1):
        day = plan.first + timedelta(days=step)
        at = datetime.combine(day, plan.begins, tzinfo=LOCAL)
        end = datetime.combine(day, plan.ends, tzinfo=LOCAL)
        while at + plan.length <= end:
            yield at
            at += plan.length
