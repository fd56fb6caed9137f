"""Deadlines count Chinese working days and natural days as the rule says."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import workdays
from knowledge.workdays import LocalDays, TooManyDays, due


@pytest.mark.parametrize(
    ("start", "days", "working", "end", "provisional"),
    [
        ("2026-11-20T09:00", 1, True, "2026-11-24T00:00:00+08:00", False),
        ("2026-11-20T09:00", 1, False, "2026-11-22T00:00:00+08:00", False),
        ("2026-09-28T10:00", 5, True, "2026-10-11T00:00:00+08:00", False),
        ("2026-02-13T10:00", 1, True, "2026-02-15T00:00:00+08:00", False),
        ("2026-12-31T10:00", 1, True, "2027-01-05T00:00:00+08:00", True),
        ("2026-12-31T10:00", 1, False, "2027-01-02T00:00:00+08:00", False),
        ("2027-02-04T10:00", 1, True, "2027-02-10T00:00:00+08:00", True),
        ("2026-11-20T23:30", 0, True, "2026-11-21T00:00:00+08:00", False),
    ],
)
def test_the_due_instant_is_the_end_of_the_last_day(
    *, start: str, days: int, working: bool, end: str, provisional: bool
) -> None:
    found = due(datetime.fromisoformat(start), days=days, working=working)
    assert found.to_json() == {"due": end, "provisional": provisional}


def test_an_instant_elsewhere_counts_from_the_day_in_shanghai() -> None:
    late = datetime(2026, 11, 22, 17, tzinfo=timezone(timedelta(0)))
    assert due(late, days=1, working=False).due.date() == date(2026, 11, 25)


def test_local_days_win_over_the_national_calendar() -> None:
    extra = LocalDays(off=frozenset({date(2026, 11, 23)}), working=frozenset({date(2026, 11, 22)}))
    start = datetime(2026, 11, 20)  # noqa: DTZ001
    assert due(start, days=2, working=True, extra=extra).due.date() == date(2026, 11, 25)


@pytest.mark.parametrize("days", [-1, 100_000])
def test_an_impossible_number_of_days_is_refused(days: int) -> None:
    with pytest.raises(TooManyDays, match="smaller"):
        due(datetime(2026, 11, 20), days=days, working=True)  # noqa: DTZ001


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.integers(1, 60))  # noqa: DTZ001
def test_working_days_are_never_sooner_than_natural_days(start: datetime, days: int) -> None:
    working = due(start, days=days, working=True).due
    assert working >= due(start, days=days, working=False).due
    assert workdays.is_working((working - timedelta(days=1)).date())
