"""Which reminder of a late ticket is due when: pure functions of its due time and the calendar."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from knowledge import workdays
from knowledge.names import Priority
from knowledge.workdays import NO_LOCAL_DAYS, ZONE, LocalDays

URGENT = frozenset({Priority.P0, Priority.P1})
QUIET_FROM, QUIET_UNTIL = time(22), time(8)
WARN_URGENT_BEFORE = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)


class Stage(StrEnum):
    """How late: not yet, 催办 to the unit, 督办 as a numbered order, on the 通报 list."""

    WARNING = "warning"
    REMINDER = "reminder"
    ORDER = "order"
    LISTED = "listed"


DAYS_LATE = {Stage.REMINDER: 1, Stage.ORDER: 3, Stage.LISTED: 5}


@dataclass(frozen=True)
class Due:
    """A time that is watched. Of P0 and P1 natural days are counted, and no hour is quiet."""

    at: datetime
    priority: Priority
    extra: LocalDays = NO_LOCAL_DAYS


def moment(stage: Stage, due: Due) -> datetime:
    """When this stage is reached, at an hour at which people may be told.

    A warning goes out on the morning of the last working day, for P0 and P1 an hour before. Late by
    so many working days means that these have wholly passed.
    """
    if due.priority in URGENT:
        if stage is Stage.WARNING:
            return due.at - WARN_URGENT_BEFORE
        return due.at + timedelta(days=DAYS_LATE[stage])
    if stage is Stage.WARNING:
        return _morning_of_last_day(due)
    # The last day is the one that ends at the due instant.
    days = DAYS_LATE[stage]
    late = workdays.due(due.at - INSTANT, days=days, working=True, extra=due.extra)
    return awake(late.due)


def reached(due: Due, *, now: datetime) -> Stage | None:
    """The gravest stage that is reached now; None while there is time, or at a quiet hour."""
    if due.priority not in URGENT and awake(now) != now:
        return None
    found = [stage for stage in Stage if moment(stage, due) <= now]
    return found[-1] if found else None


def next_look(due: Due, after: Stage | None, *, now: datetime) -> datetime | None:
    """When there is something to say again after a stage was said; None after the last one.

    After nothing: the first stage, or now when one was missed, each at a waking hour.
    """
    stages = list(Stage)
    rest = stages if after is None else stages[stages.index(after) + 1 :]
    if not rest:
        return None
    first = max(moment(rest[0], due), now)
    return first if due.priority in URGENT else awake(first)


def awake(at: datetime) -> datetime:
    """The instant itself, or 08:00 when it lies between 22:00 and 08:00."""
    local = at.astimezone(ZONE)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return at
    day = local.date() if local.time() < QUIET_UNTIL else local.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_UNTIL, tzinfo=ZONE)


def _morning_of_last_day(due: Due) -> datetime:
    day = (due.at - INSTANT).astimezone(ZONE).date()
    while not workdays.is_working(day, due.extra):
        day -= timedelta(days=1)
    return datetime.combine(day, QUIET_UNTIL, tzinfo=ZONE)
