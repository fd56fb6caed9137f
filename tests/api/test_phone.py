"""Calls taken down at the console, tickets and questions out of a chat, and who knows better."""

import re

import pytest
from httpx import Client, Response
from sqlmodel import col, select

from bot.helpline import Helpline
from cases import operators
from cases.desk import callbacks
from cases.desk.wrap_ups import WrappedUp
from cases.operators import Role
from cases.talk import conversations, messages
from cases.talk.messages import Line, Message, Sender
from cases.tickets import history
from cases.tickets.tickets import Ticket
from knowledge.names import Matter
from tests.api import web
from tests.api.web import Chat


@pytest.fixture
def desk(client: Client, helpline: Helpline) -> Client:
    """Alice at the console."""
    web.enter(client, web.an_account(helpline, "Alice"))
    return client


def _post(client: Client, path: str, **fields: str) -> Response:
    csrf = web.csrf_of(client.get("/console"))
    return client.post(path, data={"csrf": csrf, **fields}, follow_redirects=True)


def _tickets(helpline: Helpline) -> list[Ticket]:
    with helpline.store.read() as session:
        return list(session.exec(select(Ticket)))


def _calls(client: Client, phone: str = "13800001111") -> str:
    """A call is taken; its own address."""
    page = _post(client, "/console/phone", region="zichuan", phone=phone)
    return str(page.url.path)


def test_a_callers_words_are_understood_and_become_a_ticket(
    desk: Client, helpline: Helpline
) -> None:
    call = _calls(desk)
    page = _post(desk, f"{call}/words", text="家里没米了，两天没吃饭")
    (ticket,) = _tickets(helpline)
    assert ticket.number in page.text
    assert "待接 (0)" in desk.get("/console").text
    assert _post(desk, f"{call}/end", code="filed").status_code == 200
    assert "的来电" not in desk.get("/console").text


def test_how_a_talk_and_a_call_ended_is_kept_as_it_was_chosen(
    desk: Client, helpline: Helpline, chat: Chat
) -> None:
    call = _calls(desk)
    _post(desk, f"{call}/end", code="passed_on")
    chat.says("找人工")
    _post(desk, f"/console/chats/{chat.id}/take")
    _post(desk, f"/console/chats/{chat.id}/hand-back", code="not_ours")
    with helpline.store.read() as session:
        kept = {row.conversation_id: row.code for row in session.exec(select(WrappedUp))}
    assert kept == {call.rsplit("/", 1)[1]: "passed_on", chat.id: "not_ours"}


def _told_afterwards(desk: Client, helpline: Helpline, phone: str) -> list[str]:
    """How the lines of a call were delivered, the last one said after it."""
    call = _calls(desk, phone)
    _post(desk, f"{call}/words", text="家里没米了，两天没吃饭")
    _post(desk, f"{call}/end", code="filed")
    with helpline.store.write() as session:
        chat = conversations.find(session, call.rsplit("/", 1)[1])
        messages.say(session, chat, Line(Sender.SYSTEM, "有结果了"), now=web.now())
        rows = select(Message).where(Message.conversation_id == chat.id)
        return [row.delivery for row in session.exec(rows.order_by(col(Message.seq)))]


def test_what_comes_after_a_call_is_told_by_a_call_or_a_person(
    desk: Client, helpline: Helpline
) -> None:
    for phone, after in (("13800001111", "pending"), ("13800001111", "listed"), ("", "listed")):
        *during, last = _told_afterwards(desk, helpline, phone)
        assert set(during) == {"sent"}
        assert last == after


def test_what_the_bot_asks_can_be_answered_with_its_buttons(desk: Client) -> None:
    call = _calls(desk)
    page = _post(desk, f"{call}/words", text="我能申请什么")
    assert re.search(r'name="choice" value="[^"]+"', page.text)
    assert "不知道" in _post(desk, f"{call}/words", choice="不知道").text


def test_a_call_in_danger_ends_with_its_card_and_rings_nobody_else(
    desk: Client, helpline: Helpline
) -> None:
    call = _calls(desk)
    page = _post(desk, f"{call}/words", text="我老公拿刀要砍我")
    assert "处置卡" in page.text
    assert "data-ringing" not in desk.get("/console").text
    assert _post(desk, f"{call}/end").status_code == 409
    card = {"service": "110", "at": "2026-11-20T10:00", "place": "洪山镇", "reference": "07"}
    _post(desk, f"{call.replace('phone', 'chats')}/rescue", **card)
    assert _post(desk, f"{call}/end").status_code == 200
    assert len(_tickets(helpline)) == 1


