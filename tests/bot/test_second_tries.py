"""An engine that never comes back: the clock goes on, and every resident ends with a person."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Event

import pytest

from bot import second_tries
from bot.helpline import Helpline
from bot.second_tries import HANGS_AFTER, MOST_BUSY, MOST_THREADS, Beside
from bot.shelf import Shelf
from cases.channels import inbox
from cases.channels.inbox import ANSWER_LEASE
from cases.database import Store
from cases.talk import conversations, messages
from cases.talk.conversations import Mode
from config.settings import Settings
from handlers import speech
from handlers.desk import Desk
from knowledge.library import Library
from nlu.understanding import Understanding
from tests import factories
from tests.clock import Clock

LATER = ANSWER_LEASE + timedelta(seconds=1)


class Hangs:
    """An engine that reads for ever, until the test is over."""

    def __init__(self) -> None:
        self.over = Event()

    def read(self, text: str, *, now: datetime) -> Understanding:
        """Wait; nothing is ever understood."""
        self.over.wait()
        raise TimeoutError(f"{now}: {len(text)} characters")


@pytest.fixture
def engine() -> Hangs:
    """It hangs as long as the test lasts."""
    return Hangs()


@pytest.fixture
def beside(engine: Hangs, helpline: Helpline) -> Iterator[Beside]:
    """Where tries run; they end before the store of the helpline they write into."""
    assert helpline.interpreter is engine
    others = set(threading.enumerate())
    yield Beside()
    engine.over.set()
    for one in set(threading.enumerate()) - others:
        one.join()


@pytest.fixture
def helpline(
    store: Store, engine: Hangs, library: Library, tmp_path_factory: pytest.TempPathFactory
) -> Helpline:
    """A helpline with that engine."""
    words = speech.chinese()
    shelf = Shelf(tmp_path_factory.mktemp("standards"), shipped=library)
    desk = Desk(store, engine, shelf.library, words)
    return Helpline(Settings(), store, shelf, engine, desk, words)


def _says(store: Store, clock: Clock) -> str:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        inbox.receive(session, chat, external_id="a", text="低保要什么条件", now=clock.now)
    return chat.id


def _ended(store: Store, chat: str) -> tuple[str, str | None, int]:
    """Who answers now, why, and how often the resident was told."""
    with store.read() as session:
        row = conversations.find(session, chat)
        told = [one for one in messages.since(session, row) if "对不起" in one.text]
        return row.mode, row.queue_reason, len(told)


def test_a_reading_that_never_ends_goes_to_a_person_who_is_told_why(
    helpline: Helpline, beside: Beside, store: Store, clock: Clock
) -> None:
    chat = _says(store, clock)
    for _ in range(3):
        assert second_tries.look(helpline, beside, now=clock.now + LATER) == 1
        clock.advance(seconds=31)
    assert second_tries.look(helpline, beside, now=clock.now + LATER) == 0
    assert _ended(store, chat) == (Mode.QUEUED, "bot_failed", 1)


def test_what_hangs_holds_up_nobody_who_comes_after_it(
    helpline: Helpline, beside: Beside, store: Store, clock: Clock
) -> None:
    chats = []
    for _ in range(MOST_THREADS):
        chats.append(_says(store, clock))
        second_tries.look(helpline, beside, now=clock.advance(seconds=31))
    for _ in range(3):
        second_tries.look(helpline, beside, now=clock.advance(seconds=61))
    assert {_ended(store, one) for one in chats} == {(Mode.QUEUED, "bot_failed", 1)}


def test_while_enough_are_busy_nothing_more_is_taken_up(
    helpline: Helpline, beside: Beside, store: Store, clock: Clock
) -> None:
    at = clock.now + LATER
    for _ in range(MOST_BUSY):
        _says(store, clock)
        assert second_tries.look(helpline, beside, now=at) == 1
    _says(store, clock)
    assert second_tries.look(helpline, beside, now=at) == 0
    assert second_tries.look(helpline, beside, now=at + HANGS_AFTER) > 0
