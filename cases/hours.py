"""When somebody is there to talk, by region and channel, on the calendar with its moved days."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlmodel import Field, SQLModel, col, select

from cases import calendars, keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from knowledge import workdays
from knowledge.names import Region
from knowledge.workdays import NO_LOCAL_DAYS, LocalDays

LOCAL = ZoneInfo("Asia/Shanghai")
LONGEST_LOOK = 40


class DayKind(StrEnum):
    """On which days a span of hours holds."""

    WORKING = "working"
    OFF = "off"
    EVERY = "every"


class Channel(StrEnum):
    """Where somebody is there."""

    CHAT = "chat"
    PHONE = "phone"


class OpeningHours(SQLModel, table=True):
    """A span of local hours, over midnight where it ends no later than it begins."""

    __tablename__ = "opening_hours"
    id: str = Field(primary_key=True)
    region: str = Field(index=True)
    channel: str
    days: str
    begins: str
    ends: str
    made_by: str = Field(foreign_key="operators.id", index=True)
    made_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


@dataclass(frozen=True)
class Span:
    """Some days, from one local time to another."""

    days: DayKind
    begins: time
    ends: time


def enter(  # noqa: PLR0913
    session: Session, region: Region, channel: Channel, span: Span, *, by: str, now: datetime
) -> OpeningHours:
    """Enter a span. With the first one a place is no longer always open."""
    row = OpeningHours(
        id=keys.new_id(),
        region=region,
        channel=channel,
        days=span.days,
        begins=f"{span.begins:%H:%M}",
        ends=f"{span.ends:%H:%M}",
        made_by=by,
        made_at=now,
    )
    session.add(row)
    session.flush()
    return row


def end(session: Session, hours_id: str, *, now: datetime) -> OpeningHours:
    """From now on these hours do not hold. Raises UnknownError."""
    row = session.get(OpeningHours, hours_id)
    if row is None or row.ended_at is not None:
        raise UnknownError("There are no such hours.")
    row.ended_at = now
    session.add(row)
    session.flush()
    return row


def entered(session: Session) -> Sequence[OpeningHours]:
    """The hours in force, by region, channel and time."""
    return session.exec(
        select(OpeningHours)
        .where(col(OpeningHours.ended_at).is_(None))
        .order_by(
            col(OpeningHours.region),
            col(OpeningHours.channel),
            col(OpeningHours.days).desc(),
            col(OpeningHours.begins),
        )
    ).all()


def opens_at(
    session: Session, region: str | None, channel: Channel, *, now: datetime
) -> datetime | None:
    """When somebody is there again; None when they are there now. Nothing entered: always."""
    place = Region(region or Region.NATIONAL)
    spans = _spans(session, place, channel)
    if not spans:
        return None
    extra = calendars.local_days(session, place)
    return None if is_open(spans, now, extra) else next_opening(spans, now, extra)


def holds(session: Session, region: str | None, channel: Channel, moment: datetime) -> bool:
    """Whether somebody is there at a moment. Nothing entered: always."""
    place = Region(region or Region.NATIONAL)
    spans = _spans(session, place, channel)
    return not spans or is_open(spans, moment, calendars.local_days(session, place))


def is_open(spans: Iterable[Span], moment: datetime, extra: LocalDays = NO_LOCAL_DAYS) -> bool:
    """Whether one of the spans holds at this moment; an overnight one belongs to its first day."""
    local = moment.astimezone(LOCAL)
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    at = local.time()
    for span in spans:
        over = span.ends <= span.begins
        if _holds_on(span, today, extra) and span.begins <= at and (over or at < span.ends):
            return True
        if over and _holds_on(span, yesterday, extra) and at < span.ends:
            return True
    return False


def next_opening(
    spans: Sequence[Span], moment: datetime, extra: LocalDays = NO_LOCAL_DAYS
) -> datetime:
    """The next time at which a span begins. Raises CaseError where none does in forty days."""
    local = moment.astimezone(LOCAL)
    for step in range(LONGEST_LOOK):
        day = local.date() + timedelta(days=step)
        begins = [
            datetime.combine(day, span.begins, tzinfo=LOCAL)
            for span in spans
            if _holds_on(span, day, extra)
        ]
        later = [at for at in begins if at > local]
        if later:
            return min(later)
    raise CaseError("These hours never come; enter others.")


def _spans(session: Session, region: Region, channel: Channel) -> Sequence[Span]:
    rows = session.exec(
        select(OpeningHours).where(
            OpeningHours.region == region,
            OpeningHours.channel == channel,
            col(OpeningHours.ended_at).is_(None),
        )
    )
    return [
        Span(DayKind(row.days), time.fromisoformat(row.begins), time.fromisoformat(row.ends))
        for row in rows
    ]


def _holds_on(span: Span, day: date, extra: LocalDays) -> bool:
    match span.days:
        case DayKind.EVERY:
            return True
        case DayKind.WORKING:
            return workdays.is_working(day, extra)
        case DayKind.OFF:
            return not workdays.is_working(day, extra)
