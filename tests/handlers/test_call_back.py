"""A call instead of waiting: the hours that are free, a number, a promise; and the closed hours."""

from datetime import date, datetime, time, timedelta

import pytest

from cases import calendars, hours
from cases.database import Session, Store
from cases.desk import callbacks, slots
from cases.desk.callbacks import CallBack
from cases.desk.slots import CallSlot, Plan
from cases.errors import SlotFullError
from cases.hours import Channel, DayKind, Span
from handlers.desk import Desk
from knowledge.names import Region
from knowledge.workdays import ZONE
from tests import factories, threads
from tests.clock import Clock
from tests.resident import Resident

HOUR = "11月24日10:00"
PHONE = "13800001111"


@pytest.fixture
def waits(desk: Desk, sqlite_store: Store, clock: Clock) -> Resident:
    """Somebody of Zichuan who asked for a person while one is there."""
    with sqlite_store.write() as session:
        factories.an_operator(session, now=clock.now)
    return Resident(desk, sqlite_store, clock, Region.ZICHUAN).says("找人工")


def _open_one(store: Store, clock: Clock, capacity: int = 1) -> None:
    day = date(2026, 11, 24)
    plan = Plan(day, day, time(10), time(10, 30), timedelta(minutes=30), capacity)
    with store.write() as session:
        planner = factories.an_operator(session, "Sun", now=clock.now)
        slots.open_for(session, Region.ZICHUAN, plan, by=planner.id, now=clock.now)


def _owed(store: Store) -> list[tuple[str, CallBack]]:
    with store.read() as session:
        return [(callbacks.phone_of(session, row), row) for row in callbacks.owed(session)]


def test_an_hour_is_chosen_and_the_call_promised(
    waits: Resident, sqlite_store: Store, clock: Clock
) -> None:
    _open_one(sqlite_store, clock)
    waits.says("约回电").hears("什么时候").is_offered(HOUR)
    waits.says(HOUR).hears("电话号码")
    waits.says(PHONE).hears(HOUR, "打给您")
    ((phone, row),) = _owed(sqlite_store)
    assert (phone, row.due_at.isoformat()) == (PHONE, "2026-11-24T02:00:00+00:00")


def test_without_open_hours_whoever_is_free_calls(waits: Resident, sqlite_store: Store) -> None:
    waits.says("你们打给我吧").hears("电话号码")
    waits.says(f"号码是{PHONE}").hears("一有空就打给您")
    assert [phone for phone, _ in _owed(sqlite_store)] == [PHONE]


def test_the_place_in_line_is_kept_and_a_no_is_taken(waits: Resident, sqlite_store: Store) -> None:
    waits.says("约回电")
    waits.says("不用了").hears("位置还留着")
    assert _owed(sqlite_store) == []


def test_danger_is_heard_while_a_call_is_arranged(waits: Resident) -> None:
    waits.says("约回电")
    waits.says("我老公拿刀要砍我").hears("110")


def test_an_hour_taken_meanwhile_is_asked_for_again(
    waits: Resident, desk: Desk, sqlite_store: Store, clock: Clock
) -> None:
    _open_one(sqlite_store, clock)
    other = Resident(desk, sqlite_store, clock, Region.ZICHUAN).says("找人工")
    for one in (waits, other):
        one.says("约回电").says(HOUR)
    waits.says(PHONE).hears("打给您")
    other.says("13900002222").hears("电话号码")
    assert [phone for phone, _ in _owed(sqlite_store)] == [PHONE]


def test_no_hour_is_promised_to_more_than_it_holds(store: Store, clock: Clock) -> None:
    _open_one(store, clock, capacity=3)
    with store.read() as session:
        (slot,) = slots.free(session, Region.ZICHUAN, now=clock.now)

    def book(_who: int) -> bool:
        try:
            with store.write() as session:
                slots.book(session, slot.id, now=clock.now)
        except SlotFullError:
            return False
        return True

    assert sum(threads.at_once(book, range(10))) == 3
    with store.read() as session:
        assert session.get_one(CallSlot, slot.id).taken == 3


def test_another_hour_frees_the_first(waits: Resident, sqlite_store: Store, clock: Clock) -> None:
    _open_one(sqlite_store, clock)
    waits.says("约回电").says(HOUR).says(PHONE)
    (_, row) = _owed(sqlite_store)[0]
    with sqlite_store.write() as session:
        callbacks.cancel(session, row.id, now=clock.now)
        assert len(slots.free(session, Region.ZICHUAN, now=clock.now)) == 1


def test_the_same_hour_again_takes_no_second_place(
    waits: Resident, sqlite_store: Store, clock: Clock
) -> None:
    _open_one(sqlite_store, clock, capacity=2)
    for _ in range(2):
        waits.says("约回电").says(HOUR).says(PHONE)
    with sqlite_store.read() as session:
        assert [slot.taken for slot in slots.ahead(session, now=clock.now)] == [1]


def test_nobody_is_promised_a_call_on_a_holiday_and_a_worked_saturday_counts(
    store: Store, clock: Clock
) -> None:
    clock.now = datetime(2026, 9, 28, 9, tzinfo=ZONE)
    days = Plan(date(2026, 9, 30), date(2026, 10, 11), time(10), time(11), timedelta(hours=1), 1)
    with store.write() as session:
        sun = factories.an_operator(session, "Sun", now=clock.now)
        span = Span(DayKind.WORKING, time(9), time(17))
        hours.enter(session, Region.ZICHUAN, Channel.PHONE, span, by=sun.id, now=clock.now)
        slots.open_for(session, Region.ZICHUAN, days, by=sun.id, now=clock.now)
        assert _days(session, clock) == ["09-30", "10-08", "10-09", "10-10"]
        calendars.enter(
            session,
            region=Region.ZICHUAN,
            day=date(2026, 10, 9),
            kind=calendars.DayKind.OFF,
            by=sun.id,
            now=clock.now,
        )
        assert _days(session, clock) == ["09-30", "10-08", "10-10"]


def _days(session: Session, clock: Clock) -> list[str]:
    """The days on which a call is offered."""
    found = slots.free(session, Region.ZICHUAN, now=clock.now)
    return [f"{slot.starts_at.astimezone(ZONE):%m-%d}" for slot in found]


def test_out_of_hours_the_promise_says_when(desk: Desk, sqlite_store: Store, clock: Clock) -> None:
    with sqlite_store.write() as session:
        sun = factories.an_operator(session, "Sun", now=clock.now)
        sun.present_at = None
        span = Span(DayKind.WORKING, time(13), time(17))
        hours.enter(session, Region.ZICHUAN, Channel.CHAT, span, by=sun.id, now=clock.now)
    resident = Resident(desk, sqlite_store, clock, Region.ZICHUAN)
    resident.says("找人工").hears("11月23日13:00", "单号", "12345")
    resident.says("人呢").hears("11月23日13:00")


def test_whose_place_is_unknown_has_no_hours(sqlite_store: Store, clock: Clock) -> None:
    with sqlite_store.read() as session:
        assert slots.free(session, None, now=clock.now) == ()
