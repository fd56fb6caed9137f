"""Passing a chat on over HTTP: the next in line, a note, one neutral sentence, and refusals."""

import pytest
from httpx import Client

from bot.helpline import Helpline
from cases import operators
from cases.operators import Role
from knowledge.names import Region
from tests import factories
from tests.api import web
from tests.api.web import Chat, Staff

PASSED = "正在给您转给更合适的同事"
JOINED = "来了。"


def _act(who: Staff, chat: Chat, what: str, body: object = None) -> int:
    return who.post(f"/api/conversations/{chat.id}/{what}", body).status_code


def _texts(chat: Chat) -> list[str]:
    path = f"/api/conversations/{chat.id}/messages"
    found = chat.client.get(path, headers=chat.bearer).json()
    return [line["text"] for line in found["messages"]]


def test_a_chat_passed_to_a_colleague_is_told_of_in_one_sentence(
    chat: Chat, alice: Staff, bob: Staff
) -> None:
    assert _act(alice, chat, "take") == 200
    assert _act(alice, chat, "pass", {"person": "Bob", "note": "他要问医疗"}) == 204
    assert [row["id"] for row in bob.get("/api/queue").json()["offered"]] == [chat.id]
    assert _act(bob, chat, "take") == 200
    assert sum(PASSED in text for text in _texts(chat)) == 1
    assert sum(JOINED in text for text in _texts(chat)) == 1


def test_a_refused_chat_is_the_senders_again(chat: Chat, alice: Staff, bob: Staff) -> None:
    _act(alice, chat, "take")
    _act(alice, chat, "pass", {"person": "Bob"})
    assert _act(bob, chat, "refuse") == 204
    assert _act(alice, chat, "reply", {"text": "我还在"}) == 200
    assert _act(bob, chat, "take") == 409


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"person": "Nobody"}, 422),
        ({"person": "Carl"}, 422),
        ({"region": "atlantis"}, 422),
        ({}, 422),
        ({"person": "Bob", "region": "fengze"}, 422),
    ],
)
def test_what_cannot_take_a_chat_is_refused_and_nothing_is_lost(
    chat: Chat,
    alice: Staff,
    helpline: Helpline,
    body: dict[str, str],
    status: int,
) -> None:
    web.an_account(helpline, "Carl", Role.CASEWORKER, region=Region.ZICHUAN, unit="区民政局")
    _act(alice, chat, "take")
    assert _act(alice, chat, "pass", body) == status
    assert [row["id"] for row in alice.get("/api/queue").json()["mine"]] == [chat.id]


def test_a_chat_passed_to_a_unit_is_offered_to_who_of_it_has_most_room(
    client: Client, helpline: Helpline, chat: Chat
) -> None:
    web.enter(client, web.an_account(helpline, "Dora"))
    form = {"csrf": web.csrf_of(client.get("/console")), "unit": "区医保局"}
    chat.says("找人工")
    path = f"/console/chats/{chat.id}"
    client.post(f"{path}/take", data=form)
    assert client.post(f"{path}/pass", data=form).status_code == 422
    for name, capacity in (("Mo", 2), ("Nan", 5)):
        with helpline.store.write() as session:
            one = factories.an_operator(session, name, unit="区医保局", now=web.now())
            operators.equip(session, one, capacity=capacity, matters=[])
    assert "<option>区医保局</option>" in client.get(path).text
    client.post(f"{path}/pass", data=form)
    assert "已请 Nan 来接" in client.get(path).text


def test_only_the_holder_passes_a_chat_on(chat: Chat, alice: Staff, bob: Staff) -> None:
    _act(alice, chat, "take")
    assert _act(bob, chat, "pass", {"person": "Bob"}) == 409
    assert _act(bob, chat, "reassign", {"person": "Bob"}) == 403


def test_the_next_in_line_comes_with_its_reason(chat: Chat, alice: Staff) -> None:
    assert alice.post("/api/queue/next").json() is None
    chat.says("我老公拿刀要砍我")
    (row,) = alice.get("/api/queue").json()["waiting"]
    assert row["why"] == ["danger", "all_regions"]
    assert alice.post("/api/queue/next").json()["mode"] == "operator"


def test_the_console_shows_the_reason_the_note_and_the_way_on(
    client: Client, helpline: Helpline, chat: Chat
) -> None:
    account = web.an_account(helpline, "Dora")
    chat.says("找人工")
    web.enter(client, account)
    page = client.get("/console")
    assert "分量 0 / 6" in page.text
    form = {"csrf": web.csrf_of(page)}
    client.post(f"/console/chats/{chat.id}/take", data=form)
    form |= {"region": "fengze", "note": "<b>先问医疗</b>"}
    client.post(f"/console/chats/{chat.id}/pass", data=form)
    assert "&lt;b&gt;先问医疗" in client.get(f"/console/chats/{chat.id}").text


def test_what_a_colleague_said_before_is_not_hidden_with_the_bots_part(
    client: Client, helpline: Helpline, chat: Chat, alice: Staff
) -> None:
    chat.says("找人工")
    _act(alice, chat, "take")
    _act(alice, chat, "reply", {"text": "请带身份证"})
    web.enter(client, web.an_account(helpline, "Dora", Role.ADMIN))
    form = {"csrf": web.csrf_of(client.get("/console"))}
    client.post(f"/console/chats/{chat.id}/reassign", data=form)
    page = client.get(f"/console/chats/{chat.id}").text
    assert "请带身份证" in page.split('id="lines"')[1]
    assert "请带身份证" not in page.split("机器人部分")[1].split("</details>")[0]
