"""Who is late is told in steps: before, after one, three and five working days; never by night."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.ticket_rules import lateness
from cases.ticket_rules.lateness import Due, Stage
from knowledge.names import Priority
from knowledge.workdays import ZONE


def _at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


MOMENTS = [
    # due, priority, warning, 催办, 督办, 通报
    ("12-01T00:00", "P2", "11-30T08:00", "12-02T08:00", "12-04T08:00", "12-08T08:00"),
    ("11-28T00:00", "P2", "11-27T08:00", "12-01T08:00", "12-03T08:00", "12-05T08:00"),
    ("12-06T00:00", "P2", "12-04T08:00", "12-08T08:00", "12-10T08:00", "12-12T08:00"),
    ("10-01T00:00", "P2", "09-30T08:00", "10-09T08:00", "10-11T08:00", "10-14T08:00"),
    ("02-15T00:00", "P2", "02-14T08:00", "02-25T08:00", "02-27T08:00", "03-01T08:00"),
    ("09-21T00:00", "P2", "09-20T08:00", "09-22T08:00", "09-24T08:00", "09-29T08:00"),
    ("11-25T14:00", "P2", "11-25T08:00", "11-27T08:00", "12-01T08:00", "12-03T08:00"),
    ("11-24T23:30", "P1", "11-24T22:30", "11-25T23:30", "11-27T23:30", "11-29T23:30"),
    ("10-01T03:00", "P0", "10-01T02:00", "10-02T03:00", "10-04T03:00", "10-06T03:00"),
]


@pytest.mark.parametrize(("due", "priority", "warning", "reminder", "order", "listed"), MOMENTS)
def test_each_step_has_its_moment(  # noqa: PLR0913, PLR0917
    due: str, priority: str, warning: str, reminder: str, order: str, listed: str
) -> None:
    watched = Due(_at(due), Priority(priority))
    found = [lateness.moment(stage, watched) for stage in Stage]
    assert found == [_at(one) for one in (warning, reminder, order, listed)]


DUES = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 20), timezones=st.just(ZONE))  # noqa: DTZ001


@given(due=DUES, priority=st.sampled_from(Priority))
def test_the_steps_come_one_after_the_other(due: datetime, priority: Priority) -> None:
    found = [lateness.moment(stage, Due(due, priority)) for stage in Stage]
    assert found == sorted(found)


@given(due=DUES, minutes=st.integers(-5000, 20000))
def test_nobody_is_told_by_night_unless_life_is_in_danger(due: datetime, minutes: int) -> None:
    now = due + timedelta(minutes=minutes)
    quiet = not 8 <= now.hour < 22
    assert not (quiet and lateness.reached(Due(due, Priority.P2), now=now))


@given(due=DUES, priority=st.sampled_from(Priority), wait=st.integers(0, 3000))
def test_a_look_always_finds_something_to_say(due: datetime, priority: Priority, wait: int) -> None:
    watched, said, now = Due(due, priority), None, due - timedelta(days=10)
    told = []
    while (look := lateness.next_look(watched, said, now=now)) is not None:
        assert look >= now
        now = max(look, now)
        stage = lateness.reached(watched, now=now)
        assert stage is not None
        assert stage != said
        told.append(stage)
        said, now = stage, now + timedelta(minutes=wait)
    assert told[-1] is Stage.LISTED
    assert len(set(told)) == len(told)
