"""Which households are visited on which day: one visit each, by street, what is due first."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from knowledge import workdays
from knowledge.workdays import LocalDays

# Half a day of three visits before and after the midday rest.
STARTS = tuple(time(hour) for hour in (9, 10, 11, 14, 15, 16))
MOST_A_DAY = len(STARTS)
FURTHEST = 60


@dataclass(frozen=True, slots=True)
class Want:
    """Something for which a household is to be visited, at the latest on `by`."""

    household: str
    street: str
    by: date
    name: str


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit to one household, for all that is wanted there."""

    household: str
    street: str
    by: date
    names: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """What fits into the days, and the households for which there is no place."""

    stops: tuple[Stop, ...]
    left: tuple[str, ...]


def working_days(first: date, count: int, extra: LocalDays) -> tuple[date, ...]:
    """The next `count` days on which offices work, `first` included."""
    found: list[date] = []
    day = first
    while len(found) < count and (day - first).days <= FURTHEST:
        if workdays.is_working(day, extra):
            found.append(day)
        day += timedelta(days=1)
    return tuple(found)


def plan(
    wants: Iterable[Want],
    days: Sequence[date],
    *,
    capacity: int = MOST_A_DAY,
    taken: frozenset[datetime] = frozenset(),
) -> Round:
    """Fill each day with the street of whoever is due first, then with whoever is next.

    A household is visited once for everything; nobody is placed twice; `taken` are local times at
    which the caseworker is elsewhere. Capacity counts what is taken already.
    """
    open_ones = _combined(wants)
    stops: list[Stop] = []
    for day in days:
        times = [datetime.combine(day, start) for start in STARTS]
        busy = sum(moment in taken for moment in times)
        free = [moment for moment in times if moment not in taken][: max(capacity - busy, 0)]
        for moment, one in zip(free, _of_the_day(open_ones, len(free)), strict=False):
            stops.append(Stop(one.household, one.street, one.by, one.names, moment))
            open_ones.remove(one)
    return Round(tuple(stops), tuple(one.household for one in open_ones))


def first_free(day: date, taken: Collection[datetime]) -> datetime | None:
    """The first local time of a day at which the caseworker is not elsewhere; None when full."""
    times = (datetime.combine(day, start) for start in STARTS)
    return next((moment for moment in times if moment not in taken), None)


@dataclass(frozen=True, slots=True)
class _Open:
    household: str
    street: str
    by: date
    names: tuple[str, ...]


def _combined(wants: Iterable[Want]) -> list[_Open]:
    found: dict[str, _Open] = {}
    for want in wants:
        known = found.get(want.household)
        if known is None:
            one = _Open(want.household, want.street, want.by, (want.name,))
        else:
            names = tuple(dict.fromkeys((*known.names, want.name)))
            one = _Open(want.household, known.street, min(known.by, want.by), names)
        found[want.household] = one
    return sorted(found.values(), key=lambda one: (one.by, one.street, one.household))


def _of_the_day(open_ones: Sequence[_Open], places: int) -> list[_Open]:
    """Who is due first, their neighbours, then whoever is due next."""
    chosen: list[_Open] = []
    while len(chosen) < places and len(chosen) < len(open_ones):
        rest = [one for one in open_ones if one not in chosen]
        street = rest[0].street
        same = [one for one in rest if one.street == street]
        chosen += same[: places - len(chosen)]
    return chosen
