"""What cannot be done at the desk: refused in words, nothing lost, nothing executed."""

import pytest
from httpx import Client, Response

from bot.helpline import Helpline
from cases import operators
from cases.operators import Role
from knowledge.names import Region
from tests.api import web
from tests.api.web import Chat

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def desk(client: Client, helpline: Helpline, chat: Chat) -> Client:
    """Dora at the console; she holds the chat of somebody who asked for a person."""
    chat.says("找人工")
    web.enter(client, web.an_account(helpline, "Dora", region=Region.ZICHUAN))
    _post(client, f"/console/chats/{chat.id}/take")
    return client


def _post(client: Client, path: str, **fields: str) -> Response:
    csrf = web.csrf_of(client.get("/console"))
    return client.post(path, data={"csrf": csrf, **fields}, follow_redirects=True)


def _said(chat: Chat) -> str:
    path = f"/api/conversations/{chat.id}/messages"
    return str(chat.client.get(path, headers=chat.bearer).json())


def _mine(desk: Client) -> str:
    return desk.get("/console").text.split("我的 (")[1][:1]


def test_words_to_a_chat_that_somebody_else_took_name_who_has_it(
    desk: Client, helpline: Helpline, chat: Chat
) -> None:
    with Client(base_url=desk.base_url) as another:
        sun = web.sign_in(another, web.an_account(helpline, "Sun", Role.ADMIN))
        took = sun.post(f"/api/conversations/{chat.id}/reassign", {"person": "Sun"})
    assert took.status_code == 204
    refused = _post(desk, f"/console/chats/{chat.id}/reply", text="我还在写")
    assert (refused.status_code, "这个对话已由 Sun 接走" in refused.text) == (409, True)
    assert "我还在写" not in _said(chat)


def test_a_chat_is_not_passed_to_a_closed_account_and_stays_where_it_is(
    desk: Client, helpline: Helpline, chat: Chat
) -> None:
    gone = web.an_account(helpline, "Gone")
    with helpline.store.write() as session:
        operators.disable(session, gone.id, now=web.now())
    refused = _post(desk, f"/console/chats/{chat.id}/pass", person="Gone", note="请你接")
    assert (refused.status_code, "这位同事现在不能接" in refused.text) == (422, True)
    assert _mine(desk) == "1"


@pytest.mark.parametrize("where", [{"region": "atlantis"}, {"matter": "magic"}, {"region": SCRIPT}])
def test_a_line_that_does_not_exist_takes_no_chat(
    desk: Client, chat: Chat, where: dict[str, str]
) -> None:
    refused = _post(desk, f"/console/chats/{chat.id}/pass", **where)
    assert (refused.status_code, "没有存" in refused.text) == (422, True)
    assert (_mine(desk), SCRIPT in refused.text) == ("1", False)


@pytest.mark.parametrize(("size", "status"), [(64 * 1024, 413), (15_000, 422), (4_001, 422)])
def test_a_paste_too_long_is_refused_with_the_way_back_to_it(
    desk: Client, chat: Chat, size: int, status: int
) -> None:
    refused = _post(desk, f"/console/chats/{chat.id}/reply", text="a" * size)
    assert (refused.status_code, "您写的还在" in refused.text) == (status, True)
    assert "aaaa" not in _said(chat)


def test_a_script_in_a_name_stays_text_wherever_the_name_stands(
    desk: Client, helpline: Helpline, chat: Chat
) -> None:
    web.an_account(helpline, SCRIPT)
    with helpline.store.write() as session:
        row = operators.by_name(session, SCRIPT)
        assert row is not None
        operators.note_present(session, row.id, "", now=web.now())
    _post(desk, f"/console/chats/{chat.id}/pass", person=SCRIPT, note=SCRIPT)
    for path in (f"chats/{chat.id}", "", f"chats/{chat.id}/standing"):
        page = desk.get(f"/console/{path}".rstrip("/")).text
        assert SCRIPT not in page
    assert "&lt;script&gt;" in desk.get(f"/console/chats/{chat.id}").text


def test_two_tabs_of_one_operator_agree(desk: Client, chat: Chat) -> None:
    csrf = web.csrf_of(desk.get(f"/console/chats/{chat.id}"))
    with Client(base_url=desk.base_url, cookies=desk.cookies) as other:
        assert "回复居民" in other.get(f"/console/chats/{chat.id}").text
        _post(other, f"/console/chats/{chat.id}/hand-back", code="answered")
        refused = desk.post(f"/console/chats/{chat.id}/reply", data={"csrf": csrf, "text": "还有"})
        assert refused.status_code == 409
        for tab in (desk, other):
            assert "我的 (0)" in tab.get("/console").text
            assert "回复居民" not in tab.get(f"/console/chats/{chat.id}").text


def test_a_call_that_ended_takes_no_more_words_and_ends_once(desk: Client) -> None:
    call = str(_post(desk, "/console/phone", region="zichuan", phone="13800001111").url.path)
    assert _post(desk, f"{call}/end", code="answered").status_code == 200
    assert _post(desk, f"{call}/end", code="answered").status_code == 409
    assert _post(desk, f"{call}/words", text="等一下").status_code == 409
    assert "等一下" not in desk.get(call).text


def test_an_account_for_a_place_that_does_not_exist_is_not_one_for_all_places(
    client: Client, helpline: Helpline
) -> None:
    web.enter(client, web.an_account(helpline, "Root", Role.ADMIN))
    form = {"name": "Eve", "role": "operator", "region": "atlantis", "password": web.PASSWORD}
    csrf = web.csrf_of(client.get("/console/staff"))
    assert client.post("/console/staff", data=form | {"csrf": csrf}).status_code == 422
    with helpline.store.read() as session:
        assert operators.by_name(session, "Eve") is None


def test_an_operator_says_what_they_speak_and_the_row_says_that_it_is_for_this(
    desk: Client,
) -> None:
    web.open_chat(desk).says("我只会说闽南话，找人工")
    page = desk.get("/console").text
    assert "闽南话" in page
    assert "会他要的话的人现在都接不了" in page
    assert _post(desk, "/console/account/tongues", tongues="minnan").status_code == 200
    assert "您会他要的话" in desk.get("/console").text
    assert _post(desk, "/console/account/tongues", tongues="klingon").status_code == 422
