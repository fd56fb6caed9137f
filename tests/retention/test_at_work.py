"""One clock erases at a time, and none reads through what it leaves alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import event

from bot import keeping
from cases.database import Store
from cases.retention import daily, terms, wishes
from cases.retention.daily import LEASE
from cases.talk import conversations
from tests.clock import Clock
from tests.retention import house

# What stands there is what is still to be erased: a row goes with its reporter.
ONLY_WHAT_IS_LEFT = ("SCAN reporters", "SCAN CONSTANT ROW", "SCAN (subquery")
READS = ("SELECT", "UPDATE", "DELETE")


@contextmanager
def _statements(store: Store) -> Iterator[list[tuple[str, object]]]:
    heard: list[tuple[str, object]] = []

    def hear(*told: object) -> None:
        heard.append((str(told[2]), told[3]))

    event.listen(store.engine, "before_cursor_execute", hear)
    yield heard
    event.remove(store.engine, "before_cursor_execute", hear)


def test_another_clock_waits_for_the_lease(store: Store, clock: Clock) -> None:
    day = daily.day_of(clock.now)
    taken = []
    for now in (clock.now, clock.now, clock.now + LEASE + timedelta(seconds=1)):
        with store.write() as session:
            taken.append(daily.claim(session, terms.shipped(), now=now))
    assert taken == [day, None, day]


def test_before_two_in_the_morning_it_is_still_the_day_before(clock: Clock) -> None:
    night = clock.now.replace(hour=17, minute=59)
    assert daily.day_of(night) == daily.day_of(night - timedelta(hours=12))
    assert daily.day_of(night + timedelta(minutes=1)) == daily.day_of(night) + timedelta(days=1)


def test_what_is_left_alone_is_not_read_through(sqlite_store: Store, clock: Clock) -> None:
    with sqlite_store.write() as session:
        chat = house.a_talk(session, now=clock.now)
        house.an_ended_ticket(session, chat, now=clock.now)
    with _statements(sqlite_store) as heard:
        keeping.erase_due(sqlite_store, terms.shipped(), now=clock.advance(days=300))
        with sqlite_store.write() as session:
            wishes.ask(session, conversations.find(session, chat.id), now=clock.now)
        assert keeping.forget_asked(sqlite_store, now=clock.now + timedelta(minutes=3)) == 1
    looks = {sql: values for sql, values in heard if sql.startswith(READS)}
    with sqlite_store.engine.connect() as connection:
        plans = [
            row[3]
            for sql, values in looks.items()
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)  # type: ignore[arg-type]
        ]
    scans = [plan for plan in plans if "SCAN" in plan and not plan.startswith(ONLY_WHAT_IS_LEFT)]
    assert scans == []
