"""The day of a desk over HTTP: notes, ready replies, clauses, drafts, signs, shifts, cautions."""

import json
import re

import pytest
from httpx import Client, Response

from bot.helpline import Helpline
from cases.desk import chat_notes, reading_marks, shift_notes, typing_signs
from cases.desk.typing_signs import Side
from cases.operators import Role
from cases.talk import conversations
from knowledge.names import Region
from tests.api import web
from tests.api.web import Chat


@pytest.fixture
def desk(client: Client, helpline: Helpline, chat: Chat) -> Client:
    """Alice at the console, with a resident's chat in her hands."""
    chat.says("找人工")
    web.enter(client, web.an_account(helpline, "Alice"))
    _post(client, f"/console/chats/{chat.id}/take")
    return client


def _post(client: Client, path: str, **fields: str) -> Response:
    csrf = web.csrf_of(client.get("/console"))
    return client.post(path, data={"csrf": csrf, **fields}, follow_redirects=True)


def _hears(chat: Chat) -> str:
    path = f"/api/conversations/{chat.id}/messages"
    return json.dumps(chat.client.get(path, headers=chat.bearer).json(), ensure_ascii=False)


@pytest.mark.parametrize(
    ("channel", "warned"),
    [("telegram", True), ("sms", True), ("call", False), ("web", False)],
)
def test_who_answers_is_told_where_sensitive_things_may_not_be_asked(
    desk: Client, chat: Chat, helpline: Helpline, channel: str, *, warned: bool
) -> None:
    with helpline.store.write() as session:
        row = conversations.find(session, chat.id)
        row.channel = channel
        session.add(row)
    for page in (f"/console/chats/{chat.id}", f"/console/chats/{chat.id}/standing"):
        assert ("不能传敏感的事" in desk.get(page).text) is warned


def test_what_the_resident_named_and_did_not_tell_stands_beside_the_chat(
    desk: Client, chat: Chat
) -> None:
    page = f"/console/chats/{chat.id}"
    assert "还没说：电话" in desk.get(page).text
    chat.says("孩子7岁，我电话13812345678，身份证370302196001010017")
    beside = desk.get(page).text.split("居民说到的")[1].split("这个对话里的单子")[0]
    assert "还没说" not in beside
    for named in ("<strong>7岁</strong>", "<strong>13812345678</strong>", "<strong>…0017</strong>"):
        assert named in beside


def test_a_note_is_seen_by_staff_and_never_by_the_resident(desk: Client, chat: Chat) -> None:
    page = _post(desk, f"/console/chats/{chat.id}/note", text="<b>住三楼</b>")
    assert "&lt;b&gt;住三楼" in page.text
    assert "住三楼" not in _hears(chat)


def test_a_whisper_reaches_the_operator_alone(desk: Client, chat: Chat, helpline: Helpline) -> None:
    _post(desk, f"/console/chats/{chat.id}/whisper", text="x")
    desk.cookies.clear()
    web.enter(desk, web.an_account(helpline, "Sun", Role.SUPERVISOR))
    page = _post(desk, f"/console/chats/{chat.id}/whisper", text="先问住处")
    assert "主管悄悄话" in page.text
    assert "先问住处" not in _hears(chat)


def test_a_whisper_is_shown_at_once_to_whoever_holds_the_chat(
    desk: Client, chat: Chat, helpline: Helpline
) -> None:
    sun = web.an_account(helpline, "Sun", Role.SUPERVISOR)
    with helpline.store.write() as session:
        row = conversations.find(session, chat.id)
        chat_notes.whisper(session, row, "先问住处", by=sun.id, now=web.now())
    for piece in ("standing", "notes"):
        assert "先问住处" in desk.get(f"/console/chats/{chat.id}/{piece}").text
    _post(desk, f"/console/chats/{chat.id}/hand-back")
    _post(desk, f"/console/chats/{chat.id}/take")
    assert "先问住处" not in desk.get(f"/console/chats/{chat.id}/standing").text


def test_an_operator_does_not_whisper(desk: Client, chat: Chat) -> None:
    assert _post(desk, f"/console/chats/{chat.id}/whisper", text="x").status_code == 403


def test_a_draft_older_than_the_residents_words_is_shown_again(desk: Client, chat: Chat) -> None:
    chat.says("我搬家了")
    seen = {"text": "请到洪山镇", "seen": "3"}
    page = _post(desk, f"/console/chats/{chat.id}/reply", **seen)
    assert page.status_code == 409
    assert "请到洪山镇" in page.text
    assert "请到洪山镇" not in _hears(chat)
    newest = page.text.split('name="seen" value="')[1].split('"')[0]
    _post(desk, f"/console/chats/{chat.id}/reply", text="请到昆仑镇", seen=newest)
    assert "请到昆仑镇" in _hears(chat)


def test_what_is_unread_is_counted_until_the_chat_is_opened(
    desk: Client, chat: Chat, helpline: Helpline
) -> None:
    desk.get(f"/console/chats/{chat.id}")
    chat.says("还在吗")
    chat.says("喂")
    assert "2 条未读" in desk.get("/console").text
    desk.get(f"/console/chats/{chat.id}")
    assert "条未读" not in desk.get("/console").text
    with helpline.store.read() as session:
        assert reading_marks.unread(session, "nobody", []) == {}


