"""The server's clock leaps: the ticks go on, and nobody is taken for gone before they are heard."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from bot import clock_watch
from bot.clock_watch import ClockWatch, Leaps
from cases import operators
from cases.database import Store
from cases.operators import PRESENT_FOR
from tests import factories
from tests.clock import Clock

HOUR, A_DAY, NO_TIME = timedelta(hours=1), timedelta(days=1), timedelta(0)
TERM = PRESENT_FOR.total_seconds()


class Wall(tzinfo):
    """The clock of a server as its scheduler reads it; somebody may set it."""

    moved = NO_TIME

    def utcoffset(self, _at: datetime | None) -> timedelta:
        """No zone but universal time."""
        return NO_TIME

    def dst(self, _at: datetime | None) -> timedelta:
        """No summer time."""
        return NO_TIME

    def tzname(self, _at: datetime | None) -> str:
        """Its name."""
        return "wall"

    def fromutc(self, at: datetime) -> datetime:
        """What the clock shows."""
        return at + self.moved


@pytest.fixture
def wall() -> Wall:
    """A clock that is right."""
    return Wall()


@pytest.fixture
def scheduler(wall: Wall) -> Iterator[BackgroundScheduler]:
    """A clock that ticks by that of the server."""
    made = BackgroundScheduler(timezone=wall)
    made.start()
    yield made
    made.shutdown(wait=True)


def test_ticks_go_on_when_the_clock_is_set_back(
    store: Store, scheduler: BackgroundScheduler, wall: Wall
) -> None:
    ticked = threading.Event()
    due = datetime.now(wall) + timedelta(seconds=1)
    scheduler.add_job(ticked.set, "date", run_date=due, misfire_grace_time=None)
    leaps = Leaps(datetime.now(wall), time.monotonic())
    wall.moved = -HOUR
    ClockWatch(scheduler, store, leaps).look(datetime.now(wall), time.monotonic())
    assert ticked.wait(10)


def test_a_clock_that_is_right_makes_nothing_tick_early(
    store: Store, scheduler: BackgroundScheduler, wall: Wall
) -> None:
    due = datetime.now(wall) + timedelta(seconds=600)
    job = scheduler.add_job(print, "date", run_date=due)
    leaps = Leaps(datetime.now(wall), time.monotonic())
    ClockWatch(scheduler, store, leaps).look(datetime.now(wall), time.monotonic())
    assert scheduler.get_job(job.id).next_run_time == due


def test_stamps_are_brought_back_when_the_clock_is_set_back(
    store: Store, clock: Clock, scheduler: BackgroundScheduler
) -> None:
    leaps = Leaps(clock.now, 0.0)
    watch = ClockWatch(scheduler, store, leaps)
    watch.look(clock.now, time.monotonic())
    with store.write() as session:
        factories.an_operator(session, "Alice", now=clock.now)
    earlier = clock.now - HOUR
    watch.look(earlier, time.monotonic() + 1)
    with store.read() as session:
        assert operators.at_desk(session, now=earlier + PRESENT_FOR)
        assert not operators.at_desk(session, now=earlier + 2 * PRESENT_FOR)


@pytest.mark.parametrize(
    ("leap", "back", "settled"),
    [
        (NO_TIME, False, True),
        (timedelta(milliseconds=400), False, True),
        (-timedelta(milliseconds=400), False, True),
        (-HOUR, True, True),
        (A_DAY, False, False),
    ],
)
def test_what_is_seen_of_a_leap(leap: timedelta, back: bool, settled: bool) -> None:  # noqa: FBT001
    began = datetime(2026, 11, 22, tzinfo=UTC)
    leaps = Leaps(began, 100.0)
    after = began + timedelta(seconds=5) + leap
    assert leaps.settled(after, 105.0) is settled
    assert leaps.went_back(after, 105.0) is back
    assert not leaps.went_back(after, 105.0)


def test_who_is_gone_is_judged_once_everybody_could_be_heard() -> None:
    began = datetime(2026, 11, 22, tzinfo=UTC)
    leaps, late = Leaps(began, 0.0), began + A_DAY
    assert not leaps.settled(late, 0.0)
    assert not leaps.settled(late + timedelta(seconds=TERM - 1), TERM - 1)
    assert leaps.settled(late + timedelta(seconds=TERM), TERM)


def test_a_job_that_judges_waits_and_then_runs() -> None:
    now, ran = datetime.now(UTC), list[datetime]()
    leaps = Leaps(now, time.monotonic())
    job = clock_watch.when_settled(leaps, ran.append)
    job(now)
    job(now + A_DAY)
    assert ran == [now]
