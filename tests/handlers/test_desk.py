"""The desk answers each message once, stays silent beside a person, and fails towards one."""

from datetime import datetime

import pytest
from sqlmodel import col, select

from cases.channels import inbox
from cases.channels.inbox import Inbound
from cases.danger import alerts
from cases.database import Store
from cases.desk import queues
from cases.errors import ReusedError, UnknownError
from cases.talk import conversations
from cases.talk.conversations import Mode
from cases.talk.messages import Sender
from handlers import speech
from handlers.desk import Desk
from knowledge.library import Library
from knowledge.loading import LibraryError
from knowledge.names import Hazard, Priority
from nlu.interpreter import InProcess
from nlu.understanding import Understanding
from tests import factories
from tests.clock import Clock
from tests.resident import Resident


class Broken:
    """An engine that fails at every word."""

    def read(self, text: str, *, now: datetime) -> Understanding:
        """Fail."""
        raise RuntimeError(f"broken at {now} for {len(text)} characters")


class Overtaken:
    """An engine so slow with two messages that another process answers the first meanwhile."""

    def __init__(self, engine: InProcess, store: Store) -> None:
        self._engine, self._store = engine, store
        self.read_together = 0

    def read(self, text: str, *, now: datetime) -> Understanding:
        """Read; the second time they are read together, the first is closed elsewhere."""
        self.read_together += "\n" in text
        if "\n" in text and self.read_together == 2:
            with self._store.write() as session:
                first = session.exec(select(Inbound).order_by(col(Inbound.seq))).first()
                assert first is not None
                inbox.mark_answered(session, first, now=now)
        return self._engine.read(text, now=now)


def test_the_same_message_twice_gets_the_same_answer(resident: Resident) -> None:
    first = resident.says("低保要什么条件", client_id="a").heard
    assert resident.says("低保要什么条件", client_id="a").heard == first
    assert len([m for m in resident.everything if m.sender is Sender.RESIDENT]) == 1


def test_the_same_id_with_other_words_is_refused(resident: Resident) -> None:
    resident.says("低保要什么条件", client_id="a")
    with pytest.raises(ReusedError):
        resident.says("特困要什么条件", client_id="a")


def test_of_two_messages_the_one_answered_elsewhere_meanwhile_is_not_answered_again(
    sqlite_store: Store, interpreter: InProcess, library: Library, clock: Clock
) -> None:
    engine = Overtaken(interpreter, sqlite_store)
    desk = Desk(sqlite_store, engine, lambda: library, speech.chinese())
    resident = Resident(desk, sqlite_store, clock)
    both = [("a", "低保要什么条件"), ("b", "谢谢")]
    desk.hear(resident.conversation_id, both, now=clock.now)
    assert engine.read_together == 2
    _, answer = [line.text for line in resident.everything if line.sender is Sender.BOT]
    assert "低保标准" not in answer


def test_an_unknown_conversation_is_refused(desk: Desk, clock: Clock) -> None:
    with pytest.raises(UnknownError):
        desk.receive("0" * 32, external_id="a", text="您好", now=clock.now)


def test_words_said_to_a_person_are_kept(
    resident: Resident, sqlite_store: Store, clock: Clock
) -> None:
    with sqlite_store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        queues.take(session, resident.conversation_id, alice, now=clock.now)
    assert resident.says("我住在二楼").answers == []
    assert resident.everything[-1].text == "我住在二楼"


def test_knowledge_that_cannot_be_read_ends_with_a_person(
    sqlite_store: Store, interpreter: InProcess, clock: Clock
) -> None:
    def unreadable() -> Library:
        raise LibraryError("dibao.yml: line 3: not a date")

    desk = Desk(sqlite_store, interpreter, unreadable, speech.chinese())
    resident = Resident(desk, sqlite_store, clock)
    resident.says("低保要什么条件").hears("对不起")
    with sqlite_store.read() as session:
        assert conversations.find(session, resident.conversation_id).mode == Mode.QUEUED


@pytest.mark.parametrize(
    "text", ["", " ", "\x00\x01", "a" * 100_000, "😀" * 50, "\u202e低保", "'; DROP TABLE messages;"]
)
def test_any_text_is_answered(resident: Resident, text: str) -> None:
    assert resident.says(text).heard


def test_after_a_person_the_bot_begins_anew(
    resident: Resident, sqlite_store: Store, clock: Clock
) -> None:
    resident.says("我要投诉").hears("什么事")
    with sqlite_store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        queues.take(session, resident.conversation_id, alice, now=clock.now)
    resident.says("村干部不给我办事")
    with sqlite_store.write() as session:
        chat = conversations.find(session, resident.conversation_id)
        queues.hand_back(session, chat, now=clock.now)
    resident.says("低保要什么条件").hears("低保标准").hears_nothing_of("刚才的")


def test_danger_rings_even_when_the_engine_is_broken(
    sqlite_store: Store, library: Library, clock: Clock
) -> None:
    desk = Desk(sqlite_store, Broken(), lambda: library, speech.chinese())
    resident = Resident(desk, sqlite_store, clock)
    resident.says("我不想活了，药都买好了").hears("120")
    with sqlite_store.read() as session:
        chat = conversations.find(session, resident.conversation_id)
        assert (chat.mode, chat.queue_priority) == (Mode.QUEUED, Priority.P0)
        assert [alert.hazard for alert in alerts.open_alerts(session)] == [Hazard.SELF_HARM]


def test_a_message_as_long_as_allowed_is_answered(resident: Resident) -> None:
    resident.says("家里没米了，" + "我慢慢说。" * 798).hears("单号")
