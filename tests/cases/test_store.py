"""The store keeps what it acknowledged, in order, on both databases."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from cases import database, events
from cases.channels import inbox
from cases.database import Store
from cases.errors import ReusedError, StaleEpochError
from cases.talk import conversations, messages
from cases.talk.messages import Line, Sender
from tests import factories
from tests.clock import Clock


def test_a_message_is_kept_once_however_often_it_comes(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        first = inbox.receive(session, chat, external_id="a", text="低保", now=clock.now)
        again = inbox.receive(session, chat, external_id="a", text="低保", now=clock.now)
        assert first.id == again.id
        assert [line.text for line in messages.since(session, chat)] == ["低保"]


def test_the_same_id_with_another_text_is_refused(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        inbox.receive(session, chat, external_id="a", text="低保", now=clock.now)
        with pytest.raises(ReusedError):
            inbox.receive(session, chat, external_id="a", text="特困", now=clock.now)


def test_a_reply_of_an_older_epoch_is_refused(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        line = Line(Sender.BOT, "太晚了")
        with pytest.raises(StaleEpochError):
            messages.say(session, chat, line, now=clock.now, epoch=chat.bot_epoch + 1)


def test_what_a_block_wrote_is_gone_when_it_raises(store: Store, clock: Clock) -> None:
    with pytest.raises(ValueError, match="broken"), store.write() as session:
        factories.a_conversation(session, now=clock.now)
        raise ValueError("broken")
    with store.read() as session:
        assert events.last_seq(session, events.CONSOLE) == 0


def test_text_is_not_readable_in_the_file(sqlite_store: Store, clock: Clock) -> None:
    with sqlite_store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        inbox.receive(session, chat, external_id="a", text="尿毒症三年了", now=clock.now)
    raw = b"".join(path.read_bytes() for path in _files(sqlite_store) if path.exists())
    assert "尿毒症".encode() not in raw


def test_console_events_are_numbered_without_gaps(store: Store, clock: Clock) -> None:
    for _ in range(3):
        with store.write() as session:
            chat = factories.a_conversation(session, now=clock.now)
            conversations.tell_mode(session, chat, now=clock.now)
    with store.read() as session:
        assert [c.seq for c in events.since(session, events.CONSOLE, 0)] == [1, 2, 3]


def test_tables_go_down_and_up_again(store: Store) -> None:
    database.downgrade(store, "base")
    database.upgrade(store)
    assert database.is_current(store)


def _files(store: Store) -> list[Path]:
    path = Path(str(store.engine.url.database))
    return [path, path.with_name(path.name + "-wal")]


def test_nothing_is_written_to_a_file_that_was_deleted(sqlite_store: Store, clock: Clock) -> None:
    path, aside = _path(sqlite_store), _path(sqlite_store).with_name("aside.db")
    _talk(sqlite_store, clock)
    path.rename(aside)
    with pytest.raises(OperationalError, match="put it, or its backup, back"):
        _talk(sqlite_store, clock)
    aside.rename(path)
    _talk(sqlite_store, clock)


def test_a_backup_that_was_put_back_is_opened(sqlite_store: Store, clock: Clock) -> None:
    path, aside = _path(sqlite_store), _path(sqlite_store).with_name("backup.db")
    kept = _talk(sqlite_store, clock)
    with sqlite3.connect(path) as now, sqlite3.connect(aside) as backup:
        now.backup(backup)
    aside.replace(path)
    with pytest.raises(OperationalError):
        _talk(sqlite_store, clock)
    with sqlite_store.write() as session:
        assert conversations.find(session, kept).id == kept


def _path(store: Store) -> Path:
    return Path(str(store.engine.url.database))


def _talk(store: Store, clock: Clock) -> str:
    with store.write() as session:
        return factories.a_conversation(session, now=clock.now).id