def test_the_queue_is_looked_at_again_when_somebody_writes_in_ones_own_chat(
    desk: Client, chat: Chat
) -> None:
    assert f'data-live="message:{chat.id} "' in desk.get("/console/queue").text
    _post(desk, f"/console/chats/{chat.id}/hand-back")
    assert "message:" not in desk.get("/console/queue").text


def test_that_somebody_writes_is_told_and_never_what(
    desk: Client, chat: Chat, helpline: Helpline
) -> None:
    answer = _post(desk, f"/console/chats/{chat.id}/writing", text="还没发的话")
    assert answer.status_code == 204
    with helpline.store.read() as session:
        row = conversations.find(session, chat.id)
        assert typing_signs.is_writing(session, row, Side.OPERATOR, now=web.now())
        assert not typing_signs.is_writing(session, row, Side.RESIDENT, now=web.now())


def test_the_knowledge_is_searched_beside_the_chat(desk: Client, chat: Chat) -> None:
    found = desk.get(f"/console/chats/{chat.id}/clauses", params={"q": "低保要什么条件"})
    assert "依据：《中华人民共和国社会救助法》第" in found.text
    assert "data-insert" in found.text
    assert "写一个问题" in desk.get(f"/console/chats/{chat.id}/clauses").text


def test_clauses_are_suggested_to_what_the_resident_asked_last(desk: Client, chat: Chat) -> None:
    for words in ("低保要什么条件", "重度残疾人护理补贴有多少钱", "好的，谢谢"):
        chat.says(words)
    suggested = desk.get(f"/console/chats/{chat.id}/clauses").text
    assert "居民问：“重度残疾人护理补贴有多少钱”" in suggested
    assert "data-insert" in suggested


def test_an_old_answer_leads_to_the_version_it_relied_on(
    client: Client, helpline: Helpline, chat: Chat
) -> None:
    chat.says("低保要什么条件")
    chat.says("找人工")
    web.enter(client, web.an_account(helpline, "Alice"))
    page = _post(client, f"/console/chats/{chat.id}/take").text
    link = re.search(r'/console/knowledge/entries/clause/[^"]+\?version=0', page)
    assert link is not None
    assert "随程序发布的样子" in client.get(link[0]).text


def test_ready_replies_serve_their_place_and_everywhere(
    client: Client, helpline: Helpline, chat: Chat
) -> None:
    web.enter(client, web.an_account(helpline, "Ann", Role.ADMIN))
    for region, text in (("national", "请稍等"), ("zichuan", "请到洪山"), ("fengze", "请到华大")):
        reply = {"region": region, "shortcut": f"w{region[0]}", "text": text}
        page = _post(client, "/console/canned", **reply)
    assert page.text.count("/console/canned/") == 3
    chat.says("找人工")
    _post(client, f"/console/chats/{chat.id}/take")
    shown = client.get(f"/console/chats/{chat.id}").text
    assert "请稍等" in shown
    assert "请到洪山" in shown
    assert "请到华大" not in shown


def test_a_regions_editor_changes_only_its_replies(client: Client, helpline: Helpline) -> None:
    web.enter(client, web.an_account(helpline, "Ed", Role.EDITOR, region=Region.ZICHUAN))
    page = client.get("/console/canned")
    form = {"csrf": web.csrf_of(page), "region": "fengze", "shortcut": "x", "text": "y"}
    assert client.post("/console/canned", data=form).status_code == 403
    form |= {"region": "zichuan"}
    assert client.post("/console/canned", data=form, follow_redirects=True).status_code == 200


def test_a_shift_is_signed_by_somebody_of_the_next(client: Client, helpline: Helpline) -> None:
    web.enter(client, web.an_account(helpline, "Alice"))
    page = _post(client, "/console/shifts", text="ZC-1 明早打电话")
    assert "还没有人签收" in page.text
    with helpline.store.read() as session:
        (left,) = shift_notes.newest(session, None)
    assert _post(client, f"/console/shifts/{left.row.id}/sign").status_code == 403
    client.cookies.clear()
    web.enter(client, web.an_account(helpline, "Bob"))
    assert "Bob 已签收" in _post(client, f"/console/shifts/{left.row.id}/sign").text
    assert _post(client, f"/console/shifts/{left.row.id}/sign").status_code == 409


def test_cautions_never_block_danger(desk: Client, helpline: Helpline, chat: Chat) -> None:
    for _ in range(3):
        page = _post(desk, f"/console/chats/{chat.id}/caution")
    assert page.status_code == 200
    assert _post(desk, f"/console/chats/{chat.id}/caution").status_code == 409
    _post(desk, f"/console/chats/{chat.id}/hand-back", code="abusive")
    desk.cookies.clear()
    # Of her place, so that but for the rest the chat would be hers.
    web.enter(desk, web.an_account(helpline, "Bea", region=Region.ZICHUAN))
    chat.says("找人工")
    assert _post(desk, "/console/next").url.path == "/console"
    chat.says("我老公拿刀要砍我")
    assert str(_post(desk, "/console/next").url).endswith(chat.id)


def test_who_is_in_danger_is_not_cautioned(client: Client, helpline: Helpline, chat: Chat) -> None:
    chat.says("我老公拿刀要砍我")
    web.enter(client, web.an_account(helpline, "Alice"))
    _post(client, f"/console/chats/{chat.id}/take")
    assert _post(client, f"/console/chats/{chat.id}/caution").status_code == 409
