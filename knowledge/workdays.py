"""When a number of natural or working days is over, on the calendar of the People's Republic."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar
import holidays

ZONE = ZoneInfo("Asia/Shanghai")
LONGEST = 3660
SATURDAY = 5


class TooManyDays(ValueError):
    """The number of days is negative or beyond ten years."""


@dataclass(frozen=True, slots=True)
class LocalDays:
    """Days that people add to the national calendar; they win over it.

    `years` are those whose arrangement people have entered before the package knew it.
    """

    off: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Deadline:
    """The end of the last day, written as the next day 00:00 in Asia/Shanghai.

    `provisional` is true where a year was counted whose holidays are not published yet.
    """

    due: datetime
    provisional: bool

    def to_json(self) -> dict[str, object]:
        """The contract's `deadline` object."""
        return {"due": self.due.isoformat(), "provisional": self.provisional}


NO_LOCAL_DAYS = LocalDays()


def published(year: int) -> bool:
    """Whether the State Council's holiday arrangement of that year is known."""
    return year in _published_years()


def is_working(day: date, extra: LocalDays = NO_LOCAL_DAYS) -> bool:
    """Whether offices work that day; of an unpublished year only the statutory days are known."""
    if day in extra.working:
        return True
    if day in extra.off:
        return False
    if published(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < SATURDAY and day not in _statutory(day.year)


def due(start: datetime, *, days: int, working: bool, extra: LocalDays = NO_LOCAL_DAYS) -> Deadline:
    """The end of the last of `days` days after `start`; the day of `start` is not counted.

    A naive `start` is Asia/Shanghai. Natural days are not extended by holidays.
    """
    if not 0 <= days <= LONGEST:
        raise TooManyDays(f"days must be between 0 and {LONGEST}; give a smaller number")
    first = start.replace(tzinfo=ZONE) if start.tzinfo is None else start.astimezone(ZONE)
    if not working:
        return Deadline(_end_of(first.date() + timedelta(days=days)), provisional=False)
    last, provisional = _after_working_days(first.date(), days, extra)
    return Deadline(_end_of(last), provisional)


def between(
    start: datetime, end: datetime, *, working: bool, extra: LocalDays = NO_LOCAL_DAYS
) -> int:
    """How many days, or working days, come after the day of `start`, that of `end` included."""
    first, last = start.astimezone(ZONE).date(), end.astimezone(ZONE).date()
    days = (last - first).days
    if not working:
        return max(days, 0)
    return sum(is_working(first + timedelta(days=one), extra) for one in range(1, days + 1))


def _after_working_days(day: date, days: int, extra: LocalDays) -> tuple[date, bool]:
    provisional = False
    left = days
    while left > 0:
        day += timedelta(days=1)
        provisional = provisional or not (published(day.year) or day.year in extra.years)
        left -= is_working(day, extra)
    return day, provisional


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=ZONE)


@lru_cache(maxsize=1)
def _published_years() -> frozenset[int]:
    return frozenset(day.year for day in chinese_calendar.holidays)


@lru_cache(maxsize=32)
def _statutory(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("CN", years=year, observed=False))
