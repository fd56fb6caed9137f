"""The accused unit's accounts at every door there is, made from the routes: nothing. And a husband
with her phone, her number and her digits learns nothing of a violence ticket."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.routing import APIRoute
from httpx import Client

from api import chats
from api.app import CONSOLE, PAGES, PROGRAMS
from api.console import topics
from bot import schedule
from bot.helpline import Helpline
from cases import events, permissions
from cases.danger import alerts
from cases.desk import queues
from cases.errors import CaseError
from cases.figures import workloads
from cases.operators import Operator, Role
from cases.talk import messages
from cases.talk.conversations import Conversation
from cases.tickets import history, moves, nudges, tickets, worklists
from cases.tickets.tickets import Ticket
from cases.tickets.worklists import Wanted, Which
from knowledge.names import Hazard, Priority, Region
from tests import factories
from tests.api import web
from tests.api.web import Chat, Staff

UNIT = "区民政局"
WORDS = "收了两千块红包才给办"
STREAM = re.compile(r"/events$")
REPORT = replace(
    factories.A_MATTER,
    narrative=WORDS,
    lead_unit="区纪委监委",
    joint_units=("区信访局",),
    not_to=(UNIT,),
    sealed=True,
    phone="13864370001",
    priority=Priority.P1,
)
# What any form about a ticket may want.
FORM = {
    "what": "accept",
    "reason": "r",
    "text": "t",
    "unit": UNIT,
    "matter": "basic",
    "days": "1",
    "granted": "true",
    "to": "P2",
    "solved": "yes",
    "manner": "yes",
    "satisfied": "yes",
}
ACCUSED = (Role.CASEWORKER, Role.OPERATOR, Role.SUPERVISOR, Role.EDITOR)


@pytest.fixture
def report(helpline: Helpline) -> Ticket:
    """A sealed report on the unit, long late, so that everybody who may be told was told."""
    then = web.now() - timedelta(days=20)
    with helpline.store.write() as session:
        ticket = factories.a_ticket(session, REPORT, now=then)
        moves.refer(session, ticket, "区纪委监委", actor="a", reason="r", version=1, now=then)
    return ticket


@pytest.fixture(params=ACCUSED)
def accused(
    request: pytest.FixtureRequest, client: Client, helpline: Helpline
) -> Iterator[tuple[Staff, Client]]:
    """Somebody of the accused unit, as a program and in a browser."""
    account = web.an_account(helpline, "Charlie", request.param, region=Region.ZICHUAN, unit=UNIT)
    program = web.sign_in(client, account)
    with Client(base_url=client.base_url, timeout=20) as browser:
        web.enter(browser, account)
        yield program, browser


def _routes(method: str) -> list[str]:
    """Every address of the application that answers, with its streams left out."""
    found = [
        route.path
        for module in (*PROGRAMS, *PAGES, *CONSOLE)
        for route in module.router.routes
        if isinstance(route, APIRoute) and method in route.methods
    ]
    return [path for path in found if not STREAM.search(path)]


def _filled(path: str, ticket: Ticket) -> str:
    path = path.replace("{number}", ticket.number).replace("{kind}", "csv")
    return re.sub(r"\{[^}]*\}", ticket.id, path)


def _traces(ticket: Ticket, text: str) -> list[str]:
    return [trace for trace in (ticket.number, WORDS, "红包") if trace in text]


def _account(role: Role) -> Operator:
    return Operator(
        id="c",
        name="c",
        role=role,
        region="zichuan",
        unit=UNIT,
        password_hash="",
        created_at=web.now(),
    )


def test_there_are_many_doors() -> None:
    asked = [path for path in _routes("GET") if "{number}" in path]
    assert {"/console/tickets/{number}", "/console/tickets/{number}/print"} <= set(asked)
    assert len(_routes("GET")) > 40
    assert len([path for path in _routes("POST") if "{number}" in path]) > 8


def test_others_do_find_it_at_these_doors(
    client: Client, helpline: Helpline, report: Ticket
) -> None:
    alice = web.sign_in(client, web.an_account(helpline, "Alice", Role.SUPERVISOR))
    seen = [
        path for path in _routes("GET") if _traces(report, alice.get(_filled(path, report)).text)
    ]
    assert {"/api/tickets", "/api/tickets/{number}"} <= set(seen)


def test_no_page_and_no_program_shows_the_accused_anything(
    report: Ticket, accused: tuple[Staff, Client]
) -> None:
    program, browser = accused
    for path in _routes("GET"):
        address = _filled(path, report)
        for answer in (program.get(address), browser.get(address)):
            found = _traces(report, answer.text.replace(address, ""))
            assert found == [], f"{path} shows {found}"


@pytest.mark.parametrize("which", Which)
def test_no_list_search_or_count_has_it(helpline: Helpline, report: Ticket, which: Which) -> None:
    for role in ACCUSED:
        who = _account(role)
        with helpline.store.read() as session:
            for words in ("", "红包", report.number, "13864370001"):
                wanted = Wanted(which, words=words)
                assert not worklists.page(session, who, wanted, now=web.now()).tickets
            counted = workloads.count(session, who, now=web.now()).values()
        assert not any(counted)


def test_no_form_of_the_accused_changes_it(
    helpline: Helpline, report: Ticket, accused: tuple[Staff, Client]
) -> None:
    _, browser = accused
    csrf = web.csrf_of(browser.get("/console/tickets" if _lists(accused) else "/console/knowledge"))
    for path in _routes("POST"):
        if "{number}" not in path:
            continue
        form = {**FORM, "csrf": csrf, "version": str(report.version)}
        answer = browser.post(_filled(path, report), data=form)
        assert answer.status_code in {401, 403, 404, 422}, path
        # The address that was asked for may be named: there is the same page for any number.
        asked = f"/console/tickets/{report.number}"
        assert _traces(report, answer.text.replace(asked, "")) == [], path
    with helpline.store.read() as session:
        found = tickets.by_number(session, report.number)
        assert found is not None
        assert (found.version, len(history.of(session, found))) == (2, 2)


def _lists(accused: tuple[Staff, Client]) -> bool:
    return permissions.may(accused[0].operator, permissions.Action.LIST_TICKETS)


def test_nobody_of_the_unit_is_told_and_no_stream_rings(
    helpline: Helpline, report: Ticket, accused: tuple[Staff, Client]
) -> None:
    program, _ = accused
    for _ in range(3):
        schedule.tell_late(helpline, now=web.now())
    with helpline.store.read() as session:
        told = [one.addressee for one in nudges.of_ticket(session, report)]
        changes = events.since(session, events.CONSOLE, 0, limit=500)
        about = [one for one in changes if report.id in one.body.values()]
        assert about
        assert not any(topics.may_know(session, program.operator, one) for one in about)
    assert told
    assert program.operator.id not in told
    assert f"unit {UNIT}" not in told


def test_the_chat_in_which_it_was_told_changes_and_rings_for_others_alone(
    helpline: Helpline, accused: tuple[Staff, Client]
) -> None:
    program, _ = accused
    with helpline.store.write() as session:
        told = factories.a_ticket(session, replace(REPORT, sealed=False), now=web.now())
        chat = session.get_one(Conversation, told.conversation_id)
        queues.enqueue(session, chat, reason="x", priority=Priority.P0, matter=None, now=web.now())
        alert = alerts.raise_for(
            session, chat.id, Hazard.VIOLENCE, region=chat.region, ticket_id=None, now=web.now()
        )
    with helpline.store.read() as session:
        changes = events.since(session, events.CONSOLE, 0)
        about = [one for one in changes if {alert.id, chat.id} & set(one.body.values())]
        assert not any(topics.may_know(session, program.operator, one) for one in about)
    assert len(about) > 1
    with helpline.store.write() as session, pytest.raises(CaseError):
        chats.acknowledge(session, program.operator, alert.id, now=web.now())


HERS = replace(
    factories.A_MATTER,
    narrative="我老公打我",
    hazard=Hazard.VIOLENCE,
    personal=True,
    phone="13864370001",
    secret="老槐树",
    lead_unit="区公安分局",
)
HE_TRIES = (
    "查进度",
    "{number}",
    "{number} 0001",
    "0001",
    "我要撤回投诉",
    "确定撤回",
    "我不满意，没解决",
    "你们存了我什么信息",
    "我有哪些单子",
)
BETRAYS = ("公安", "家暴", "打我", "老公", "庇护", "妇联", "暴力", "老槐树")


@pytest.mark.parametrize("same_phone", [True, False])
def test_a_husband_with_her_phone_number_and_digits_learns_nothing(
    client: Client,
    helpline: Helpline,
    same_phone: bool,  # noqa: FBT001
) -> None:
    hers = web.open_chat(client)
    with helpline.store.write() as session:
        conversation = session.get_one(Conversation, hers.id)
        ticket = tickets.open_for(session, conversation, HERS, now=web.now())
    his = hers if same_phone else web.open_chat(client)
    for words in HE_TRIES:
        his.says(words.format(number=ticket.number))
    said = [text for text in _said(helpline, his) if any(word in text for word in BETRAYS)]
    assert said == []
    with helpline.store.read() as session:
        kept = tickets.by_number(session, ticket.number)
        assert kept is not None
        assert (kept.state, kept.version) == ("received", 1)


def _said(helpline: Helpline, chat: Chat) -> list[str]:
    """What the helpline said, without what was typed."""
    with helpline.store.read() as session:
        conversation = session.get_one(Conversation, chat.id)
        lines = messages.since(session, conversation)
    return [line.text for line in lines if line.sender != messages.Sender.RESIDENT]


def test_the_same_is_said_of_a_number_that_does_not_exist(
    client: Client, helpline: Helpline
) -> None:
    with helpline.store.write() as session:
        number = factories.a_ticket(session, HERS, now=web.now()).number
    answers = []
    for asked in (number, f"{number[:-1]}{(int(number[-1]) + 1) % 10}"):
        chat = web.open_chat(client)
        with suppress(CaseError):
            chat.says(f"{asked} 0001")
        answers.append(_said(helpline, chat)[1:])
    assert answers[0] == answers[1]
