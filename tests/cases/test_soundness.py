"""A check of the store finds what cannot be opened and what is counted wrongly."""

from pathlib import Path

from sqlalchemy import text

from cases import database, keys, residents, sealed, soundness
from cases.database import Store
from cases.talk import messages
from cases.talk.messages import Line, Sender
from tests import factories
from tests.clock import Clock


def _said(store: Store, clock: Clock) -> str:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        messages.say(session, chat, Line(Sender.BOT, "好"), now=clock.now)
    return chat.resident_id


def test_a_sound_store_gives_no_finding(store: Store, clock: Clock) -> None:
    _said(store, clock)
    assert soundness.check(store) == []


def test_what_a_wrong_key_file_cannot_open_is_found(
    sqlite_store: Store, clock: Clock, tmp_path: Path
) -> None:
    _said(sqlite_store, clock)
    other = Store(str(sqlite_store.engine.url), sealed.open_or_create(tmp_path / "other"))
    (finding,) = soundness.check(other)
    other.close()
    assert "cannot be opened" in finding


def test_what_was_forgotten_is_no_finding(store: Store, clock: Clock) -> None:
    resident = _said(store, clock)
    with store.write() as session:
        keys.destroy(session, residents.key_of(session, resident), now=clock.now)
    assert soundness.check(store) == []


def test_a_counter_that_fell_behind_is_found(store: Store, clock: Clock) -> None:
    _said(store, clock)
    with store.write() as session:
        session.connection().execute(text("UPDATE conversations SET last_seq = 0"))
    (finding,) = soundness.check(store)
    assert "counts fewer" in finding


def test_old_tables_are_found(sqlite_store: Store) -> None:
    database.downgrade(sqlite_store, "0001")
    (finding,) = soundness.check(sqlite_store)
    assert "helpline db upgrade" in finding
