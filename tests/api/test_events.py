"""Event streams: one number series, resumed without a gap, woken at once, shut when they should."""

import asyncio
import json
import re
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from threading import Thread

import pytest
from httpx import Client
from sqlmodel import update

from api import cookies, feed, streams
from api.console import open_consoles, topics
from api.console.desk import desk
from api.pulse import Pulse
from api.streams import Hub
from bot.helpline import Helpline
from cases import events, operators
from cases.database import Session, Store
from cases.desk import queues
from cases.events import Event, Kind
from cases.retention import trimming
from cases.sealed import Vault
from cases.talk import conversations
from cases.talk.messages import Message
from knowledge.names import Region
from tests import factories
from tests.api import listening, stalling, web
from tests.api.open_page import OpenPage
from tests.api.web import Chat, Staff
from tests.clock import Clock


def _path(chat: Chat) -> str:
    return f"/api/conversations/{chat.id}/events"


def test_lines_and_modes_come_in_one_number_series(chat: Chat) -> None:
    chat.says("家里没米了")
    heard = listening.until(chat.client, _path(chat), "queue", chat.bearer)
    numbers = [one.id for one in heard if one.event != "queue"]
    assert numbers == sorted(set(numbers))
    assert heard[-1].body == {"position": 1, "wait_low_s": None, "wait_high_s": None}
    assert {"mode": "queued"} in [one.body for one in heard]


