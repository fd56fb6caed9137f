"""Rows are reached by many threads and processes at once, and nothing of them leaks."""

from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import select

from cases import database, events, operators, sealed, tables
from cases.database import Store
from cases.events import CONSOLE, Kind
from cases.operators import Operator
from tests import factories
from tests.clock import Clock
from tests.forked import FORKS
from tests.servers import Postgres

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
CHINA = timezone(timedelta(hours=8))


def _start(address: str, keys: Path) -> bool:
    store = Store(address, sealed.open_or_create(keys))
    database.upgrade(store)
    current = database.is_current(store)
    store.close()
    return current


def _publish_twenty(address: str, keys: Path) -> None:
    store = Store(address, sealed.open_or_create(keys))
    for _ in range(20):
        with store.write() as session:
            before = events.last_seq(session, CONSOLE)
            events.publish(session, Kind.QUEUE, {"before": str(before)}, now=NOON)
    store.close()


def _fail(_streams: frozenset[str]) -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_processes_that_start_together_make_the_tables_once(
    kind: str, tmp_path: Path, postgres_server: Postgres
) -> None:
    fresh = postgres_server.address_of(postgres_server.new_database())
    address = fresh if kind == "postgresql" else f"sqlite:///{tmp_path / 'new.db'}"
    with ProcessPoolExecutor(2, mp_context=FORKS) as processes:
        started = [processes.submit(_start, address, tmp_path / "keys") for _ in range(2)]
        assert all(one.result() for one in started)


def test_processes_write_one_sqlite_file_without_failing_or_overtaking(
    sqlite_store: Store, tmp_path: Path
) -> None:
    address = str(sqlite_store.engine.url)
    with ProcessPoolExecutor(2, mp_context=FORKS) as processes:
        for one in [processes.submit(_publish_twenty, address, tmp_path / "k") for _ in range(2)]:
            one.result()
    with sqlite_store.read() as session:
        found = events.since(session, CONSOLE, 0)
    assert [c.seq for c in found] == list(range(1, 41))
    assert [int(c.body["before"]) for c in found] == list(range(40))


def test_the_migrations_make_exactly_the_tables_of_the_code(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"render_as_batch": True})
        assert compare_metadata(context, tables.METADATA) == []


def test_every_foreign_key_has_an_index(sqlite_store: Store) -> None:
    look = inspect(sqlite_store.engine)
    missing = []
    for table in look.get_table_names():
        led = {look.get_pk_constraint(table)["constrained_columns"][0]}
        led |= {str(index["column_names"][0]) for index in look.get_indexes(table)}
        led |= {one["column_names"][0] for one in look.get_unique_constraints(table)}
        for key in look.get_foreign_keys(table):
            missing += [(table, one) for one in key["constrained_columns"] if one not in led]
    assert missing == []


def test_an_error_of_the_database_shows_no_values(store: Store, clock: Clock) -> None:
    with store.write() as session:
        first = factories.an_operator(session, "Alice", now=clock.now)
    twin = {**first.model_dump(), "id": "another", "password_hash": "my-secret"}
    with pytest.raises(IntegrityError) as caught, store.write() as session:
        session.add(Operator(**twin))
    assert "my-secret" not in str(caught.value)


def test_an_instant_without_a_zone_is_refused(store: Store, clock: Clock) -> None:
    with store.write() as session:
        someone = factories.an_operator(session, now=clock.now)
    with pytest.raises(StatementError, match="aware"), store.write() as session:
        operators.note_present(session, someone.id, "", now=clock.now.replace(tzinfo=None))


def test_an_instant_comes_back_in_utc_from_any_zone(store: Store) -> None:
    with store.write() as session:
        factories.an_operator(session, now=NOON.astimezone(CHINA))
    with store.read() as session:
        found = session.exec(select(Operator.created_at)).one()
    assert (found, found.tzinfo) == (NOON, UTC)


def test_a_listener_that_fails_does_not_undo_a_commit(store: Store, clock: Clock) -> None:
    heard: list[frozenset[str]] = []
    store.listen(_fail)
    store.listen(heard.append)
    with store.write() as session:
        events.publish(session, Kind.QUEUE, {}, now=clock.now)
    assert heard == [frozenset({CONSOLE})]


def test_what_rolls_back_is_told_to_nobody(store: Store, clock: Clock) -> None:
    heard: list[frozenset[str]] = []
    store.listen(heard.append)
    with pytest.raises(ZeroDivisionError), store.write() as session:
        events.publish(session, Kind.QUEUE, {}, now=clock.now)
        raise ZeroDivisionError
    assert heard == []
