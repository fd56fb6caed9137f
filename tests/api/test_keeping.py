"""The administrator sees how long what is kept, in numbers, and holds back what must stay."""

import json
from datetime import timedelta

import pytest
from httpx import Client, Response
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


def test_the_page_counts_what_was_erased_and_says_nothing_of_anybody(
    client: Client, helpline: Helpline
) -> None:
    past = web.now() - YEARS
    with helpline.store.write() as session:
        house.an_ended_ticket(session, house.a_talk(session, now=past), now=past)
    house.night_falls(helpline.store, web.now())
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


def _file(helpline: Helpline) -> str:
    """A household's file on which nothing is done any more."""
    with helpline.store.write() as session:
        return factories.a_household(session, now=web.now()).id


def _put_away(client: Client, csrf: str, file: str, until: str = "2020-01-01") -> Response:
    address = f"https://helpline.example/console/households/{file}"
    told = {"csrf": csrf, "file": address, "until": until, "rule": "档案管理办法第十条"}
    return client.post(f"{PAGE}/archives", data=told)


def test_an_administrator_sees_what_is_archived_and_when_it_goes(
    client: Client, helpline: Helpline
) -> None:
    file, csrf = _file(helpline), _enter(client, helpline, Role.ADMIN)
    assert _put_away(client, csrf, file).status_code == 303
    page = client.get(PAGE).text
    for said in (file[:8], "存到 2020-01-01，已到期", "归档了 1 份，到期 1 份"):
        assert said in page
    assert "王" not in page


def test_one_asks_and_another_administrator_erases(client: Client, helpline: Helpline) -> None:
    file, csrf = _file(helpline), _enter(client, helpline, Role.ADMIN)
    _put_away(client, csrf, file)
    client.post(f"{PAGE}/archives/{file}/ask", data={"csrf": csrf, "ground": "term"})
    own = client.post(f"{PAGE}/archives/{file}/decide", data={"csrf": csrf, "confirmed": "true"})
    assert "另一个管理员" in own.text
    web.enter(client, web.an_account(helpline, "Zhou", Role.ADMIN))
    csrf = web.csrf_of(client.get("/console/account"))
    told = {"csrf": csrf, "confirmed": "true"}
    assert client.post(f"{PAGE}/archives/{file}/decide", data=told).status_code == 303
    assert client.get(f"/console/households/{file}").status_code == 404
    assert "Sun 提出，Zhou 核准" in client.get(PAGE).text


def test_each_step_with_an_archived_file_is_on_record(client: Client, helpline: Helpline) -> None:
    file, csrf = _file(helpline), _enter(client, helpline, Role.ADMIN)
    _put_away(client, csrf, file)
    for step in ("hold", "release", "take-out"):
        client.post(f"{PAGE}/archives/{file}/{step}", data={"csrf": csrf, "why": "法院"})
    with helpline.store.read() as session:
        told = [row.action for row in audit.rows(session) if row.subject == file]
    assert told == [
        "archived household",
        "held household",
        "ended hold on household",
        "took household out of the archive",
    ]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"ground": "term"}, "没有提出"),
        ({"ground": "request", "number": "ZC-NONE"}, "没有提出"),
    ],
)
def test_without_a_ground_nothing_is_asked(
    client: Client, helpline: Helpline, step: dict[str, str], said: str
) -> None:
    file, csrf = _file(helpline), _enter(client, helpline, Role.ADMIN)
    _put_away(client, csrf, file, "2999-01-01")
    page = client.post(f"{PAGE}/archives/{file}/ask", data={"csrf": csrf, **step}).text
    assert said in page


def test_what_is_no_file_or_day_is_not_put_away(client: Client, helpline: Helpline) -> None:
    csrf = _enter(client, helpline, Role.ADMIN)
    for file, until in (("x", ""), ("0" * 32, ""), (_file(helpline), "2026-13-01")):
        assert "没有办成" in _put_away(client, csrf, file, until).text


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SUPERVISOR, Role.CASEWORKER])
def test_nobody_else_archives_or_erases(client: Client, helpline: Helpline, role: Role) -> None:
    file = _file(helpline)
    account = web.an_account(helpline, "Li", role, region=Region.ZICHUAN, unit="区民政局")
    web.enter(client, account)
    csrf = web.csrf_of(client.get("/console/account"))
    assert _put_away(client, csrf, file).status_code == 403
    for step, more in (("ask", {"ground": "term"}), ("decide", {"confirmed": "true"})):
        told = {"csrf": csrf, **more}
        assert client.post(f"{PAGE}/archives/{file}/{step}", data=told).status_code == 403
