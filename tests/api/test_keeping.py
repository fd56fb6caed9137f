"""The administrator sees how long what is kept, in numbers, and holds back what must stay."""

import json
from datetime import timedelta

import pytest
from httpx import Client
from sqlmodel import col, select

from api.console import topics
from bot.helpline import Helpline
from cases import audit, events
from cases.events import Kind
from cases.operators import Role
from cases.retention import trimming
from cases.talk import conversations
from cases.talk.conversations import Mode
from cases.tickets.tickets import Ticket
from knowledge.names import Region
from tests import factories
from tests.api import listening, web
from tests.retention import house
from tests.retention.house import YEARS

PAGE = "/console/keeping"
# Years go by, and whoever looks sits there still.
SIGNED_IN = {"sign_ins": None}


def _enter(client: Client, helpline: Helpline, role: Role) -> str:
    web.enter(client, web.an_account(helpline, "Sun", role))
    return web.csrf_of(client.get("/console/account"))


@pytest.fixture
def ticket(helpline: Helpline) -> Ticket:
    """A ticket that ended today."""
    with helpline.store.write() as session:
        chat = house.a_talk(session, now=web.now())
        return house.an_ended_ticket(session, chat, now=web.now())


def test_every_class_stands_on_the_page_with_its_source(client: Client, helpline: Helpline) -> None:
    _enter(client, helpline, Role.ADMIN)
    page = client.get(PAGE).text
    assert "还没有删过" in page
    assert [term.source for term in helpline.terms.values() if term.source not in page] == []


@pytest.mark.usefixtures("ticket")
def test_the_page_counts_what_was_erased_and_says_nothing_of_anybody(
    client: Client, helpline: Helpline
) -> None:
    house.night_falls(helpline.store, web.now() + YEARS)
    _enter(client, helpline, Role.AUDITOR)
    page = client.get(PAGE).text
    assert "已经删完" in page
    assert "<td>1</td>" in page
    assert factories.A_MATTER.narrative not in page


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.CASEWORKER, Role.SUPERVISOR, Role.EDITOR])
def test_others_do_not_see_the_page(client: Client, helpline: Helpline, role: Role) -> None:
    account = web.an_account(helpline, "Li", role, region=Region.ZICHUAN, unit="区民政局")
    web.enter(client, account)
    assert client.get(PAGE).status_code == 403


def test_what_is_held_outlives_its_term_until_the_hold_ends(
    client: Client, helpline: Helpline, ticket: Ticket
) -> None:
    csrf = _enter(client, helpline, Role.ADMIN)
    told = {"csrf": csrf, "number": ticket.number, "why": "法院调取"}
    assert client.post(f"{PAGE}/holds", data=told).status_code == 303
    page = client.get(PAGE).text
    assert ticket.number in page
    house.night_falls(helpline.store, web.now() + YEARS, SIGNED_IN)
    assert client.get(f"/console/tickets/{ticket.number}").status_code == 200
    end = page.split(f"{PAGE}/holds/")[1].split('"')[0]
    assert client.post(f"{PAGE}/holds/{end}", data={"csrf": csrf}).status_code == 303
    house.night_falls(helpline.store, web.now() + YEARS + timedelta(days=1), SIGNED_IN)
    gone = client.get(f"/console/tickets/{ticket.number}")
    assert (gone.status_code, "到期已经删了" in gone.text) == (404, True)


def test_a_hold_wants_a_ticket_and_a_reason(
    client: Client, helpline: Helpline, ticket: Ticket
) -> None:
    csrf = _enter(client, helpline, Role.ADMIN)
    for number, why in ((ticket.number, " "), ("ZC-NONE", "法院")):
        told = {"csrf": csrf, "number": number, "why": why}
        assert "没有留存" in client.post(f"{PAGE}/holds", data=told).text


def test_an_auditor_holds_nothing_back(client: Client, helpline: Helpline, ticket: Ticket) -> None:
    csrf = _enter(client, helpline, Role.AUDITOR)
    told = {"csrf": csrf, "number": ticket.number, "why": "法院"}
    assert client.post(f"{PAGE}/holds", data=told).status_code == 403
    assert client.post(f"{PAGE}/holds/x/end", data={"csrf": csrf}).status_code == 403


def test_who_held_what_is_on_record(client: Client, helpline: Helpline, ticket: Ticket) -> None:
    csrf = _enter(client, helpline, Role.ADMIN)
    client.post(f"{PAGE}/holds", data={"csrf": csrf, "number": ticket.number, "why": "法院"})
    with helpline.store.read() as session:
        told = [(row.action, row.subject) for row in audit.rows(session)]
    assert ("held ticket", ticket.id) in told


def test_a_console_from_before_the_beginning_of_the_log_looks_at_everything(
    client: Client, helpline: Helpline
) -> None:
    _enter(client, helpline, Role.ADMIN)
    past = web.now() - timedelta(days=40)
    with helpline.store.write() as session:
        for _ in range(trimming.NEWEST_KEPT + 60):
            events.publish(session, Kind.QUEUE, {"conversation": "x"}, now=past)
    assert house.night_falls(helpline.store, web.now() + timedelta(days=1)) == {"events": 60}
    told = listening.until(client, "/console/events", "changed", {"Last-Event-ID": "3"})[0]
    assert json.loads(told.data) == [topics.EVERYTHING]


def test_who_was_forgotten_begins_anew_on_the_page(client: Client, helpline: Helpline) -> None:
    chat = web.open_chat(client)
    chat.says("删除我的记录")
    assert "这就删" in chat.says("确定删除我的记录").text
    house.night_falls(helpline.store, web.now() + YEARS)
    assert chat.says("你好").status_code == 401
    assert web.open_chat(client).says("你好").status_code == 200


PAGES = ("/console", "/console/calls", "/console/quality", "/console/figures", "/console/tickets")


def test_every_page_opens_when_a_talk_and_its_ticket_are_gone(
    client: Client, helpline: Helpline
) -> None:
    csrf = _enter(client, helpline, Role.ADMIN)
    chat = web.open_chat(client)
    chat.says("我要找人工")
    client.post(f"/console/chats/{chat.id}/take", data={"csrf": csrf})
    client.post(f"/console/chats/{chat.id}/notes", data={"csrf": csrf, "text": "要回电"})
    with helpline.store.write() as session:
        here = conversations.find(session, chat.id)
        house.an_ended_ticket(session, here, now=web.now())
        here.mode, here.operator_id = Mode.BOT, None
        session.add(here)
        for row in session.exec(select(Ticket).where(col(Ticket.ended).is_(False))).all():
            house.ends(session, row, now=web.now())
    gone = house.night_falls(helpline.store, web.now() + YEARS, SIGNED_IN)
    assert gone["conversations"] == 1
    pages = (*PAGES, f"/console/chats/{chat.id}", "/console/tickets?which=ended")
    assert [path for path in pages if client.get(path).status_code != 200] == []
