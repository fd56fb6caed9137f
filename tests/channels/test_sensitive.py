"""A channel that may not carry sensitive facts: nothing but words is taken, none is asked for."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from bot import telegram_updates
from bot.channels import Located, Unsupported
from bot.helpline import Helpline
from bot.telegram import Telegram
from cases.channels.intake import Update
from cases.database import Store
from cases.dialogue.checklists import Terms
from cases.talk import conversations, messages
from handlers import speech
from handlers.desk import Desk
from knowledge.library import Library
from nlu.interpreter import InProcess
from tests.channels import rigs
from tests.channels.kit import Pushed, eventually, heard
from tests.clock import Clock
from tests.peers.telegram import TOKEN
from tests.resident import Resident

PAGE = "https://help.example"
CHAT = {"id": 1, "type": "private"}
PLACE = {"latitude": 36.64, "longitude": 117.95}
MEDIA: dict[str, object] = {
    "location": PLACE,
    "photo": [{"file_id": "secret", "file_unique_id": "u", "width": 1, "height": 1}],
    "voice": {"file_id": "secret", "file_unique_id": "u", "duration": 1},
    "document": {"file_id": "secret", "file_unique_id": "u"},
}


@pytest.fixture
def wary(sqlite_store: Store, interpreter: InProcess, library: Library, clock: Clock) -> Resident:
    """Somebody on the web, which a deployment has said may not carry sensitive facts."""
    desk = Desk(
        sqlite_store,
        interpreter,
        lambda: library,
        speech.chinese(),
        Terms(PAGE),
        wary=frozenset({"web"}),
    )
    return Resident(desk, sqlite_store, clock)


@pytest.fixture
def telegram(helpline: Helpline) -> Iterator[Pushed]:
    """Telegram, running without leave to carry anything sensitive."""
    with rigs.telegram_rig(helpline) as found:
        yield found


@pytest.mark.parametrize("said", ["我想看看能申请什么", "我家里有变化", "我想申请低保，看看够不够"])
def test_sensitive_questions_lead_elsewhere_and_are_not_asked(wary: Resident, said: str) -> None:
    wary.says(said)
    wary.hears(f"{PAGE}/")
    wary.hears_nothing_of("收入是", "为什么问", "多少钱")


def test_the_page_begins_empty(wary: Resident) -> None:
    wary.says("我能申请什么")
    links = [word for word in wary.heard.replace("\n", " ").split() if PAGE in word]
    assert links
    assert all(link.partition(PAGE)[2].startswith("/") for link in links)
    assert "?" not in "".join(links)


def test_facts_that_were_told_all_the_same_are_not_kept_for_a_form(
    wary: Resident, sqlite_store: Store
) -> None:
    wary.says("我一个月收入900元，一级残疾，能申请什么")
    wary.hears(f"{PAGE}/")
    with sqlite_store.read() as session:
        found = conversations.find(session, wary.conversation_id)
        assert '"prescreen"' not in (conversations.state_of(session, found) or "")


def test_policy_is_answered_there(wary: Resident) -> None:
    wary.says("低保要什么条件").hears("低保标准")


def test_hunger_is_filed_there_but_the_place_is_asked_elsewhere(wary: Resident) -> None:
    wary.says("家里没米了，一天没吃饭").hears("单号", PAGE)
    wary.hears_nothing_of("在哪个镇")


def test_danger_to_life_is_asked_after_wherever_it_is_told(wary: Resident) -> None:
    wary.says("我老公拿刀要砍我").hears("110")
    wary.hears_nothing_of(PAGE)


@pytest.mark.parametrize("kind", sorted(MEDIA))
def test_of_media_not_even_the_id_is_kept(kind: str) -> None:
    message = {"message_id": 1, "date": 1, "chat": CHAT, kind: MEDIA[kind]}
    kept = telegram_updates.raw({"update_id": 5, "message": message}, carries_sensitive=False)
    assert "secret" not in kept.body
    assert "36.64" not in kept.body
    account = Telegram(TOKEN, api="http://127.0.0.1:9", speech=speech.chinese())
    read = account.read(kept.body)
    assert isinstance(read, Unsupported)
    assert read.what == kind


def test_where_it_may_a_place_is_read() -> None:
    message = {"message_id": 1, "date": 1, "chat": CHAT, "location": PLACE}
    update = {"update_id": 5, "message": message}
    kept = telegram_updates.raw(update, carries_sensitive=True)
    account = Telegram(
        TOKEN, api="http://127.0.0.1:9", speech=speech.chinese(), carries_sensitive=True
    )
    assert account.read(kept.body) == Located("1", 36.64, 117.95)


def test_an_album_is_answered_once_and_fetches_nothing(telegram: Pushed) -> None:
    assert isinstance(telegram, rigs.TelegramRig)
    for number in range(3):
        message = {"message_id": number, "date": 1, "chat": CHAT, "media_group_id": "g"}
        telegram.peer.hands_in({"message": {**message, "photo": MEDIA["photo"]}})
    eventually(lambda: _noted(telegram, "一张图片") == 3)
    eventually(lambda: "只能看文字" in heard(telegram))
    assert heard(telegram).count("只能看文字") == 1
    assert set(telegram.peer.methods) <= {"getupdates", "sendMessage"}


def test_a_burst_is_one_turn(helpline: Helpline) -> None:
    with rigs.telegram_rig(helpline) as telegram:
        telegram.swaps("我想问", "低保要什么条件")
        eventually(lambda: "低保标准" in heard(telegram))
        with telegram.store.read() as session:
            seqs = session.exec(select(messages.Message.inbound_id)).all()
    assert len({one for one in seqs if one is not None}) == 2
    assert heard(telegram).count("低保标准") >= 1


def test_what_is_done_with_is_emptied(telegram: Pushed) -> None:
    telegram.writes("低保要什么条件")
    eventually(lambda: "低保标准" in heard(telegram))
    with telegram.store.read() as session:
        assert [row.sealed_body for row in session.exec(select(Update))] == [b""]


def _noted(rig: Pushed, what: str) -> int:
    with rig.store.read() as session:
        rows = session.exec(select(messages.Message)).all()
        return sum(what in messages.line_of(session, row).text for row in rows)
