"""How long somebody waits: a range that came true before, or unknown; hours and their promise."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import hours, operators
from cases.database import Session, Store
from cases.desk import forecasts, queues, waits
from cases.desk.forecasts import Calibration, Served, Situation
from cases.desk.queues import Standing
from cases.errors import CaseError, UnknownError
from cases.hours import Channel, DayKind, Span
from cases.operators import Operator
from cases.talk.conversations import Conversation
from knowledge.names import Priority, Region
from tests import factories
from tests.clock import Clock

BUSY = Situation(ahead=3, room=0, capacity=12, cost_s=600.0)
FREE = Situation(ahead=0, room=2, capacity=12, cost_s=600.0)
OFFICE = Span(DayKind.WORKING, time(9), time(17))
NIGHT = Span(DayKind.EVERY, time(20), time(6))


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=hours.LOCAL)


def _served(seconds: Sequence[int], *, at_once: bool = False) -> list[Served]:
    return [Served(200.0, at_once, 100, 300, one) for one in seconds]


def _a_day(session: Session, alice: Operator, clock: Clock, *, count: int) -> None:
    """So many residents who were each taken some ten seconds after they asked."""
    for number in range(count):
        operators.note_present(session, alice.id, "", now=clock.now)
        chat = factories.a_waiting_chat(session, now=clock.now)
        queues.take(session, chat.id, alice, now=clock.advance(seconds=8 + number % 5))
        queues.hand_back(session, chat, now=clock.advance(minutes=4))
    operators.note_present(session, alice.id, "", now=clock.now)


def _opens(session: Session, at: datetime) -> datetime | None:
    return hours.opens_at(session, "zichuan", Channel.CHAT, now=at)


def _standing(session: Session, chat: Conversation, clock: Clock) -> Standing:
    found = queues.standing(session, chat, now=clock.now)
    assert found is not None
    return found


def test_a_wait_is_measured_by_what_must_come_free_first() -> None:
    assert forecasts.measure(BUSY) == 200.0
    assert forecasts.measure(FREE) == forecasts.AT_ONCE_S
    assert forecasts.measure(Situation(3, 0, 12, None)) is None
    assert forecasts.measure(Situation(3, 0, 0, 600.0)) is None


def test_nothing_is_foreseen_from_too_few_or_from_another_kind() -> None:
    few = _served([200] * (forecasts.ENOUGH_SERVED - 1))
    assert forecasts.forecast(few, BUSY) is None
    assert forecasts.forecast(_served([200] * 50, at_once=True), BUSY) is None


def test_the_range_holds_what_happened_to_others_and_grows_with_the_line() -> None:
    served = _served([150, 200, 250] * 20)
    near = forecasts.forecast(served, BUSY)
    far = forecasts.forecast(served, Situation(7, 0, 12, 600.0))
    assert near is not None
    assert far is not None
    assert near.low_s <= 150
    assert near.high_s >= 250
    assert (far.low_s, far.high_s) > (near.low_s, near.high_s)


@given(st.lists(st.integers(0, 10_000), min_size=forecasts.ENOUGH_SERVED, max_size=80))
def test_a_range_is_never_turned_round_nor_negative(seconds: list[int]) -> None:
    found = forecasts.forecast(_served(seconds), BUSY)
    assert found is not None
    assert 0 <= found.low_s < found.high_s


@pytest.mark.parametrize(
    ("told", "holds"),
    [
        (Calibration(forecasts.ENOUGH_TOLD, 0.8, 150.0, 100.0), True),
        (Calibration(forecasts.ENOUGH_TOLD, 0.79, 150.0, 100.0), False),
        (Calibration(forecasts.ENOUGH_TOLD, 0.8, 151.0, 100.0), False),
        (Calibration(forecasts.ENOUGH_TOLD - 1, 1.0, 1.0, 100.0), False),
    ],
)
def test_a_range_is_told_only_while_it_comes_true(told: Calibration, *, holds: bool) -> None:
    assert told.holds is holds


def test_what_was_told_is_compared_with_what_happened() -> None:
    found = forecasts.calibrate(_served([50, 150, 250, 350]))
    assert (found.told, found.inside, found.width) == (4, 0.5, 200)


def test_the_wait_is_unknown_until_ranges_were_compared(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        _a_day(session, alice, clock, count=forecasts.ENOUGH_SERVED + 5)
        chat = factories.a_waiting_chat(session, now=clock.now)
        assert _standing(session, chat, clock) == Standing(1, None, None)


def test_a_range_that_came_true_is_told_while_somebody_is_there(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        _a_day(session, alice, clock, count=forecasts.ENOUGH_SERVED + forecasts.ENOUGH_TOLD)
        chat = factories.a_waiting_chat(session, now=clock.now)
        found = _standing(session, chat, clock)
        assert found.wait_low_s is not None
        assert found.wait_low_s <= 8
        assert (found.wait_high_s or 0) >= 12
        clock.advance(minutes=2)
        assert _standing(session, chat, clock) == Standing(1, None, None)


def test_what_a_chat_costs_is_known_from_those_that_ended(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        _a_day(session, alice, clock, count=forecasts.ENOUGH_SERVED - 1)
        assert waits.cost(session) is None
        chat = factories.a_waiting_chat(session, Priority.P1, now=clock.now)
        queues.take(session, chat.id, alice, now=clock.now)
        queues.hand_back(session, chat, now=clock.advance(minutes=4))
        assert waits.cost(session) == pytest.approx(240 * 1.05)


@pytest.mark.parametrize(
    ("moment", "open_now"),
    [
        ("2026-11-23T08:59", False),
        ("2026-11-23T09:00", True),
        ("2026-11-23T16:59", True),
        ("2026-11-23T17:00", False),
        ("2026-11-22T12:00", False),
        # The National Day holiday, and a Saturday on which offices work for it.
        ("2026-10-01T12:00", False),
        ("2026-10-10T12:00", True),
    ],
)
def test_hours_follow_the_calendar_with_its_moved_days(moment: str, *, open_now: bool) -> None:
    assert hours.is_open([OFFICE], _local(moment)) is open_now


@pytest.mark.parametrize(
    ("moment", "open_now"),
    [("19:59", False), ("20:00", True), ("23:59", True), ("05:59", True), ("06:00", False)],
)
def test_hours_may_go_over_midnight(moment: str, *, open_now: bool) -> None:
    assert hours.is_open([NIGHT], _local(f"2026-11-23T{moment}")) is open_now


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-23T07:00", "2026-11-23T09:00"),
        ("2026-11-20T18:00", "2026-11-23T09:00"),
        ("2026-09-30T18:00", "2026-10-08T09:00"),
    ],
)
def test_the_promise_names_the_next_opening(now: str, opens: str) -> None:
    assert hours.next_opening([OFFICE], _local(now)) == _local(opens)


def test_hours_that_never_come_are_an_error() -> None:
    with pytest.raises(CaseError):
        hours.next_opening([], _local("2026-11-23T07:00"))


def test_a_place_without_hours_is_always_open(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        midnight = datetime(2026, 11, 22, 16, tzinfo=UTC)
        assert _opens(session, midnight) is None
        row = hours.enter(session, Region.ZICHUAN, Channel.CHAT, OFFICE, by=alice.id, now=clock.now)
        assert _opens(session, midnight) == midnight + timedelta(hours=9)
        assert hours.opens_at(session, "zichuan", Channel.PHONE, now=midnight) is None
        assert hours.opens_at(session, "fengze", Channel.CHAT, now=midnight) is None
        hours.end(session, row.id, now=clock.now)
        assert _opens(session, midnight) is None
        with pytest.raises(UnknownError):
            hours.end(session, row.id, now=clock.now)


def test_out_of_hours_no_range_is_told_but_when_somebody_is_there(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        _a_day(session, alice, clock, count=forecasts.ENOUGH_SERVED + forecasts.ENOUGH_TOLD)
        hours.enter(session, Region.ZICHUAN, Channel.CHAT, NIGHT, by=alice.id, now=clock.now)
        chat = factories.a_waiting_chat(session, now=clock.now)
        found = _standing(session, chat, clock)
    assert found == Standing(1, None, None, opens_at=_local("2026-11-23T20:00"))
