"""When a ticket's steps are due: weekends, shifted days, pauses, changes, more time, year's end."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.ticket_rules import allowances, clocks
from cases.ticket_rules.allowances import Kind, Manner, Step, Subject
from cases.ticket_rules.clocks import Clock, Happened, Happening
from cases.ticket_rules.lifecycle import State
from knowledge.library import Library
from knowledge.names import Category, Priority, Programme, Region
from knowledge.workdays import ZONE, LocalDays

STATES = {
    "refer": State.REFERRED,
    "back": State.SENT_BACK,
    "accept": State.ACCEPTED,
    "wait": State.WAITING_FOR_RESIDENT,
    "on": State.IN_HAND,
    "done": State.RESOLVED,
    "ask": State.FOLLOW_UP,
    "again": State.REOPENED,
}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text if text.startswith("20") else f"2026-{text}").replace(
        tzinfo=ZONE
    )


def _happening(text: str) -> Happening:
    what, at = text.split("@")
    if what in STATES:
        return Happening(Happened.MOVED, _moment(at), state=STATES[what])
    if what.startswith("P"):
        return Happening(Happened.PRIORITY, _moment(at), priority=Priority(what))
    return Happening(Happened.EXTENDED, _moment(at), days=int(what.removeprefix("+")))


def _told(text: str) -> list[Happening]:
    return [_happening(one) for one in text.split()]


def _result(
    place: str, priority: str, opened: str, told: str = "", days: LocalDays | None = None
) -> Clock:
    region, _, category = place.partition(" ")
    subject = Subject(
        region=Region(region),
        category=Category(category or "enquiry"),
        priority=Priority(priority),
    )
    happened = _told(told)
    now = happened[-1].at if happened else _moment(opened)
    return clocks.resolution(subject, _moment(opened), happened, now=now, extra=days or LocalDays())


Z, D = "zichuan", "dongtou complaint"
# place, priority, opened, what happened, due (the instant; a day's end is the next day 00:00)
RESULTS = [
    # Weekends: five working days, the day itself not counted.
    (Z, "P2", "11-23T09:00", "", "2026-12-01T00:00"),
    (Z, "P2", "11-23T00:00", "", "2026-12-01T00:00"),
    (Z, "P2", "11-23T23:59", "", "2026-12-01T00:00"),
    (Z, "P2", "11-27T17:00", "", "2026-12-05T00:00"),
    (Z, "P2", "11-28T10:00", "", "2026-12-05T00:00"),
    (Z, "P2", "11-29T10:00", "", "2026-12-05T00:00"),
    (Z, "P2", "11-30T10:00", "", "2026-12-08T00:00"),
    ("longyan", "P2", "11-23T09:00", "", "2026-12-01T00:00"),
    ("ningxia report", "P2", "11-23T09:00", "", "2026-12-01T00:00"),
    ("national", "P2", "11-23T09:00", "", "2026-12-01T00:00"),
    # Complaints in Dongtou: fifteen natural days, whatever the days are.
    (D, "P2", "11-23T09:00", "", "2026-12-09T00:00"),
    ("dongtou report", "P2", "11-23T09:00", "", "2026-12-09T00:00"),
    ("dongtou", "P2", "11-23T09:00", "", "2026-12-01T00:00"),
    ("dongtou refused", "P2", "11-23T09:00", "", "2026-12-01T00:00"),
    (D, "P2", "09-25T09:00", "", "2026-10-11T00:00"),
    (D, "P2", "12-25T09:00", "", "2027-01-10T00:00"),
    (f"{Z} complaint", "P2", "11-23T09:00", "", "2026-12-01T00:00"),
    # Shifted days: a Saturday or Sunday on which offices work, a weekday on which they do not.
    (Z, "P2", "09-17T09:00", "", "2026-09-24T00:00"),
    (Z, "P2", "09-21T09:00", "", "2026-09-30T00:00"),
    (Z, "P2", "09-28T09:00", "", "2026-10-11T00:00"),
    (Z, "P2", "09-30T09:00", "", "2026-10-14T00:00"),
    (Z, "P2", "10-01T09:00", "", "2026-10-14T00:00"),
    (Z, "P2", "10-08T09:00", "", "2026-10-15T00:00"),
    (Z, "P2", "10-09T09:00", "", "2026-10-16T00:00"),
    (Z, "P2", "04-29T09:00", "", "2026-05-10T00:00"),
    (Z, "P2", "05-08T09:00", "", "2026-05-15T00:00"),
    (Z, "P2", "04-03T09:00", "", "2026-04-14T00:00"),
    (Z, "P2", "06-17T09:00", "", "2026-06-26T00:00"),
    (Z, "P2", "2026-01-01T09:00", "", "2026-01-09T00:00"),
    # Spring Festival.
    (Z, "P2", "02-10T09:00", "", "2026-02-25T00:00"),
    (Z, "P2", "02-13T09:00", "", "2026-02-28T00:00"),
    (Z, "P2", "02-14T09:00", "", "2026-03-01T00:00"),
    (Z, "P2", "02-18T09:00", "", "2026-03-01T00:00"),
    (Z, "P2", "02-24T09:00", "", "2026-03-03T00:00"),
    (D, "P2", "02-14T09:00", "", "2026-03-02T00:00"),
    # Danger runs at night and on holidays.
    (Z, "P0", "02-17T23:30", "", "2026-02-17T23:30"),
    (Z, "P1", "02-17T23:30", "", "2026-02-18T23:30"),
    (Z, "P1", "10-01T03:00", "", "2026-10-02T03:00"),
    ("longyan", "P1", "11-21T23:30", "", "2026-11-22T23:30"),
    (D, "P1", "11-23T09:00", "", "2026-11-24T09:00"),
    (Z, "P1", "2026-12-31T23:30", "", "2027-01-01T23:30"),
    # Waiting for the resident: what was left is counted from the day of the answer.
    (Z, "P2", "11-23T09:00", "wait@11-25T10:00 on@11-25T16:00", "2026-12-01T00:00"),
    (Z, "P2", "11-23T09:00", "wait@11-25T10:00 on@11-26T09:00", "2026-12-02T00:00"),
    (Z, "P2", "11-23T09:00", "wait@11-25T10:00 on@11-27T09:00", "2026-12-03T00:00"),
    (Z, "P2", "11-23T09:00", "wait@11-27T10:00 on@11-29T09:00", "2026-12-01T00:00"),
    (
        Z,
        "P2",
        "11-23T09:00",
        "wait@11-25T10:00 on@11-26T09:00 wait@11-30T09:00 on@12-01T09:00",
        "2026-12-03T00:00",
    ),
    (D, "P2", "11-23T09:00", "wait@11-27T10:00 on@11-29T09:00", "2026-12-11T00:00"),
    (Z, "P2", "02-13T09:00", "wait@02-14T10:00 on@02-24T09:00", "2026-03-01T00:00"),
    (Z, "P2", "11-23T09:00", "wait@11-30T23:59 on@12-02T09:00", "2026-12-03T00:00"),
    # A pause after the time is over brings nothing back; hearing somebody is no pause.
    (Z, "P2", "11-23T09:00", "wait@12-01T00:00 on@12-09T09:00", "2026-12-01T00:00"),
    (Z, "P2", "11-23T09:00", "accept@11-24T09:00 on@11-27T09:00", "2026-12-01T00:00"),
    (Z, "P1", "11-23T09:00", "wait@11-23T10:00 on@11-25T09:00", "2026-11-24T09:00"),
    (Z, "P0", "11-23T09:00", "wait@11-23T10:00 on@11-25T09:00", "2026-11-23T09:00"),
    # Another priority: from the beginning.
    (Z, "P2", "11-23T09:00", "P1@11-24T08:00", "2026-11-24T09:00"),
    (Z, "P2", "11-23T09:00", "P1@11-26T08:00", "2026-11-24T09:00"),
    (Z, "P1", "11-23T09:00", "P2@11-23T12:00", "2026-12-01T00:00"),
    (Z, "P2", "11-23T09:00", "P0@11-24T08:00", "2026-11-23T09:00"),
    (Z, "P2", "11-23T09:00", "P1@11-23T10:00 P2@11-23T11:00", "2026-12-01T00:00"),
    (Z, "P2", "11-23T09:00", "wait@11-24T09:00 P1@11-24T10:00 on@11-26T09:00", "2026-11-24T09:00"),
    (D, "P2", "11-23T09:00", "P1@11-24T08:00 P2@11-25T08:00", "2026-12-09T00:00"),
    # More time: one minute before it is over counts, at the instant and after it does not.
    (Z, "P2", "11-23T09:00", "+5@11-30T23:59", "2026-12-08T00:00"),
    (Z, "P2", "11-23T09:00", "+5@2026-12-01T00:00", "2026-12-01T00:00"),
    (Z, "P2", "11-23T09:00", "+5@2026-12-01T00:01", "2026-12-01T00:00"),
    (Z, "P2", "11-23T09:00", "+2@11-24T09:00 +3@12-02T23:59", "2026-12-08T00:00"),
    (Z, "P1", "11-23T09:00", "+5@11-23T10:00", "2026-11-24T09:00"),
    (Z, "P2", "11-23T09:00", "+1@11-24T09:00 wait@11-25T09:00 on@11-26T09:00", "2026-12-03T00:00"),
    # Opened again: a new beginning.
    (Z, "P2", "11-23T09:00", "done@11-25T09:00 again@12-21T09:00", "2026-12-29T00:00"),
    (
        Z,
        "P2",
        "11-23T09:00",
        "+5@11-24T09:00 done@11-25T09:00 again@12-21T09:00",
        "2026-12-29T00:00",
    ),
    (Z, "P1", "11-23T09:00", "done@11-23T10:00 again@11-25T09:00", "2026-11-26T09:00"),
    # The end of the year: of 2027 only the statutory days are known.
    (Z, "P2", "12-25T09:00", "", "2027-01-05T00:00"),
    (Z, "P2", "12-31T09:00", "", "2027-01-09T00:00"),
    (Z, "P2", "12-24T09:00", "", "2027-01-01T00:00"),
]


@pytest.mark.parametrize(("place", "priority", "opened", "told", "due"), RESULTS)
def test_the_result_is_due(place: str, priority: str, opened: str, told: str, due: str) -> None:
    assert _result(place, priority, opened, told).due == _moment(due)


@pytest.mark.parametrize(
    ("opened", "provisional"),
    [("12-24T09:00", False), ("12-25T09:00", True), ("12-31T09:00", True)],
)
def test_a_year_that_is_not_published_is_provisional(opened: str, *, provisional: bool) -> None:
    assert _result(Z, "P2", opened).provisional is provisional


def test_a_year_that_people_have_entered_is_not_provisional() -> None:
    entered = LocalDays(
        off=frozenset({datetime(2027, 1, 4, tzinfo=ZONE).date()}), years=frozenset({2027})
    )
    found = _result(Z, "P2", "12-25T09:00", days=entered)
    assert (found.due, found.provisional) == (_moment("2027-01-06T00:00"), False)


def test_a_regions_own_day_off_is_no_working_day() -> None:
    own = LocalDays(off=frozenset({datetime(2026, 11, 25, tzinfo=ZONE).date()}))
    assert _result("ningxia", "P2", "11-23T09:00", days=own).due == _moment("2026-12-02T00:00")


# state entered, when, priority, whose step, until when
TURNS = [
    ("refer@11-23T10:00", "P2", Step.ACCEPTANCE, "2026-11-25T00:00"),
    ("refer@11-27T16:00", "P2", Step.ACCEPTANCE, "2026-12-01T00:00"),
    ("refer@11-23T10:00", "P1", Step.ACCEPTANCE, "2026-11-23T11:00"),
    ("refer@11-23T10:00 back@11-24T09:00", "P2", Step.REFERRAL, "2026-11-25T00:00"),
    ("refer@11-23T10:00 accept@11-24T09:00", "P2", Step.RESOLUTION, "2026-12-01T00:00"),
    ("wait@11-24T09:00", "P2", Step.RESIDENT_ANSWER, "2026-11-28T00:00"),
    ("wait@11-24T09:00", "P1", Step.RESIDENT_ANSWER, "2026-11-24T13:00"),
    ("done@11-27T09:00", "P2", Step.FOLLOW_UP, "2026-12-01T00:00"),
    ("refer@12-07T10:00", "P2", Step.ACCEPTANCE, "2026-12-09T00:00"),
    ("done@11-24T09:00 again@11-25T09:00", "P2", Step.RESOLUTION, "2026-12-03T00:00"),
]


@pytest.mark.parametrize(("told", "priority", "step", "due"), TURNS)
def test_whoever_has_the_turn_must_act_by(told: str, priority: str, step: Step, due: str) -> None:
    subject = Subject(region=Region.ZICHUAN, category=Category.ENQUIRY, priority=Priority(priority))
    happened = _told(told)
    found = clocks.turn(subject, _moment("11-23T09:00"), happened, now=happened[-1].at)
    assert (found.step, found.due) == (step, _moment(due))


# By law, from the day on which the application was accepted.
STATUTES = [
    (Programme.DIBAO, "zichuan", Manner.TOWNSHIP, "2026-12-23T00:00"),
    (Programme.DIBAO, "zichuan", Manner.COUNTY, "2027-01-07T00:00"),
    (Programme.DIBAO, "zichuan", Manner.DIFFICULT, "2027-01-28T00:00"),
    (Programme.DIBAO, "dongtou", Manner.COUNTY, "2026-12-30T00:00"),
    (Programme.TEKUN, "longyan", Manner.COUNTY, "2027-01-14T00:00"),
    (Programme.RIGID_EXPENDITURE, "longyan", Manner.DIFFICULT, "2027-01-28T00:00"),
    (Programme.UNATTENDED_CHILD, "fengze", Manner.COUNTY, "2027-01-07T00:00"),
    (Programme.TEMPORARY_EMERGENCY, "zichuan", Manner.COUNTY, "2026-11-25T09:00"),
    (Programme.TEMPORARY_EMERGENCY, "ningxia", Manner.COUNTY, "2026-11-28T00:00"),
]


@pytest.mark.parametrize(("programme", "region", "by", "due"), STATUTES)
def test_the_law_gives_so_many_days(
    programme: Programme, region: str, by: Manner, due: str
) -> None:
    found = clocks.statutory(programme, Region(region), _moment("11-24T09:00"), by=by)
    assert found is not None
    assert found.due == _moment(due)


def test_every_source_is_a_clause_that_is_known(library: Library) -> None:
    known = library.clauses
    book = allowances.book()
    cited = {row.cite for row in (*book.clocks, *book.statutes) if row.cite}
    assert sorted(cite for cite in cited if cite not in known) == []


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("region", Region)
@pytest.mark.parametrize("priority", Priority)
def test_every_step_has_a_time_everywhere(step: Step, region: Region, priority: Priority) -> None:
    for category in Category:
        subject = Subject(region=region, category=category, priority=priority)
        assert allowances.allowance(step, subject).step is step


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(ZONE))  # noqa: DTZ001
P2 = Subject(region=Region.ZICHUAN, category=Category.ENQUIRY, priority=Priority.P2)


@given(opened=MOMENTS, waits=st.lists(st.integers(0, 400), max_size=6))
def test_waiting_for_the_resident_never_takes_time_away(opened: datetime, waits: list[int]) -> None:
    before, at, told = clocks.resolution(P2, opened, now=opened).due, opened, []
    for number, hours in enumerate(waits):
        at += timedelta(hours=hours)
        state = State.WAITING_FOR_RESIDENT if number % 2 == 0 else State.IN_HAND
        told.append(Happening(Happened.MOVED, at, state=state))
        after = clocks.resolution(P2, opened, told, now=at).due
        assert after >= before
        before = after


@given(
    opened=MOMENTS,
    hours=st.lists(st.integers(0, 300), max_size=8),
    priority=st.sampled_from(["P0", "P1"]),
)
def test_danger_is_never_paused_nor_put_off(
    opened: datetime, hours: list[int], priority: str
) -> None:
    told = [
        Happening(Happened.MOVED, opened + timedelta(hours=one), state=State.WAITING_FOR_RESIDENT)
        for one in sorted(hours)
    ]
    subject = P2.model_copy(update={"priority": Priority(priority)})
    whole = clocks.resolution(subject, opened, told, now=opened + timedelta(days=30))
    assert whole.due == clocks.resolution(subject, opened, now=opened).due


@given(opened=MOMENTS, changes=st.lists(st.sampled_from(list(Priority)), max_size=5))
def test_only_the_last_priority_counts(opened: datetime, changes: list[Priority]) -> None:
    told = [
        Happening(Happened.PRIORITY, opened + timedelta(hours=one), priority=priority)
        for one, priority in enumerate(changes)
    ]
    last = P2.model_copy(update={"priority": changes[-1] if changes else Priority.P2})
    now = opened + timedelta(days=1)
    assert (
        clocks.resolution(P2, opened, told, now=now).due
        == clocks.resolution(last, opened, now=now).due
    )


@given(opened=MOMENTS, amount=st.integers(0, 40), more=st.integers(0, 10))
def test_more_days_are_later_and_the_day_itself_is_not_counted(
    opened: datetime, amount: int, more: int
) -> None:
    for kind in (Kind.NATURAL, Kind.WORKING):
        rule = allowances.Stage(kind=kind, amount=amount)
        due = clocks.after(rule, opened).due
        assert due > opened
        assert clocks.after(rule, opened, more=more).due >= due