def test_however_many_residents_look_on_a_console_hears_what_comes(
    client: Client, alice: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.streams.MOST_STREAMS", 1)
    one, other = web.open_chat(client), web.open_chat(client)
    bearer = {"Authorization": f"Bearer {alice.token}"}
    with client.stream("GET", _path(one), headers=one.bearer) as first:
        heard = listening.events(first)
        assert next(heard).event == "message"
        with client.stream("GET", _path(other), headers=other.bearer) as refused:
            assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        one.says("家里没米了")
        assert listening.until(client, "/console/events", "changed", bearer)


def test_a_stream_resumes_behind_the_last_event(chat: Chat) -> None:
    chat.says("家里没米了")
    all_ = listening.until(chat.client, _path(chat), "queue", chat.bearer)
    seen = all_[1].id
    headers = {**chat.bearer, "Last-Event-ID": str(seen)}
    rest = listening.until(chat.client, _path(chat), "queue", headers)
    assert rest == [one for one in all_ if one.id > seen]


def test_what_is_said_wakes_the_page_that_waits_for_it(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A page that only looked now and then would hear of it when nobody listens any more.
    monkeypatch.setattr(streams, "POLL_SECONDS", 60)
    heard = threading.Event()

    def listen() -> None:
        listening.until(chat.client, f"{_path(chat)}?after=1", "message", chat.bearer)
        heard.set()

    threading.Thread(target=listen).start()
    time.sleep(0.5)
    chat.says("你好")
    assert heard.wait(timeout=10)


def test_a_stream_does_not_open_with_anothers_token(chat: Chat) -> None:
    other = web.open_chat(chat.client)
    assert chat.client.get(_path(other), headers=chat.bearer).status_code == 404
    assert chat.client.get(_path(chat)).status_code == 401


def test_forty_open_streams_leave_the_chat_its_connections(chat: Chat) -> None:
    streams = [chat.client.stream("GET", _path(chat), headers=chat.bearer) for _ in range(40)]
    for stream in streams:
        stream.__enter__()
    try:
        assert chat.says("你好").status_code == 200
    finally:
        for stream in streams:
            stream.__exit__(None, None, None)


def test_the_news_never_jumps_over_a_line_that_is_still_to_be_read(
    chat: Chat, helpline: Helpline
) -> None:
    chat.says("家里没米了")
    found: list[int] = []
    with helpline.store.read() as session:
        conversation = conversations.find(session, chat.id)
        while batch := feed.since(session, conversation, found[-1] if found else 0):
            found += [one.seq for one in batch]
    assert found == list(range(1, conversation.last_seq + 1))


def test_a_stream_ends_once_its_token_is_revoked(chat: Chat, helpline: Helpline) -> None:
    ended = threading.Event()

    def listen() -> None:
        listening.until(chat.client, _path(chat), "goodbye", chat.bearer)
        ended.set()

    threading.Thread(target=listen).start()
    time.sleep(0.5)
    with helpline.store.write() as session:
        conversations.revoke_token(session, conversations.find(session, chat.id))
    assert ended.wait(timeout=5)


def test_a_console_learns_what_changed_but_not_what_was_said(
    client: Client, helpline: Helpline, chat: Chat
) -> None:
    web.enter(client, web.an_account(helpline, "Alice"))
    chat.says("家里没米了，孩子饿得直哭")
    heard = listening.until(client, "/console/events", "changed")
    assert f"queue:{chat.id}" in heard[0].data
    assert "没米" not in heard[0].data


def test_a_console_hears_of_the_chats_of_its_own_place_alone(
    client: Client, helpline: Helpline
) -> None:
    chats: dict[Region, str] = {}
    with helpline.store.write() as session:
        for region in (Region.ZICHUAN, Region.FENGZE):
            chats[region] = factories.a_waiting_chat(session, now=web.now()).id
            conversations.settle(session, conversations.find(session, chats[region]), region)
    for region, chat in chats.items():
        account = web.an_account(helpline, f"of {region}", region=region)
        bearer = {"Authorization": f"Bearer {web.sign_in(client, account).token}"}
        told = json.loads(listening.until(client, "/console/events", "changed", bearer)[0].data)
        assert [one for one in chats.values() if f"queue:{one}" in told] == [chat]


def test_a_console_is_shut_once_its_account_is(client: Client, helpline: Helpline) -> None:
    account = web.an_account(helpline, "Alice")
    bearer = {"Authorization": f"Bearer {web.sign_in(client, account).token}"}
    ended = threading.Event()

    def listen() -> None:
        listening.until(client, "/console/events", "goodbye", bearer)
        ended.set()

    Thread(target=listen).start()
    time.sleep(0.5)
    with helpline.store.write() as session:
        operators.disable(session, account.id, now=web.now())
    assert ended.wait(timeout=5)


def test_a_console_that_missed_much_looks_at_everything_once(
    client: Client, helpline: Helpline
) -> None:
    web.enter(client, web.an_account(helpline, "Alice"))
    with helpline.store.write() as session:
        for _ in range(open_consoles.MOST_MISSED + 1):
            events.publish(session, Kind.QUEUE, {"conversation": "x"}, now=web.now())
    told = listening.until(client, "/console/events", "changed")[0]
    assert json.loads(told.data) == [topics.EVERYTHING]
    with helpline.store.write() as session:
        chat_id = factories.a_waiting_chat(session, now=web.now()).id
    after = {"Last-Event-ID": str(told.id)}
    (next_,) = listening.until(client, "/console/events", "changed", after)
    assert f"queue:{chat_id}" in json.loads(next_.data)
    assert topics.EVERYTHING not in next_.data


def test_a_console_that_was_cut_shows_what_the_server_has_and_nothing_twice(
    client: Client, helpline: Helpline, alice: Staff, chat: Chat
) -> None:
    chat.says("找人工")
    alice.post(f"/api/conversations/{chat.id}/take").raise_for_status()
    page = _a_page(alice, chat)
    for number in range(3):
        chat.says(f"还有{number}")
        web.open_chat(client).says("找人工")
    with helpline.store.read() as session:
        newest = events.counted(session, events.CONSOLE)
    page.follow(newest)
    fresh = _a_page(alice, chat)
    assert (page.lines, page.queue) == (fresh.lines, fresh.queue)
    assert len(fresh.queue) == 4


def test_of_many_lines_that_were_missed_the_page_fetches_all(
    helpline: Helpline, alice: Staff, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "LINES_AT_ONCE", 2)
    chat.says("找人工")
    alice.post(f"/api/conversations/{chat.id}/take").raise_for_status()
    page = _a_page(alice, chat)
    for number in range(5):
        chat.says(f"还有{number}")
    with helpline.store.read() as session:
        newest = events.counted(session, events.CONSOLE)
    page.follow(newest)
    assert page.lines == _a_page(alice, chat).lines


def _a_page(alice: Staff, chat: Chat) -> OpenPage:
    return OpenPage(alice.client, chat.id, {"Authorization": f"Bearer {alice.token}"}).load()


def test_consoles_that_never_read_keep_nothing_from_those_that_do(
    client: Client, helpline: Helpline, alice: Staff, chat: Chat
) -> None:
    chat.says("找人工")
    alice.post(f"/api/conversations/{chat.id}/take").raise_for_status()
    page = _a_page(alice, chat)
    with ExitStack() as open_:
        for _ in range(2 * streams.THREADS):
            open_.enter_context(stalling.stream(str(client.base_url), alice.token))
        for number in range(5):
            said = chat.says(f"还有{number}").json()["messages"][0]["seq"]
            with helpline.store.read() as session:
                newest = events.counted(session, events.CONSOLE)
            page.follow(newest)
            assert page.lines[-1] == said


def test_what_another_process_writes_wakes_the_pages_of_this_one(
    store: Store, vault: Vault, clock: Clock
) -> None:
    hub = Hub()
    looks: list[bool] = []
    pulse = Pulse(store, hub, lambda: looks.append(True))
    address = store.engine.url.render_as_string(hide_password=False)

    async def woken(write: Callable[[Session], object]) -> bool:
        with hub.watching([]):
            pulse.beat(stirred=False)
            looks.clear()
            elsewhere = Store(address, vault)
            with elsewhere.write() as session:
                write(session)
            elsewhere.close()
            pulse.beat(stirred=False)
            return bool(looks)

    assert asyncio.run(woken(lambda s: factories.a_waiting_chat(s, now=clock.now)))
    assert not asyncio.run(woken(lambda s: factories.a_conversation(s, now=clock.now)))


def test_an_open_console_keeps_its_operator_on_duty(
    client: Client, helpline: Helpline, chat: Chat
) -> None:
    web.enter(client, web.an_account(helpline, "Alice"))
    chat.says("找人工")
    listening.until(client, "/console/events", "changed")
    parts = client.get("/readyz").json()["parts"]
    assert parts["duty"] == "somebody can be rung"


def test_an_operator_follows_the_chat_too(chat: Chat, alice: Staff, helpline: Helpline) -> None:
    chat.says("找人工")
    headers = {"Authorization": f"Bearer {alice.token}"}
    heard = listening.until(chat.client, _path(chat), "queue", headers)
    with helpline.store.read() as session:
        place = queues.standing(session, conversations.find(session, chat.id), now=web.now())
    assert place is not None
    assert heard[-1].body["position"] == place.position


def _ages(helpline: Helpline, days: int) -> None:
    """What was said and happened in a chat is so old, and the log of changes was cut since."""
    with helpline.store.write() as session:
        old = web.now() - timedelta(days=days)
        session.connection().execute(update(Message).values(created_at=old))
        session.connection().execute(update(Event).values(at=old))
    with helpline.store.write() as session:
        trimming.trim(session, helpline.terms, 0, now=web.now())


def test_who_was_away_longer_than_changes_are_kept_begins_anew(
    chat: Chat, helpline: Helpline
) -> None:
    chat.says("家里没米了")
    _ages(helpline, 31)
    with helpline.store.read() as session:
        last = conversations.find(session, chat.id).last_seq
    headers = {**chat.bearer, "Last-Event-ID": "1"}
    (anew,) = listening.until(chat.client, _path(chat), "anew", headers)
    assert anew.id == last
    assert anew.body["mode"] == "queued"


def test_who_began_anew_goes_on_from_there(chat: Chat, helpline: Helpline) -> None:
    chat.says("家里没米了")
    _ages(helpline, 31)
    headers = {**chat.bearer, "Last-Event-ID": "1"}
    anew = listening.until(chat.client, _path(chat), "anew", headers)[-1]
    chat.says("孩子饿着")
    headers = {**chat.bearer, "Last-Event-ID": str(anew.id)}
    heard = listening.until(chat.client, _path(chat), "message", headers)
    assert "孩子饿着" in heard[-1].data


def test_who_was_away_for_a_month_less_a_day_is_told_all(chat: Chat, helpline: Helpline) -> None:
    chat.says("家里没米了")
    _ages(helpline, 29)
    headers = {**chat.bearer, "Last-Event-ID": "1"}
    heard = [one.event for one in listening.until(chat.client, _path(chat), "queue", headers)]
    assert "mode" in heard
    assert "anew" not in heard


def test_a_page_that_was_open_for_months_loads_itself_again_once(
    client: Client, helpline: Helpline, chat: Chat
) -> None:
    chat.says("家里没米了")
    _ages(helpline, 31)
    client.cookies.set(cookies.CHAT, chat.token)
    heard = listening.until(client, "/chat/events?after=1", "anew")
    upto = re.search(r'data-upto="(\d+)"', client.get("/").text)
    assert upto is not None
    assert [one.event for one in heard] == ["anew"]
    assert listening.until(client, f"/chat/events?after={upto[1]}", "state")[0].event == "state"
