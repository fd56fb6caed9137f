"""When a household's file must be looked at next: a pure function of the file and the cadences."""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from knowledge import workdays
from knowledge.names import Programme, Region
from knowledge.occasions import Basis, Book, Cadence, Happening, Kind, Span, Trait
from knowledge.parameters import Parameters
from knowledge.workdays import NO_LOCAL_DAYS, LocalDays

MONTHS = 12


# What is due for one of these reasons comes back by itself: no further regular check is added.
COVERING = frozenset({Kind.CHECK, Kind.NEEDS, Kind.EXPIRY})


@dataclass(frozen=True, slots=True)
class Granted:
    """Help a household has: since when and, where it is known, until when."""

    programme: Programme
    since: date
    until: date | None = None

    def running(self, on: date) -> bool:
        """Whether it is received on that day."""
        return self.since <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Born:
    """A member's day of birth; `ref` names the member."""

    ref: str
    on: date


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened; `ref` names the row that tells it."""

    ref: str
    what: Happening
    on: date


@dataclass(frozen=True)
class Standing:
    """What of a household's file decides its dates. `done`: by cadence, or `cadence:ref`, the
    day on which it was last done."""

    region: Region
    granted: tuple[Granted, ...] = ()
    traits: frozenset[Trait] = frozenset()
    born: tuple[Born, ...] = ()
    happened: tuple[Happened, ...] = ()
    done: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Due:
    """One thing due. `ref` names the member or row it is about, "" the household; `tell_from`
    is the first day of notice; `confirm`: how long is not said by a text in force."""

    cadence: str
    kind: Kind
    ref: str
    on: date
    tell_from: date
    says: str
    clause: str
    confirm: bool

    @property
    def key(self) -> str:
        """Under which name it is noted as done."""
        return f"{self.cadence}:{self.ref}" if self.ref else self.cadence


@dataclass(frozen=True, slots=True)
class Moved:
    """A date that is another one now, and the rule because of which; None: it was or is not due."""

    key: str
    was: date | None
    now: date | None
    says: str
    clause: str


@dataclass(frozen=True)
class Place:
    """What a place has entered: its standards and its days."""

    local: Parameters = field(default_factory=Parameters.none)
    days: LocalDays = NO_LOCAL_DAYS


NOWHERE_ENTERED = Place()


def dues(
    standing: Standing, book: Book, *, on: date, place: Place = NOWHERE_ENTERED
) -> tuple[Due, ...]:
    """All that is due of a household from that day's view, the soonest first; what is late stays.

    A household that receives anything always has at least one date.
    """
    running = [one for one in standing.granted if one.running(on)]
    rules = book.for_region(standing.region, on)
    found: list[Due] = []
    covered: set[Programme] = set()
    for rule in (one for one in rules if not one.otherwise):
        theirs = _concerned(rule, running, standing)
        for ref, day in _days(rule, theirs, standing, on=on, place=place):
            found.append(_due(book, rule, ref, day, on=on))
            if rule.kind in COVERING:
                covered |= {one.programme for one in theirs}
    left = [one for one in running if one.programme not in covered]
    for rule in (one for one in rules if one.otherwise):
        theirs = _concerned(rule, left, standing)
        days = _days(rule, theirs, standing, on=on, place=place)
        found += [_due(book, rule, ref, day, on=on) for ref, day in days]
    return tuple(sorted(found, key=lambda due: (due.on, due.cadence, due.ref)))


def next_due(
    standing: Standing, book: Book, *, on: date, place: Place = NOWHERE_ENTERED
) -> Due | None:
    """What comes first; None for a household that receives nothing and told of nothing."""
    return next(iter(dues(standing, book, on=on, place=place)), None)


def not_entered(standing: Standing, book: Book, *, on: date, place: Place) -> tuple[Cadence, ...]:
    """The rules that would hold for a household, had the place entered how often."""
    running = [one for one in standing.granted if one.running(on)]
    return tuple(
        rule
        for rule in book.for_region(standing.region, on)
        if rule.every is not None
        and _concerned(rule, running, standing)
        and _after(on, rule.every, on=on, place=place) is None
    )


def moved(was: Sequence[Due], now: Sequence[Due]) -> tuple[Moved, ...]:
    """Which dates changed between two reckonings, with the rule that is to blame."""
    before = {due.key: due for due in was}
    after = {due.key: due for due in now}
    found = []
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        told = new or old
        if told is None or (old and new and old.on == new.on):
            continue
        found.append(
            Moved(
                key,
                None if old is None else old.on,
                None if new is None else new.on,
                says=told.says,
                clause=told.clause,
            )
        )
    return tuple(found)


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, MONTHS)
    year = day.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _concerned(rule: Cadence, running: Sequence[Granted], standing: Standing) -> list[Granted]:
    if rule.any_of and not standing.traits & set(rule.any_of):
        return []
    if standing.traits & set(rule.none_of):
        return []
    return [one for one in running if not rule.programmes or one.programme in rule.programmes]


def _days(
    rule: Cadence, theirs: Sequence[Granted], standing: Standing, *, on: date, place: Place
) -> list[tuple[str, date]]:
    """Each thing the rule makes due, with its day."""
    if not theirs and (rule.within is None or rule.programmes):
        return []
    if rule.every is not None:
        begun = min(one.since for one in theirs)
        day = _after(standing.done.get(rule.id, begun), rule.every, on=on, place=place)
        return [] if day is None else [("", day)]
    if rule.lasts is not None:
        return _ends(rule.lasts, theirs, on=on, place=place)
    if rule.at_age is not None:
        return _birthdays(rule, rule.at_age, theirs, standing)
    return _follow(rule, standing, on=on, place=place)


def _ends(
    lasts: Span, theirs: Sequence[Granted], *, on: date, place: Place
) -> list[tuple[str, date]]:
    ends = []
    for one in theirs:
        longest = _after(one.since, lasts, on=on, place=place)
        known = [day for day in (one.until, longest) if day is not None]
        if known:
            ends.append((str(one.programme), min(known)))
    return ends


def _birthdays(
    rule: Cadence, age: int, theirs: Sequence[Granted], standing: Standing
) -> list[tuple[str, date]]:
    begun = min(one.since for one in theirs)
    turns = ((child.ref, add_months(child.on, age * MONTHS)) for child in standing.born)
    return [
        (ref, day)
        for ref, day in turns
        if day > begun and standing.done.get(f"{rule.id}:{ref}", date.min) < day
    ]


def _follow(rule: Cadence, standing: Standing, *, on: date, place: Place) -> list[tuple[str, date]]:
    found = []
    for one in standing.happened:
        done = standing.done.get(f"{rule.id}:{one.ref}")
        if one.what not in rule.after or rule.within is None or done is not None:
            continue
        day = _after(one.on, rule.within, on=on, place=place)
        if day is not None:
            found.append((one.ref, day))
    return found


def _after(day: date, span: Span, *, on: date, place: Place) -> date | None:
    """The last day of a span; None where the place has not entered how long it is."""
    months = span.months
    if span.months_from is not None:
        entered = place.local.on(on).get(span.months_from)
        if entered is None or entered.value is None or int(entered.value) == 0:
            return None
        months += int(entered.value)
    later = add_months(day, months) + timedelta(days=span.days)
    if not span.working_days:
        return later
    start = datetime.combine(later, time(), tzinfo=workdays.ZONE)
    end = workdays.due(start, days=span.working_days, working=True, extra=place.days).due
    return (end - timedelta(days=1)).date()


def _due(book: Book, rule: Cadence, ref: str, day: date, *, on: date) -> Due:
    return Due(
        cadence=rule.id,
        kind=rule.kind,
        ref=ref,
        on=day,
        tell_from=day - timedelta(days=rule.notice_days),
        says=rule.says,
        clause=rule.clause,
        confirm=rule.basis is Basis.HOUSE or not book.binds(rule, on),
    )
