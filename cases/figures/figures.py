"""What is counted of tickets and how: pure figures, each defined, small counts hidden."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from knowledge.names import Matter
from knowledge.workdays import ZONE

# Fewer tickets than this could tell of somebody.
SMALL = 5
TELLING = frozenset(
    {Matter.WOMEN, Matter.SAFEGUARDING, Matter.PSYCHOLOGICAL, Matter.CHILD, Matter.CONDUCT}
)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Measure(StrEnum):
    """What is counted; `figures.toml` defines each in words."""

    VOLUME = "volume"
    FIRST_RESPONSE = "first_response"
    REFERRAL = "referral"
    IN_TIME = "in_time"
    SATISFIED = "satisfied"
    REOPENED = "reopened"
    UNANSWERED = "unanswered"


class By(StrEnum):
    """For what each line of a table stands."""

    REGION = "region"
    MATTER = "matter"
    UNIT = "unit"
    WEEK = "week"


@dataclass(frozen=True)
class Case:
    """A ticket as far as it is counted."""

    number: str
    region: str
    matter: str
    category: str
    priority: str
    unit: str | None
    opened_at: datetime
    due: datetime
    personal: bool = False
    moved_at: datetime | None = None
    referred_at: datetime | None = None
    resolved_at: datetime | None = None
    reopened: bool = False
    satisfied: bool | None = None


@dataclass(frozen=True)
class Figure:
    """A number, and of how many it is taken; None where there is nothing to take it of."""

    value: float | None
    of: int


@dataclass(frozen=True)
class Line:
    """One line of a table; `figures` is None where so few tickets could tell of somebody."""

    name: str | None
    tickets: int
    figures: Mapping[Measure, Figure] | None


def reckon(cases: Sequence[Case], *, now: datetime) -> Mapping[Measure, Figure]:
    """Every figure of these tickets."""
    ended = [one for one in cases if one.resolved_at is not None]
    asked = [one.satisfied for one in cases if one.satisfied is not None]
    return {
        Measure.VOLUME: Figure(len(cases), len(cases)),
        Measure.FIRST_RESPONSE: _median(cases, lambda one: one.moved_at, MINUTE),
        Measure.REFERRAL: _median(cases, lambda one: one.referred_at, HOUR),
        Measure.IN_TIME: _in_time(cases, now),
        Measure.SATISFIED: _share(sum(asked), len(asked)),
        Measure.REOPENED: _share(sum(one.reopened for one in ended), len(ended)),
        Measure.UNANSWERED: Figure(sum(_late(one, now) for one in cases), len(cases)),
    }


def table(
    cases: Sequence[Case], by: By, *, now: datetime, for_outside: bool = False
) -> tuple[Line, ...]:
    """A line for each region, matter, unit or week, in the order of names, never ranked.

    A line of few tickets is hidden where they could tell of somebody; in what leaves the house
    every such line is. Where a single one is hidden the next small one is too: nobody finds it by
    taking the others from the whole.
    """
    groups: defaultdict[str | None, list[Case]] = defaultdict(list)
    for one in cases:
        groups[name_of(one, by)].append(one)
    names = sorted(groups, key=lambda name: (name is None, name or ""))
    hidden = {name for name in names if _tells(groups[name], for_outside=for_outside)}
    if len(hidden) == 1 and len(names) > 1:
        others = (name for name in names if name not in hidden)
        hidden.add(min(others, key=lambda name: len(groups[name])))
    return tuple(
        Line(name, 0, None)
        if name in hidden
        else Line(name, len(groups[name]), reckon(groups[name], now=now))
        for name in names
    )


def name_of(one: Case, by: By) -> str | None:
    """Under which name a ticket is counted; a week is named by its Monday."""
    match by:
        case By.REGION:
            return one.region
        case By.MATTER:
            return one.matter
        case By.UNIT:
            return one.unit
        case By.WEEK:
            day = one.opened_at.astimezone(ZONE).date()
            return (day - timedelta(days=day.weekday())).isoformat()


def _tells(group: Sequence[Case], *, for_outside: bool) -> bool:
    few = len(group) < SMALL
    return few and (for_outside or any(one.personal or one.matter in TELLING for one in group))


def _median(
    cases: Iterable[Case], at: Callable[[Case], datetime | None], unit: timedelta
) -> Figure:
    took = [(done - one.opened_at) / unit for one in cases if (done := at(one)) is not None]
    return Figure(round(median(took), 1) if took else None, len(took))


def _in_time(cases: Sequence[Case], now: datetime) -> Figure:
    """Of those that had a result or should have one by now."""
    counted = [one for one in cases if one.resolved_at is not None or one.due <= now]
    good = [one for one in counted if one.resolved_at is not None and one.resolved_at <= one.due]
    return _share(len(good), len(counted))


def _late(one: Case, now: datetime) -> bool:
    return one.resolved_at is None and one.due <= now


def _share(part: int, whole: int) -> Figure:
    return Figure(round(part / whole, 3) if whole else None, whole)
