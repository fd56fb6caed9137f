"""A round visits each household once, by street, what is due first, never beyond a day's places."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import notices, rounds
from knowledge.occasions import Kind
from knowledge.rounds import Want
from knowledge.workdays import NO_LOCAL_DAYS, LocalDays

MONDAY = date(2026, 11, 23)
WEEK = rounds.working_days(MONDAY, 5, NO_LOCAL_DAYS)
WANTS = st.lists(
    st.builds(
        Want,
        st.sampled_from([f"h{n}" for n in range(40)]),
        st.sampled_from(["北街", "南街", ""]),
        st.dates(date(2026, 11, 1), date(2027, 2, 1)),
        st.sampled_from(["check=a", "look=b"]),
    ),
    max_size=60,
)


@given(wants=WANTS, capacity=st.integers(1, 6))
def test_everybody_is_visited_once_or_named_as_left(wants: list[Want], capacity: int) -> None:
    made = rounds.plan(wants, WEEK, capacity=capacity)
    placed = [stop.household for stop in made.stops]
    assert sorted((*placed, *made.left)) == sorted({want.household for want in wants})


@given(wants=WANTS, capacity=st.integers(1, 6))
def test_no_day_has_more_than_it_holds_and_no_hour_two(wants: list[Want], capacity: int) -> None:
    stops = rounds.plan(wants, WEEK, capacity=capacity).stops
    assert len({stop.at for stop in stops}) == len(stops)
    assert all(sum(s.at.date() == day for s in stops) <= capacity for day in WEEK)


@given(wants=WANTS)
def test_who_is_due_first_is_never_left_for_who_is_due_later(wants: list[Want]) -> None:
    made = rounds.plan(wants, WEEK[:1], capacity=1)
    first = min((want.by for want in wants), default=None)
    assert all(stop.by == first for stop in made.stops)


def test_what_is_wanted_of_one_household_is_one_visit() -> None:
    wants = [Want("h", "", MONDAY, "check=a"), Want("h", "", MONDAY, "look=b")]
    (stop,) = rounds.plan(wants, WEEK).stops
    assert stop.names == ("check=a", "look=b")


def test_a_street_is_visited_on_one_day() -> None:
    wants = [
        Want(f"{street}{n}", street, MONDAY + timedelta(days=n), "check=a")
        for street in ("北街", "南街")
        for n in range(3)
    ]
    stops = rounds.plan(wants, WEEK, capacity=3).stops
    assert [stop.street for stop in stops] == ["北街"] * 3 + ["南街"] * 3
    assert len({stop.at.date() for stop in stops[:3]}) == 1


def test_an_hour_that_is_taken_is_left_alone() -> None:
    taken = frozenset({datetime(2026, 11, 23, 9)})  # noqa: DTZ001
    (stop,) = rounds.plan([Want("h", "", MONDAY, "check=a")], WEEK, taken=taken).stops
    assert stop.at.hour == 10


def test_a_day_that_is_full_already_takes_nobody_more() -> None:
    taken = frozenset(datetime.combine(MONDAY, start) for start in rounds.STARTS[:2])
    made = rounds.plan([Want("h", "", MONDAY, "check=a")], WEEK[:1], capacity=2, taken=taken)
    assert made.left == ("h",)


@pytest.mark.parametrize(
    ("first", "days"),
    [
        (date(2026, 9, 29), [(9, 29), (9, 30), (10, 8), (10, 9), (10, 10)]),
        (date(2026, 11, 28), [(11, 30), (12, 1), (12, 2), (12, 3), (12, 4)]),
    ],
)
def test_holidays_are_no_visiting_days(first: date, days: list[tuple[int, int]]) -> None:
    found = rounds.working_days(first, 5, NO_LOCAL_DAYS)
    assert [(day.month, day.day) for day in found] == days


def test_a_places_own_holiday_is_none_either() -> None:
    own = LocalDays(off=frozenset({MONDAY}))
    assert rounds.working_days(MONDAY, 1, own) == (date(2026, 11, 24),)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_visit_is_told_in_time_and_once_more(kind: Kind) -> None:
    first, last = notices.before([kind])
    assert first > last >= timedelta(days=1)


def test_a_visit_for_many_things_is_told_as_early_as_the_earliest() -> None:
    assert notices.before([Kind.LOOK, Kind.CHECK])[0] == timedelta(days=3)
