"""Visits, reminders, publications and contact ways keep what was promised about them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import residents, throttles
from cases.channels import reminders
from cases.channels.reminders import Kind, Reminder, ReminderState
from cases.database import Store
from cases.editing import publications
from cases.editing.publications import Publication
from cases.errors import CaseError, ForbiddenError
from cases.households import households, visits
from tests import factories
from tests.clock import Clock

MONDAY_TEN = datetime(2026, 11, 23, 10)  # noqa: DTZ001
"""What the clock of the tests shows on a wall in China."""
EVENING = Clock(datetime(2026, 11, 23, 15, 0, tzinfo=UTC))


def _reminder(
    store: Store, local: datetime, clock: Clock, remind_at: datetime | None = None
) -> datetime:
    """When the reminder of a visit falls due, as a wall time in China."""
    with store.write() as session:
        household = factories.a_household(session, now=clock.now)
        visit = factories.a_visit(session, household, local, remind_at=remind_at, now=clock.now)
        (one,) = reminders.of_subject(session, visit.id)
    return (one.due_at + timedelta(hours=8)).replace(tzinfo=None)


@pytest.mark.parametrize("hours", [-24, -1, 0])
def test_no_visit_is_planned_in_the_past(store: Store, clock: Clock, hours: int) -> None:
    with pytest.raises(CaseError, match="past"):
        _reminder(store, MONDAY_TEN + timedelta(hours=hours), clock)


def test_no_reminder_is_planned_behind_the_visit(store: Store, clock: Clock) -> None:
    visit = MONDAY_TEN + timedelta(days=2)
    with pytest.raises(CaseError, match="after the visit"):
        _reminder(store, visit, clock, remind_at=visit + timedelta(minutes=1))


def test_a_wall_time_with_a_zone_is_refused(store: Store, clock: Clock) -> None:
    with pytest.raises(CaseError, match="without a zone"):
        _reminder(store, datetime(2026, 11, 26, 10, tzinfo=UTC), clock)


@pytest.mark.parametrize("zone", ["Mars/Base", "../etc/passwd", ""])
def test_an_unknown_zone_is_refused(store: Store, clock: Clock, zone: str) -> None:
    with store.write() as session:
        household = factories.a_household(session, now=clock.now)
        later = MONDAY_TEN + timedelta(days=2)
        with pytest.raises(CaseError, match="time zone"):
            factories.a_visit(session, household, later, zone=zone, now=clock.now)


@pytest.mark.parametrize(
    ("visit", "due"),
    [
        ((26, 10), (25, 10)),
        ((26, 7), (25, 8)),
        ((26, 22), (25, 20)),
        ((24, 9), (23, 10)),
        ((23, 18), (23, 10)),
    ],
)
def test_a_reminder_comes_a_day_before_at_a_waking_hour_or_now(
    sqlite_store: Store, clock: Clock, visit: tuple[int, int], due: tuple[int, int]
) -> None:
    local = datetime(2026, 11, *visit)  # noqa: DTZ001
    assert _reminder(sqlite_store, local, clock) == datetime(2026, 11, *due)  # noqa: DTZ001


def test_a_visit_planned_in_the_evening_is_not_reminded_of_at_night(sqlite_store: Store) -> None:
    tomorrow = datetime(2026, 11, 24, 10)  # noqa: DTZ001
    assert _reminder(sqlite_store, tomorrow, EVENING) == datetime(2026, 11, 24, 8)  # noqa: DTZ001


def test_a_visit_at_dawn_planned_in_the_evening_is_due_now_for_a_person(
    sqlite_store: Store,
) -> None:
    dawn = datetime(2026, 11, 24, 7)  # noqa: DTZ001
    assert _reminder(sqlite_store, dawn, EVENING) == datetime(2026, 11, 23, 23)  # noqa: DTZ001


@given(moment=st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/St_Johns"])
def test_waking_is_never_earlier_at_most_a_night_later_and_by_day(
    zone: str, moment: datetime
) -> None:
    awake = reminders.waking(moment, zone)
    assert timedelta(0) <= awake - moment <= timedelta(hours=12)
    assert 8 <= awake.astimezone(ZoneInfo(zone)).hour < 21


@pytest.mark.parametrize(("day", "utc_hour"), [(24, 8), (25, 9), (26, 9)])
def test_where_clocks_are_changed_the_wall_time_is_kept(
    sqlite_store: Store, clock: Clock, day: int, utc_hour: int
) -> None:
    clock.now = datetime(2026, 10, 1, tzinfo=UTC)
    local = datetime(2026, 10, day, 10) + timedelta(days=1)  # noqa: DTZ001
    with sqlite_store.write() as session:
        household = factories.a_household(session, now=clock.now)
        visit = factories.a_visit(session, household, local, zone="Europe/Berlin", now=clock.now)
        (one,) = reminders.of_subject(session, visit.id)
    assert (one.local_date, one.due_at.hour) == (f"2026-10-{day}", utc_hour)


def _promise(store: Store, due: datetime, zone: str = "Europe/Berlin") -> Reminder:
    with store.write() as session:
        return reminders.promise(session, kind=Kind.VISIT, subject="v", due=due, zone=zone, now=due)


def test_an_hour_that_comes_twice_is_one_local_date(store: Store) -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert _promise(store, first).id == _promise(store, first + timedelta(hours=1)).id


def test_one_instant_is_two_dates_in_two_zones(store: Store) -> None:
    late = datetime(2026, 10, 25, 23, 30, tzinfo=UTC)
    assert _promise(store, late, "UTC").id != _promise(store, late, "Asia/Shanghai").id


def test_a_promise_that_was_taken_back_can_be_made_again(store: Store, clock: Clock) -> None:
    _promise(store, clock.now)
    with store.write() as session:
        reminders.cancel(session, kind=Kind.VISIT, subject="v")
    again = _promise(store, clock.now + timedelta(hours=1))
    assert (again.state, again.due_at) == (ReminderState.DUE, clock.now + timedelta(hours=1))


def test_a_promise_that_was_kept_is_not_made_again(store: Store, clock: Clock) -> None:
    _promise(store, clock.now)
    with store.write() as session:
        (one,) = reminders.claim(session, now=clock.now)
        reminders.finish(session, one, now=clock.now)
    assert _promise(store, clock.now).state == ReminderState.SENT


def test_a_households_name_and_purpose_are_sealed(store: Store, clock: Clock) -> None:
    with store.write() as session:
        household = factories.a_household(session, now=clock.now)
        visit = factories.a_visit(session, household, MONDAY_TEN + timedelta(days=3), now=clock.now)
        assert households.read(session, household).name == "王桂兰"
        assert visits.purpose(session, household, visit) == "半年复核"
    raw = household.sealed_name + household.sealed_address + visit.sealed_purpose
    assert not any(word.encode() in raw for word in ("王桂兰", "洪山", "复核"))


def _publish(store: Store, version: str, effective: date, *, by: str = "bob") -> Publication:
    with store.write() as session:
        return publications.publish(
            session,
            kind="standard",
            subject="dibao",
            body={"fen": version},
            effective=effective,
            drafted_by="alice",
            published_by=by,
            now=datetime(2026, 11, 23, tzinfo=UTC),
        )


def test_one_person_does_not_publish_alone(store: Store) -> None:
    with pytest.raises(ForbiddenError):
        _publish(store, "1", date(2026, 1, 1), by="alice")


@pytest.mark.parametrize(
    ("on", "valid"),
    [(date(2025, 12, 31), []), (date(2026, 6, 1), ["1"]), (date(2026, 7, 1), ["2"])],
)
def test_the_newest_version_in_effect_on_the_day_counts(
    store: Store, on: date, valid: list[str]
) -> None:
    _publish(store, "1", date(2026, 1, 1))
    assert _publish(store, "2", date(2026, 7, 1)).version == 2
    with store.read() as session:
        assert [
            one.body["fen"] for one in publications.in_effect(session, "standard", on=on)
        ] == valid


def test_not_safe_to_call_is_not_forgotten_when_the_number_comes_again(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        someone = residents.create(session, now=clock.now)
        residents.keep_contact(
            session, someone, "13864370001", do_not_call=True, safe_from=13, now=clock.now
        )
        residents.keep_contact(session, someone, "13864370001", now=clock.now)
        (way,) = residents.contacts(session, someone)
    assert (way.do_not_call, way.safe_from, way.safe_until) == (True, 13, 21)


def test_counters_run_in_their_window_and_are_swept_after_it(store: Store, clock: Clock) -> None:
    minute = timedelta(minutes=1)
    with store.write() as session:
        counts = [throttles.count(session, "a", every=minute, now=clock.now) for _ in range(3)]
        for_ever = throttles.count(session, "b", every=throttles.FOR_EVER, now=clock.now)
        throttles.sweep(session, now=clock.advance(minutes=3))
        left = [
            throttles.counted(session, key, every=every, now=clock.now)
            for key, every in (("a", minute), ("b", throttles.FOR_EVER))
        ]
    assert (counts, for_ever, left) == ([1, 2, 3], 1, [0, 1])
