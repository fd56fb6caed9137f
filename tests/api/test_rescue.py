"""A danger over HTTP: no chat is left, no ticket ended without its card; silent ones are called."""

from datetime import timedelta

import pytest
from httpx import Client, Response
from sqlmodel import select

from bot.helpline import Helpline
from cases.operators import Role
from cases.tickets.tickets import Ticket
from knowledge.names import Region
from tests.api import web
from tests.api.web import Chat, Staff

DANGER = "我老公拿刀要砍我"


def _card(**more: str) -> dict[str, str]:
    at = (web.now() - timedelta(minutes=1)).isoformat()
    return {"service": "110", "at": at, "place": "洪山镇", "reference": "07"} | more


def _form(client: Client, path: str, **fields: str) -> Response:
    csrf = web.csrf_of(client.get("/console"))
    return client.post(path, data={"csrf": csrf, **fields}, follow_redirects=True)


def _ticket(helpline: Helpline) -> Ticket:
    with helpline.store.read() as session:
        return session.exec(select(Ticket)).one()


def test_a_chat_in_danger_is_handed_back_only_with_its_card(chat: Chat, alice: Staff) -> None:
    chat.says(DANGER)
    path = f"/api/conversations/{chat.id}"
    assert alice.post(f"{path}/take").status_code == 200
    assert alice.post(f"{path}/hand-back").status_code == 409
    assert alice.post(f"{path}/rescue", _card()).status_code == 204
    assert alice.post(f"{path}/hand-back").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        _card(service="999"),
        _card(reference=""),
        _card(place=""),
        {"service": "110"},
        _card(at="2026-11-22T10:00"),
    ],
)
def test_an_empty_card_is_refused(chat: Chat, alice: Staff, body: dict[str, str]) -> None:
    chat.says(DANGER)
    assert alice.post(f"/api/conversations/{chat.id}/rescue", body).status_code == 422


def test_the_console_says_what_is_missing_and_takes_the_card(
    client: Client, helpline: Helpline, chat: Chat
) -> None:
    chat.says(DANGER)
    web.enter(client, web.an_account(helpline, "Alice"))
    page = f"/console/chats/{chat.id}"
    _form(client, f"{page}/take")
    assert "处置卡没写 (1)" in client.get("/console").text
    refused = _form(client, f"{page}/hand-back")
    assert refused.status_code == 409
    assert "处置卡还没写完" in refused.text
    assert f'<a class="button" href="{page}">回到刚才那一页</a>' in refused.text
    written = _form(client, f"{page}/rescue", **_card(reference="<b>07</b>"))
    assert "&lt;b&gt;07" in written.text
    assert _form(client, f"{page}/hand-back").status_code == 200


def test_a_grave_ticket_is_resolved_only_with_its_card(
    client: Client, helpline: Helpline, chat: Chat
) -> None:
    chat.says(DANGER)
    ticket = _ticket(helpline)
    web.enter(client, web.an_account(helpline, "Sun", Role.SUPERVISOR))
    path = f"/console/tickets/{ticket.number}"
    step = {"version": "1", "what": "resolve", "reason": "人已平安"}
    assert _form(client, f"{path}/move", **step).status_code == 409
    assert _ticket(helpline).state == "received"
    assert "07" in _form(client, f"{path}/rescue", **_card()).text
    assert _form(client, f"{path}/move", **step).status_code == 200
    assert _ticket(helpline).state == "resolved"


def test_who_fell_silent_is_called_until_somebody_looks(
    client: Client, helpline: Helpline, chat: Chat
) -> None:
    chat.says(DANGER)
    web.enter(client, web.an_account(helpline, "Alice"))
    page = _form(client, f"/console/chats/{chat.id}/silent", phone="13800001111")
    assert "13800001111" in page.text
    call = page.text.split('id="call-')[1][:32]
    tried = {"outcome": "no_answer", "next_step": "again"}
    assert "第 2 次" in _form(client, f"/console/calls/{call}/attempt", **tried).text
    done = {"outcome": "no_answer", "next_step": "police", "note": "110 上门"}
    assert "没有要打的电话" in _form(client, f"/console/calls/{call}/attempt", **done).text


def test_another_regions_dangers_and_calls_do_not_exist(
    client: Client, helpline: Helpline, chat: Chat
) -> None:
    chat.says(DANGER)
    web.enter(client, web.an_account(helpline, "Feng", region=Region.FENGZE))
    assert _form(client, f"/console/chats/{chat.id}/rescue", **_card()).status_code == 404
    assert _form(client, f"/console/chats/{chat.id}/silent").status_code == 404
    assert _form(client, "/console/calls/x/cancel").status_code == 404
    number = _ticket(helpline).number
    assert client.get(f"/console/tickets/{number}/rescue").status_code == 404
