"""Reminders are said once or listed, whoever dies, however the clock jumps, whoever cancels."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import reminding
from cases import sealed
from cases.channels import reminders
from cases.database import Store
from cases.households import visits
from handlers import speech
from tests import factories
from tests.clock import Clock
from tests.crash import promises, racing

WORDS = speech.chinese()
BERLIN = ZoneInfo("Europe/Berlin")


def test_what_a_killed_process_held_is_said_once_by_another(
    postgres_store: Store, tmp_path: Path
) -> None:
    address = postgres_store.engine.url.render_as_string(hide_password=False)
    mine = Store(address, sealed.open_or_create(tmp_path))
    now = datetime.now(UTC)
    promises.promise(mine, 60, due=now, visit_in=timedelta(hours=30))
    with promises.clocks(2, address, tmp_path) as (dies, _):
        promises.until(mine, 10, seconds=10)
        dies.kill()
        promises.until(mine, 50, seconds=3)
    # Whoever comes after the lease is over finishes what the dead have held.
    with promises.clocks(1, address, tmp_path, ahead=reminders.LEASE.total_seconds() + 5):
        promises.until(mine, 60, seconds=20)
    found = promises.states(mine)
    mine.close()
    assert found["sent"] + found["listed"] == 60
    assert promises.said(postgres_store) == (found["sent"], found["sent"])


@pytest.mark.parametrize("days_down", [1, 5])
def test_after_days_of_silence_each_promise_is_said_by_day_or_listed(
    store: Store, clock: Clock, days_down: int
) -> None:
    with store.write() as session:
        for hours in range(50):
            household = factories.a_household(session, now=clock.now)
            local = datetime(2026, 11, 25, 9) + timedelta(hours=hours * 3)  # noqa: DTZ001
            factories.a_visit(session, household, local, now=clock.now)
    back = clock.now + timedelta(days=days_down, hours=12)
    while reminding.send_due(store, WORDS, now=back):
        pass
    by_night = promises.states(store)
    while reminding.send_due(store, WORDS, now=back + timedelta(hours=12)):
        pass
    after = promises.states(store)
    assert (by_night["sent"], after["sent"] + after["listed"] + after["due"]) == (0, 50)
    with store.read() as session:
        late = {one.listed_why for one in reminders.listed(session)}
    assert late <= {"too_late"}


@pytest.mark.parametrize("hour", [9, 15])
@pytest.mark.parametrize("month_day", [(3, 28), (3, 29), (10, 24), (10, 25)])
def test_where_clocks_change_and_jump_there_is_one_a_local_date_and_none_early(
    sqlite_store: Store, month_day: tuple[int, int], hour: int
) -> None:
    local = datetime(2026, *month_day, hour)  # noqa: DTZ001
    before = local - timedelta(days=10)
    now = before.replace(tzinfo=BERLIN).astimezone(UTC)
    with sqlite_store.write() as session:
        household = factories.a_household(session, now=now)
        visit = factories.a_visit(session, household, local, zone="Europe/Berlin", now=now)
        (one,) = reminders.of_subject(session, visit.id)
    told_at = []
    due = (local - timedelta(days=1)).replace(tzinfo=BERLIN).astimezone(UTC)
    for minutes in (-61, -1, -61, 0, -60, 1, 60, 0, 61):
        before_it = promises.said(sqlite_store)[0]
        moment = due + timedelta(minutes=minutes)
        reminding.send_due(sqlite_store, WORDS, now=moment)
        told_at += [moment] * (promises.said(sqlite_store)[0] - before_it)
    assert told_at == [due]
    assert one.due_at == due


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(racing.Step), min_size=4, max_size=14))
def test_a_cancelled_or_moved_visit_never_reminds_of_its_old_time(
    sqlite_store: Store, steps: list[racing.Step]
) -> None:
    assert racing.run(sqlite_store, steps) == []


def test_a_visit_that_is_called_off_while_it_is_being_said_is_settled_either_way(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        household = factories.a_household(session, now=clock.now)
        local = datetime(2026, 11, 26, 10)  # noqa: DTZ001
        visit = factories.a_visit(session, household, local, now=clock.now)
    later = clock.now + timedelta(days=2)
    with store.write() as session:
        (held,) = reminders.claim(session, now=later)
    with store.write() as session:
        visits.cancel(session, visit.id, now=later)
    reminding.settle(store, WORDS, held, now=later)
    assert (promises.said(store)[0], promises.states(store)["cancelled"]) == (0, 1)
