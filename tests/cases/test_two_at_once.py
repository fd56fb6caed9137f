"""Two of the staff who set or promise one thing at one instant: once, no error for either."""

from datetime import date, time, timedelta

from sqlmodel import select

from cases.database import Store
from cases.desk import callbacks, line_settings, slots
from cases.desk.callbacks import CallKind
from cases.desk.slots import CallSlot, Plan
from cases.operators import Operator
from cases.talk import conversations
from knowledge.names import Region
from tests import factories, threads
from tests.clock import Clock

HERE = Region.ZICHUAN


def _desks(store: Store, clock: Clock) -> list[Operator]:
    with store.write() as session:
        return [factories.an_operator(session, f"sun {n}", now=clock.now) for n in range(4)]


def test_a_line_that_two_set_at_once_is_as_the_last_one_said(store: Store, clock: Clock) -> None:
    def put(who: Operator) -> None:
        with store.write() as session:
            line_settings.put(session, HERE, automatic=True, sticky=False, by=who.id, now=clock.now)

    threads.at_once(put, _desks(store, clock))
    with store.read() as session:
        assert [row.region for row in line_settings.all_set(session)] == [HERE]


def test_hours_for_calls_that_two_open_at_once_are_opened_once(store: Store, clock: Clock) -> None:
    day = date(2026, 11, 24)
    plan = Plan(day, day, time(9), time(12), timedelta(minutes=30), 2)

    def opens(who: Operator) -> int:
        with store.write() as session:
            return slots.open_for(session, HERE, plan, by=who.id, now=clock.now)

    assert sum(threads.at_once(opens, _desks(store, clock))) == 6
    with store.read() as session:
        assert len(session.exec(select(CallSlot)).all()) == 6


def test_who_fell_silent_is_owed_one_call_though_two_say_so_at_once(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now).id

    def owes(who: Operator) -> str:
        with store.write() as session:
            found = conversations.find(session, chat)
            made = callbacks.owe(
                session,
                found,
                CallKind.DANGER,
                phone=None,
                due_at=clock.now,
                by=who.id,
                now=clock.now,
            )
            return made.id

    assert len(set(threads.at_once(owes, _desks(store, clock)))) == 1
