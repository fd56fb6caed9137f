"""What stands beside a talk follows it: the card of a danger, the place, who may answer."""

import re

import pytest
from httpx import Client, Response

from bot.helpline import Helpline
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


def _place(helpline: Helpline, chat: Chat) -> str | None:
    with helpline.store.read() as session:
        return conversations.find(session, chat.id).region


def test_a_danger_that_comes_up_in_the_talk_brings_its_card(desk: Client, chat: Chat) -> None:
    page = f"/console/chats/{chat.id}/beside"
    assert "写进处置卡" not in desk.get(page).text
    chat.says("我不想活了，药都买好了")
    assert "写进处置卡" in desk.get(page).text


def test_the_page_asks_for_what_stands_beside_when_something_is_said(
    desk: Client, chat: Chat
) -> None:
    piece = re.search(r'<div id="beside"[^>]*>', desk.get(f"/console/chats/{chat.id}").text)
    assert piece is not None
    assert f"message:{chat.id}" in piece[0]


def test_the_chat_that_is_looked_at_is_not_unread(desk: Client, chat: Chat) -> None:
    chat.says("还有一句")
    assert "1 条未读" in desk.get("/console").text
    assert "条未读" not in desk.get(f"/console/chats/{chat.id}").text


def test_the_head_says_whether_the_chat_is_still_in_ones_hands(desk: Client, chat: Chat) -> None:
    assert 'data-held="yes"' in desk.get(f"/console/chats/{chat.id}/standing").text
    _post(desk, f"/console/chats/{chat.id}/hand-back")
    assert 'data-held=""' in desk.get(f"/console/chats/{chat.id}/standing").text


def test_the_place_is_corrected_beside_the_talk(client: Client, helpline: Helpline) -> None:
    chat = web.open_chat(client, region=None)
    chat.says("找人工")
    web.enter(client, web.an_account(helpline, "Alice", region=Region.ZICHUAN))
    page = _post(client, f"/console/chats/{chat.id}/place", region="zichuan")
    assert (page.status_code, _place(helpline, chat)) == (200, Region.ZICHUAN)


def test_a_chat_is_not_put_where_one_may_not_follow_it(
    desk: Client, helpline: Helpline, chat: Chat
) -> None:
    assert _post(desk, f"/console/chats/{chat.id}/place", region="fengze").status_code == 403
    assert _place(helpline, chat) == Region.ZICHUAN
