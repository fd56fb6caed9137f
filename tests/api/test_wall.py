"""The supervisor's wall, stepping away, and the list of what may not have reached a resident."""

import re
from datetime import timedelta

import pytest
from httpx import Client, Response

from api.console import labels
from bot.helpline import Helpline
from cases import events
from cases.channels import outbox
from cases.channels.outbox import Why
from cases.danger import alerts
from cases.editing import questions
from cases.operators import Role
from cases.talk import conversations, messages
from cases.talk.messages import Delivery, Line, Message, Sender
from knowledge.names import Hazard, Region
from tests import factories
from tests.api import web
from tests.api.web import Chat, Staff


def _sup(client: Client, helpline: Helpline, region: Region | None = None) -> Client:
    web.enter(client, web.an_account(helpline, "Sun", Role.SUPERVISOR, region=region))
    return client


def _post(client: Client, path: str) -> Response:
    form = {"csrf": web.csrf_of(client.get("/console"))}
    return client.post(path, data=form, follow_redirects=True)


def _lost(helpline: Helpline, region: Region) -> tuple[str, str]:
    """A reply that a channel could not prove to have delivered."""
    with helpline.store.write() as session:
        chat = factories.a_conversation(session, region=region, now=web.now())
        messages.say(session, chat, Line(Sender.BOT, "好"), row="a" * 32, now=web.now())
        row = session.get_one(Message, "a" * 32)
        row.delivery = Delivery.LISTED
        session.add(row)
        return row.id, chat.id


def test_how_far_a_shown_line_has_come_is_told_to_the_open_page(
    client: Client, helpline: Helpline
) -> None:
    row, chat = _lost(helpline, Region.ZICHUAN)
    web.enter(client, web.an_account(helpline, "Alice"))
    with helpline.store.write() as session:
        line = session.get_one(Message, row)
        line.sender, line.delivery = Sender.OPERATOR, Delivery.SENDING
        session.add(line)
        session.flush()
        assert outbox.sent(session, line, "receipt", now=web.now())
        seq = line.seq
    with helpline.store.read() as session:
        told = events.since(session, events.CONSOLE, 0)[-1].body
    assert told == {"conversation": chat, "delivery": row}
    piece = client.get(f"/console/chats/{chat}/lines?after={seq}").text
    sent = labels.load()["sent"][Delivery.SENT]
    assert f'<span id="sent-{seq}" hx-swap-oob="true">{sent}</span>' in piece


def test_the_wall_shows_who_waits_and_dangers_nobody_has_seen(
    client: Client, helpline: Helpline, chat: Chat
) -> None:
    chat.says("我老公拿刀要砍我")
    page = _sup(client, helpline).get("/console/wall").text
    assert "没人看到的紧急" in page
    assert f"/console/chats/{chat.id}" in page
    assert "P0 1" in page


def test_the_gravest_danger_stands_first_and_each_says_how_grave_it_is(
    client: Client, helpline: Helpline
) -> None:
    with helpline.store.write() as session:
        for hazard in (Hazard.NO_FOOD, Hazard.VIOLENCE, Hazard.NONE):
            chat = factories.a_conversation(session, now=web.now())
            alerts.raise_for(session, chat.id, hazard, region=None, ticket_id=None, now=web.now())
    page = _sup(client, helpline).get("/console/queue").text
    assert re.findall(r'class="urgency (P\d)', page) == ["P0", "P1", "P1"]


def test_the_wall_counts_what_is_late_and_what_the_bot_could_not_do(
    client: Client, helpline: Helpline
) -> None:
    with helpline.store.write() as session:
        chat = factories.a_conversation(session, now=web.now())
        questions.keep(session, chat, why="unanswered", text="骆驼有补贴吗", now=web.now())
        ticket = factories.a_ticket(session, now=web.now())
        ticket.next_due = web.now() - timedelta(hours=1)
        session.add(ticket)
    page = _sup(client, helpline).get("/console/wall").text
    assert '<a href="/console/tickets?list=late">1</a>' in page
    assert '<a href="/console/understanding">0</a>' in page
    assert '<a href="/console/knowledge/questions">1</a>' in page


def test_a_supervisor_opens_a_held_chat_and_takes_it_over(
    client: Client, helpline: Helpline, chat: Chat, alice: Staff
) -> None:
    alice.post(f"/api/conversations/{chat.id}/take")
    _sup(client, helpline)
    assert f"/console/chats/{chat.id}" in client.get("/console/wall").text
    assert "换人接" in client.get(f"/console/chats/{chat.id}").text
    _post(client, f"/console/chats/{chat.id}/reassign")
    with helpline.store.read() as session:
        holder = conversations.find(session, chat.id).operator_id
    assert holder != alice.operator.id
    assert alice.get("/api/queue").json()["mine"] == []


def test_an_operator_has_no_wall(client: Client, helpline: Helpline) -> None:
    web.enter(client, web.an_account(helpline, "Alice"))
    assert client.get("/console/wall").status_code == 403
    assert client.get("/console/wall/numbers").status_code == 403


def test_who_stepped_away_is_given_nothing_and_comes_back(
    client: Client, helpline: Helpline, chat: Chat
) -> None:
    chat.says("我老公拿刀要砍我")
    web.enter(client, web.an_account(helpline, "Alice"))
    assert "暂离中" in _post(client, "/console/rest").text
    assert _post(client, "/console/next").url.path == "/console"
    assert "暂离中" not in _post(client, "/console/come-back").text
    assert str(_post(client, "/console/next").url).endswith(chat.id)


def test_who_is_left_nothing_is_told_so(client: Client, helpline: Helpline, chat: Chat) -> None:
    chat.says("找人工")
    web.enter(client, web.an_account(helpline, "Alice", region=Region.LONGYAN))
    assert "接下一个" not in client.get("/console").text
    assert "现在没有该您接的" in _post(client, "/console/next").text


@pytest.mark.parametrize("why", list(Why))
def test_each_reason_why_something_did_not_arrive_is_told_in_words(
    client: Client, helpline: Helpline, why: Why
) -> None:
    row, _ = _lost(helpline, Region.ZICHUAN)
    with helpline.store.write() as session:
        found = session.get_one(Message, row)
        found.delivery = Delivery.LISTED if why is Why.UNPROVEN else Delivery.FAILED
        found.receipt = why
        session.add(found)
    web.enter(client, web.an_account(helpline, "Alice"))
    assert labels.load()["unreached_why"][why] in client.get("/console/unreached").text


def test_what_may_not_have_arrived_is_worked_off_once(client: Client, helpline: Helpline) -> None:
    row, chat = _lost(helpline, Region.ZICHUAN)
    web.enter(client, web.an_account(helpline, "Alice"))
    assert chat in client.get("/console/unreached").text
    assert "都送到了" in _post(client, f"/console/unreached/{row}/seen-to").text


@pytest.mark.parametrize("wanted", ["row", "unknown"])
def test_another_regions_deliveries_look_as_if_they_did_not_exist(
    client: Client, helpline: Helpline, wanted: str
) -> None:
    row, chat = _lost(helpline, Region.ZICHUAN)
    web.enter(client, web.an_account(helpline, "Feng", region=Region.FENGZE))
    assert chat not in client.get("/console/unreached").text
    asked = row if wanted == "row" else "b" * 32
    assert _post(client, f"/console/unreached/{asked}/seen-to").status_code == 404
