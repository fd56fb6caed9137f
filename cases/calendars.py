"""Which days people have added to the published calendar: a region's own, and a year's before it
is known to the program."""

from collections.abc import Sequence, Set
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel, col, delete, select

from cases import keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError
from knowledge.names import Region
from knowledge.workdays import LocalDays


class DayKind(StrEnum):
    """A day off, a day on which offices work, or the last entry of a year's arrangement."""

    OFF = "off"
    WORKING = "working"
    YEAR_COMPLETE = "year_complete"


DAYS = frozenset({DayKind.OFF, DayKind.WORKING})


class EnteredDay(SQLModel, table=True):
    """One day of one region; `national` ones hold everywhere."""

    __tablename__ = "entered_days"
    __table_args__ = (
        UniqueConstraint("region", "day", "kind"),
        CheckConstraint("kind IN ('off','working','year_complete')", name="kind"),
    )
    id: str = Field(primary_key=True)
    region: str
    day: date
    kind: str
    entered_by: str
    entered_at: datetime = Field(sa_type=UtcDateTime)


def enter(  # noqa: PLR0913
    session: Session, *, region: Region, day: date, kind: DayKind, by: str, now: datetime
) -> None:
    """Enter a day; the same day again replaces it. A year is complete for the whole nation.

    Raises CaseError for a year that is completed for one region alone.
    """
    if kind is DayKind.YEAR_COMPLETE and region is not Region.NATIONAL:
        raise CaseError("A year's arrangement is national; enter a region's own days one by one.")
    year = kind is DayKind.YEAR_COMPLETE
    stands = date(day.year, 12, 31) if year else day
    remove(session, region=region, day=stands, kinds={kind} if year else DAYS)
    row = EnteredDay(
        id=keys.new_id(), region=region, day=stands, kind=kind, entered_by=by, entered_at=now
    )
    session.add(row)
    session.flush()


def remove(session: Session, *, region: Region, day: date, kinds: Set[DayKind] = DAYS) -> None:
    """Take a day out again."""
    session.connection().execute(
        delete(EnteredDay).where(
            col(EnteredDay.region) == region,
            col(EnteredDay.day) == day,
            col(EnteredDay.kind).in_(kinds),
        )
    )


def entered(session: Session, region: Region) -> Sequence[EnteredDay]:
    """What holds in a region: the nation's days first, then its own."""
    return session.exec(
        select(EnteredDay)
        .where(col(EnteredDay.region).in_({Region.NATIONAL, region}))
        .order_by(col(EnteredDay.region) != Region.NATIONAL, col(EnteredDay.day))
    ).all()


def local_days(session: Session, region: Region) -> LocalDays:
    """The days on top of the published calendar; a region's own win over the nation's."""
    kinds: dict[date, str] = {}
    years = set()
    for row in entered(session, region):
        if row.kind == DayKind.YEAR_COMPLETE:
            years.add(row.day.year)
        else:
            kinds[row.day] = row.kind
    return LocalDays(
        off=frozenset(day for day, kind in kinds.items() if kind == DayKind.OFF),
        working=frozenset(day for day, kind in kinds.items() if kind == DayKind.WORKING),
        years=frozenset(years),
    )
