"""What the desk says after something was pressed, and what waits for whom."""

import json

import pytest
from httpx import Client, Response

from api.pages import LOCAL
from bot.helpline import Helpline
from cases.desk import typing_signs
from cases.desk.typing_signs import Side
from cases.talk import conversations
from knowledge.names import Region
from tests.api import web
from tests.api.web import Chat


@pytest.fixture
def desk(client: Client, helpline: Helpline, chat: Chat) -> Client:
    """Alice at the console, with a resident's chat in her hands."""
    chat.says("找人工")
    web.enter(client, web.an_account(helpline, "Alice", region=Region.ZICHUAN))
    _post(client, f"/console/chats/{chat.id}/take")
    return client


def _post(client: Client, path: str, **fields: str) -> Response:
    csrf = web.csrf_of(client.get("/console"))
    return client.post(path, data={"csrf": csrf, **fields}, follow_redirects=True)


def _heard(chat: Chat) -> str:
    said = chat.client.get(f"/api/conversations/{chat.id}/messages", headers=chat.bearer)
    return json.dumps(said.json(), ensure_ascii=False)


def test_who_is_not_sure_reads_where_the_chat_went(desk: Client, chat: Chat) -> None:
    page = _post(desk, f"/console/chats/{chat.id}/unsure", matter="medical", note="报销比例")
    assert "已放进队里由同事接" in page.text
    assert "您转出或者没回的，先由同事接" in page.text


def test_who_hands_back_reads_that_it_is_done(desk: Client, chat: Chat) -> None:
    assert "已交回机器人" in _post(desk, f"/console/chats/{chat.id}/hand-back").text


def test_a_sign_of_writing_ends_with_what_was_written(
    desk: Client, helpline: Helpline, chat: Chat
) -> None:
    _post(desk, f"/console/chats/{chat.id}/writing")
    _post(desk, f"/console/chats/{chat.id}/reply", text="请到昆仑镇")
    with helpline.store.read() as session:
        talk = conversations.find(session, chat.id)
        assert not typing_signs.is_writing(session, talk, Side.OPERATOR, now=web.now())


def test_who_was_cautioned_is_not_asked_how_they_liked_it(desk: Client, chat: Chat) -> None:
    _post(desk, f"/console/chats/{chat.id}/caution")
    _post(desk, f"/console/chats/{chat.id}/hand-back")
    assert "您觉得怎么样" not in _heard(chat)


def test_after_a_danger_the_farewell_says_whom_to_call(desk: Client, chat: Chat) -> None:
    chat.says("我不想活了，药都买好了")
    at = web.now().astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M")
    card = {"service": "120", "at": at, "reference": "接警 3307", "place": "昆仑镇"}
    _post(desk, f"/console/chats/{chat.id}/rescue", **card)
    _post(desk, f"/console/chats/{chat.id}/hand-back")
    assert "要是又觉得有危险，马上打 110 或者 120" in _heard(chat)


def test_a_card_that_is_missing_is_no_change_of_somebody_else(desk: Client, chat: Chat) -> None:
    chat.says("我不想活了，药都买好了")
    page = _post(desk, f"/console/chats/{chat.id}/hand-back").text
    assert "还不能结束" in page
    assert "刚才有变化" not in page


def test_a_missed_call_without_a_number_is_asked_for_it(desk: Client) -> None:
    page = _post(desk, "/console/phone/missed", region="fengze", phone="")
    assert (page.status_code, "要写来电号码" in page.text) == (403, False)
    page = _post(desk, "/console/phone/missed", region="zichuan", phone="")
    assert (page.status_code, "要写来电号码" in page.text) == (422, True)


def test_the_next_shift_reads_at_the_desk_that_something_waits_to_be_signed(
    desk: Client, helpline: Helpline
) -> None:
    _post(desk, "/console/shifts", text="ZC-261122-000001 等回话")
    assert "交接没签收" not in desk.get("/console").text
    web.enter(desk, web.an_account(helpline, "Bob", region=Region.ZICHUAN))
    assert "上一班的交接没签收 (1)" in desk.get("/console").text


def test_after_the_third_attempt_there_is_no_other(desk: Client) -> None:
    _post(desk, "/console/phone/missed", region="zichuan", phone="13800001111")
    for _ in range(2):
        _attempt(desk, "again")
    assert 'value="again"' not in desk.get("/console/calls").text
    assert _attempt(desk, "again").status_code == 422
    _attempt(desk, "visit")
    assert "没有要打的电话" in desk.get("/console/calls").text


def _attempt(client: Client, step: str) -> Response:
    page = client.get("/console/calls").text
    call = page.split('id="call-')[1].split('"')[0]
    return _post(
        client, f"/console/calls/{call}/attempt", outcome="no_answer", next_step=step, note=""
    )
