"""Telegram in and out against a peer on the loopback that behaves well and badly."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bot import telegram
from bot.delivery import Delivery
from bot.taking_in import Intake
from bot.telegram import Telegram
from cases.channels import intake, outbox
from cases.danger import alerts
from cases.database import Store
from cases.talk import conversations, messages, threads
from cases.talk.messages import Lane
from cases.talk.messages import Line as Spoken
from handlers import speech
from handlers.desk import Desk
from knowledge.library import Library
from nlu.interpreter import InProcess
from tests.peers.telegram import TOKEN, Call, TelegramPeer, serving

SOON = 15.0


@dataclass
class Line:
    """A running channel and the peer at its other end."""

    peer: TelegramPeer
    store: Store

    def hears(self, *words: str, chat: int = 7) -> None:
        """Before long each of these stands in what the resident has read."""
        eventually(lambda: all(word in "\n".join(self.peer.texts(chat)) for word in words))

    def listed(self) -> list[str]:
        """The texts that a person must see to."""
        with self.store.read() as session:
            rows = outbox.for_a_person(session)
            return [messages.line_of(session, row).text for row in rows]

    def says(self, text: str, lane: Lane, chat: int = 7) -> None:
        """The helpline says something of its own."""
        with self.store.write() as session:
            found = threads.find(session, telegram.CHANNEL, str(chat))
            assert found is not None
            line = Spoken(messages.Sender.SYSTEM, text, lane=lane)
            messages.say(session, found, line, now=datetime.now(UTC))


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until it holds, or fail."""
    end = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < end, "It never came about."
        time.sleep(0.05)


@pytest.fixture
def peer() -> TelegramPeer:
    """Telegram."""
    return TelegramPeer()


@pytest.fixture
def line(
    peer: TelegramPeer, sqlite_store: Store, interpreter: InProcess, library: Library
) -> Iterator[Line]:
    """The channel, running."""
    desk = Desk(sqlite_store, interpreter, lambda: library, speech.chinese())
    with serving(peer) as address:
        stop = asyncio.Event()
        loop = asyncio.new_event_loop()
        running = threading.Thread(
            target=lambda: loop.run_until_complete(_run(address, desk, sqlite_store, stop))
        )
        running.start()
        yield Line(peer, sqlite_store)
        loop.call_soon_threadsafe(stop.set)
        running.join()
        loop.close()


async def _run(address: str, desk: Desk, store: Store, stop: asyncio.Event) -> None:
    account = Telegram(TOKEN, api=address, speech=speech.chinese())
    taking_in = Intake(telegram.CHANNEL, account, desk, store, speech.chinese(), _now)
    delivery = Delivery(store, {telegram.CHANNEL: account}, _now)
    await asyncio.gather(taking_in.poll(account, stop), taking_in.work(stop), delivery.run(stop))
    await account.close()


def _now() -> datetime:
    return datetime.now(UTC)


def test_a_question_is_answered_with_its_clause(line: Line) -> None:
    line.peer.writes("低保要什么条件")
    line.hears("低保标准", "依据：《")


def test_a_button_says_what_stands_behind_it(line: Line) -> None:
    line.peer.writes("/start")
    line.hears("您好")
    line.peer.presses("c:1:2")
    eventually(lambda: len(line.peer.texts()) > 1)


def test_an_update_handed_in_twice_is_answered_once(line: Line) -> None:
    number = line.peer.writes("我要投诉")
    line.hears("什么事")
    line.peer.updates.append(dict(line.peer.updates[number - 1]))
    line.peer.writes("谢谢")
    eventually(lambda: line.peer.confirmed >= number + 1)
    assert line.peer.texts()[-1] != line.peer.texts()[0]
    assert "\n".join(line.peer.texts()).count("什么事") == 1


def test_poison_stops_nobody_and_waits_for_a_person(line: Line) -> None:
    line.peer.hands_in({"message": {"chat": "nobody", "date": "never"}})
    line.peer.hands_in({"callback_query": {"id": "1", "data": "x"}})
    line.peer.writes("家里没米了")
    line.hears("单号")
    with line.store.read() as session:
        assert intake.dead(session)


def test_an_emergency_rings_and_leaves_although_the_api_stumbles(line: Line) -> None:
    line.peer.will(_busy, Call.babble, _unavailable)
    line.peer.writes("我不想活了，药都买好了")
    line.hears("120")
    with line.store.read() as session:
        assert len(alerts.open_alerts(session)) == 1


def test_a_reply_that_may_have_left_goes_on_a_list_and_is_not_sent_again(line: Line) -> None:
    line.peer.writes("/start")
    line.hears("您好")
    line.peer.will(line.peer.keeps_and_cuts)
    line.says("提醒：明天上午有人来您家。", Lane.REMINDER)
    eventually(lambda: line.listed() == ["提醒：明天上午有人来您家。"])
    assert line.peer.texts().count("提醒：明天上午有人来您家。") == 1


def test_a_chat_that_must_wait_holds_up_no_other(line: Line) -> None:
    for chat in (7, 8):
        line.peer.writes("/start", chat=chat)
        line.hears("您好", chat=chat)
    line.peer.will(lambda call: call.refuse(429, "Too Many Requests", retry_after=30))
    line.says("第一句", Lane.BOT, chat=7)
    eventually(lambda: not line.peer.behaviour)
    line.says("第二句", Lane.BOT, chat=8)
    line.hears("第二句", chat=8)
    assert "第一句" not in line.peer.texts(7)


def test_whoever_shut_the_chat_is_reached_by_a_person(line: Line) -> None:
    line.peer.writes("/start")
    line.hears("您好")
    line.peer.will(lambda call: call.refuse(403, "Forbidden: bot was blocked by the user"))
    line.says("您的事办好了。", Lane.OPERATOR)
    eventually(lambda: line.listed() == ["您的事办好了。"])
    with line.store.read() as session:
        assert len(threads.blocked(session)) == 1


def test_a_photo_is_noted_and_the_resident_asked_for_words(line: Line) -> None:
    chat = {"id": 7, "type": "private"}
    photo = {"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}
    line.peer.hands_in({"message": {"message_id": 1, "date": 1, "chat": chat, "photo": [photo]}})
    line.hears("只能看文字")


def test_a_chat_that_moved_is_the_same_conversation(line: Line) -> None:
    line.peer.writes("/start")
    line.hears("您好")
    chat = {"id": 7, "type": "private"}
    moved = {"message_id": 2, "date": 1, "chat": chat, "migrate_to_chat_id": 9}
    line.peer.hands_in({"message": moved})
    line.peer.writes("低保要什么条件", chat=9)
    line.hears("低保标准", chat=9)
    with line.store.read() as session:
        assert session.get(conversations.Conversation, _conversation(line)) is not None


def _conversation(line: Line) -> str:
    with line.store.read() as session:
        found = threads.find(session, telegram.CHANNEL, "9")
        assert found is not None
        assert threads.find(session, telegram.CHANNEL, "7") is None
        return found.id


def _busy(call: Call) -> None:
    call.refuse(429, "Too Many Requests: retry after 1", retry_after=1)


def _unavailable(call: Call) -> None:
    call.refuse(502, "Bad Gateway")
