"""A late ticket is told of once a day and person, to those who may see it, by any of the loops."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from cases.database import Session, Store
from cases.operators import Role
from cases.ticket_rules.lateness import Stage
from cases.ticket_rules.lifecycle import Move
from cases.tickets import extensions, moves, nudges, tickets
from cases.tickets.nudges import Nudge
from cases.tickets.tickets import Ticket
from knowledge.names import Priority, Region
from knowledge.workdays import ZONE
from tests import factories, threads
from tests.clock import Clock

UNIT = "区民政局"
# Opened on Monday, 23 November; referred at once: to be accepted by Tuesday's end.
WARNING, REMINDER = datetime(2026, 11, 24, 8, tzinfo=ZONE), datetime(2026, 11, 26, 8, tzinfo=ZONE)
ORDER, LISTED = datetime(2026, 11, 28, 8, tzinfo=ZONE), datetime(2026, 12, 2, 8, tzinfo=ZONE)


def _staff(session: Session, now: datetime) -> None:
    here = Region.ZICHUAN
    factories.an_operator(session, "Sun", role=Role.SUPERVISOR, region=here, now=now)
    factories.an_operator(session, "Bob", role=Role.CASEWORKER, region=here, unit=UNIT, now=now)
    factories.an_operator(session, "Eve", role=Role.CASEWORKER, region=here, unit="村", now=now)


def _referred(store: Store, now: datetime, **changes: object) -> str:
    with store.write() as session:
        _staff(session, now)
        draft = replace(factories.A_MATTER, **changes)  # type: ignore[arg-type]
        ticket = factories.a_ticket(session, draft, now=now)
        moves.refer(session, ticket, UNIT, actor="a", reason="r", version=1, now=now)
        return ticket.number


def _look(store: Store, now: datetime) -> int:
    with store.write() as session:
        return nudges.send_due(session, now=now)


def _told(store: Store) -> list[tuple[str, str]]:
    with store.read() as session:
        names = {one.id: one.name for one in session.exec(select(factories.Operator))}
        rows = session.exec(select(Nudge).order_by(Nudge.at))  # type: ignore[arg-type]
        return [(row.stage, names.get(row.addressee, row.addressee)) for row in rows]


def test_the_unit_is_warned_before_and_reminded_after(store: Store, clock: Clock) -> None:
    _referred(store, clock.now)
    assert _look(store, WARNING - timedelta(minutes=1)) == 0
    assert [_look(store, at) for at in (WARNING, WARNING, REMINDER)] == [1, 0, 1]
    assert _told(store) == [("warning", "Bob"), ("reminder", "Bob")]


def test_an_order_has_a_number_and_the_supervisor_hears_of_it(store: Store, clock: Clock) -> None:
    _referred(store, clock.now)
    _look(store, ORDER)
    with store.read() as session:
        rows = session.exec(select(Nudge)).all()
        sun = session.exec(select(factories.Operator).where(factories.Operator.name == "Sun")).one()
        ((order, _),) = nudges.orders(session, sun, Stage.ORDER)
    assert sorted(name for _, name in _told(store)) == ["Bob", "Sun", f"unit {UNIT}"]
    assert [row.number for row in rows if row.number] == ["DB-2026-00001"]
    assert order.unit == UNIT


def test_after_five_days_it_stands_on_the_list_and_then_is_left(store: Store, clock: Clock) -> None:
    _referred(store, clock.now)
    days = [LISTED, LISTED + timedelta(days=1), LISTED + timedelta(days=30)]
    assert [_look(store, at) for at in days] == [1, 0, 0]
    assert {stage for stage, _ in _told(store)} == {"listed"}


def test_what_was_accepted_is_told_of_no_more(store: Store, clock: Clock) -> None:
    number = _referred(store, clock.now)
    with store.write() as session:
        ticket = tickets.for_update(session, number)
        moves.make(session, ticket, Move.ACCEPT, actor="b", reason="", version=2, now=clock.now)
    assert _look(store, REMINDER) == 0


def test_a_changed_time_is_told_of_anew_the_same_day(store: Store, clock: Clock) -> None:
    number = _referred(store, clock.now)
    _look(store, REMINDER)
    with store.write() as session:
        ticket = tickets.for_update(session, number)
        extensions.change_priority(
            session, ticket, Priority.P1, reason="断粮", by="a", now=REMINDER
        )
    assert _look(store, REMINDER + timedelta(minutes=1)) == 1


def test_what_has_ended_is_told_of_no_more(store: Store, clock: Clock) -> None:
    number = _referred(store, clock.now)
    with store.write() as session:
        ticket = tickets.for_update(session, number)
        moves.make(session, ticket, Move.WITHDRAW, actor="b", reason="", version=2, now=clock.now)
    assert _look(store, LISTED) == 0


def test_the_accused_unit_hears_of_nothing(store: Store, clock: Clock) -> None:
    _referred(store, clock.now, not_to=("村",), sealed=True)
    for at in (WARNING, REMINDER, ORDER, LISTED):
        _look(store, at)
    assert "Eve" not in {name for _, name in _told(store)}


def test_many_loops_tell_once(store: Store, clock: Clock) -> None:
    for _ in range(3):
        with store.write() as session:
            ticket = factories.a_ticket(session, now=clock.now)
            moves.refer(session, ticket, UNIT, actor="a", reason="r", version=1, now=clock.now)
    with store.write() as session:
        _staff(session, clock.now)
    threads.at_once(lambda _: _look(store, WARNING), list(range(4)))
    _look(store, WARNING)
    assert _told(store) == [("warning", "Bob")] * 3


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None
)
@given(hours=st.lists(st.integers(0, 60), max_size=12), priority=st.sampled_from(Priority))
def test_nothing_is_told_twice_a_day(
    sqlite_store: Store, hours: list[int], priority: Priority
) -> None:
    now = Clock().now
    with sqlite_store.write() as session:
        if not session.exec(select(factories.Operator)).all():
            _staff(session, now)
        draft = replace(factories.A_MATTER, priority=priority)
        ticket = factories.a_ticket(session, draft, now=now)
        moves.refer(session, ticket, UNIT, actor="a", reason="r", version=1, now=now)
        ident = ticket.id
    for more in hours:
        now += timedelta(hours=more)
        _look(sqlite_store, now)
    with sqlite_store.read() as session:
        rows = session.exec(select(Nudge).where(Nudge.ticket_id == ident)).all()
        seen = [(row.addressee, row.local_date, row.due_at) for row in rows]
        assert len(set(seen)) == len(seen)
        assert session.get_one(Ticket, ident).state == "referred"


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.OPERATOR])
def test_the_hotlines_own_delay_is_told_to_the_hotline(
    sqlite_store: Store, clock: Clock, role: Role
) -> None:
    with sqlite_store.write() as session:
        factories.an_operator(session, "Ann", role=role, region=Region.ZICHUAN, now=clock.now)
        factories.a_ticket(session, now=clock.now)
    _look(sqlite_store, REMINDER)
    assert [name for _, name in _told(sqlite_store)] == ["Ann"]