def test_after_a_hard_call_a_pause_and_a_supervisor_are_offered(desk: Client) -> None:
    call = _calls(desk)
    _post(desk, f"{call}/words", text="我不想活了，药都准备好了")
    card = {"service": "120", "at": "2026-11-20T10:00", "place": "洪山镇", "reference": "07"}
    _post(desk, f"{call.replace('phone', 'chats')}/rescue", **card)
    assert "歇一会儿" in _post(desk, f"{call}/end").text


def test_an_abusive_caller_is_cautioned_step_by_step_and_each_step_once(desk: Client) -> None:
    call = _calls(desk)
    for step in ("1", "2", "3"):
        page = _post(desk, f"{call}/caution", step=step)
        assert _post(desk, f"{call}/caution", step=step).status_code == 409
    assert "这次对话先到这里" in page.text
    assert "对方在骂人" not in page.text
    assert _post(desk, f"{call}/end", code="abusive").status_code == 200


@pytest.mark.parametrize("words", ["我老公拿刀要砍我", "家里没米了，两天没吃饭"])
def test_a_caller_in_danger_or_need_is_not_cautioned(desk: Client, words: str) -> None:
    call = _calls(desk)
    page = _post(desk, f"{call}/words", text=words)
    assert "对方在骂人" not in page.text
    assert _post(desk, f"{call}/caution", step="1").status_code == 409


def test_a_missed_call_is_owed_back(desk: Client, helpline: Helpline) -> None:
    page = _post(desk, "/console/phone/missed", region="zichuan", phone="13900002222")
    assert "没接到的来电" in page.text
    assert "13900002222" in page.text
    assert _post(desk, "/console/phone/missed", region="zichuan").status_code == 422
    with helpline.store.read() as session:
        assert len(callbacks.owed(session)) == 1


def test_a_call_is_its_operators_alone(desk: Client, helpline: Helpline) -> None:
    call = _calls(desk)
    desk.cookies.clear()
    web.enter(desk, web.an_account(helpline, "Bob"))
    assert desk.get(call).status_code == 404
    assert _post(desk, f"{call}/words", text="x").status_code == 404
    desk.cookies.clear()
    web.enter(desk, web.an_account(helpline, "Ed", Role.EDITOR))
    assert desk.get("/console/phone").status_code == 403


def test_a_ticket_is_made_from_a_chat_with_its_facts(
    desk: Client, helpline: Helpline, chat: Chat
) -> None:
    chat.says("村里修路占了我家的地，我想问低保")
    chat.says("找人工")
    path = f"/console/chats/{chat.id}"
    page = _post(desk, f"{path}/take")
    assert "村里修路占了我家的地" in page.text.split('id="file-ticket"')[1]
    known = {one.number for one in _tickets(helpline)}
    form = {"matter": "medical", "category": "enquiry", "priority": "P2"}
    _post(desk, f"{path}/ticket", story="她妈住院要报销", **form)
    (made,) = [one for one in _tickets(helpline) if one.number not in known]
    assert (made.matter, made.category) == ("medical", "enquiry")
    heard = chat.client.get(f"/api/conversations/{chat.id}/messages", headers=chat.bearer)
    assert made.number in heard.text
    _post(desk, f"{path}/ticket/add", number=made.number, text="住了五天")
    with helpline.store.read() as session:
        assert "住了五天" in [note.text for note in history.of(session, made)]
    assert _post(desk, f"{path}/ticket/add", number="ZC-0", text="x").status_code == 404
    assert _post(desk, f"{path}/ticket", story=" ", **form).status_code == 422


def test_the_bot_asks_while_the_operator_stays(desk: Client, chat: Chat) -> None:
    chat.says("找人工")
    path = f"/console/chats/{chat.id}"
    _post(desk, f"{path}/take")
    assert chat.says("在吗").json()["messages"][1:] == []
    _post(desk, f"{path}/prescreen")
    asked = chat.says("不知道").json()
    assert asked["mode"] == "operator"
    assert asked["messages"][1:] != []


@pytest.mark.parametrize("knows", [True, False])
def test_what_one_is_not_sure_of_goes_to_who_knows(
    desk: Client, helpline: Helpline, chat: Chat, *, knows: bool
) -> None:
    bob = web.an_account(helpline, "Bob")
    with helpline.store.write() as session:
        row = operators.find(session, bob.id)
        row.matters = [Matter.MEDICAL] if knows else [Matter.HOUSING]
        row.present_at = web.now()
        session.add(row)
    chat.says("找人工")
    _post(desk, f"/console/chats/{chat.id}/take")
    _post(desk, f"/console/chats/{chat.id}/unsure", matter="medical", note="自费药怎么算")
    desk.cookies.clear()
    web.enter(desk, bob)
    offered = desk.get("/console").text
    assert ("同事转给您" in offered) is knows
