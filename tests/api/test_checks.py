"""A report is matched, given a day and looked into; its reporter hears that, and nothing more."""

from dataclasses import replace

import pytest
from httpx import Client, Response

from bot.helpline import Helpline
from cases.households import list_imports, people
from cases.households.file_bodies import PartKind, Person
from cases.households.list_imports import Given, ImportState, ListRow
from cases.operators import Role
from cases.talk import conversations, messages
from cases.tickets import tickets
from knowledge.names import Category, Region
from tests import factories
from tests.api import web

REPORT = replace(
    factories.A_MATTER, category=Category.DISCOVERY, narrative="隔壁王奶奶一个人，好几天没出门"
)
NUMBER = "11010519491231002X"


@pytest.fixture
def alice(client: Client, helpline: Helpline) -> Client:
    """A caseworker of Zichuan at the console."""
    web.enter(
        client,
        web.an_account(helpline, "Alice", Role.CASEWORKER, region=Region.ZICHUAN, unit="区民政局"),
    )
    return client


@pytest.fixture
def number(helpline: Helpline) -> str:
    """A neighbour's report."""
    with helpline.store.write() as session:
        return factories.a_ticket(session, REPORT, now=web.now()).number


def _post(client: Client, path: str, **form: str) -> Response:
    csrf = web.csrf_of(client.get("/console/visits"))
    return client.post(path, data={"csrf": csrf, **form})


def _said(helpline: Helpline, number: str) -> list[str]:
    with helpline.store.read() as session:
        ticket = tickets.by_number(session, number)
        assert ticket is not None
        chat = conversations.find(session, ticket.conversation_id or "")
        return [line.text for line in messages.since(session, chat)]


def test_a_report_is_matched_to_a_file_by_its_number_and_gets_a_day(
    alice: Client, helpline: Helpline, number: str
) -> None:
    with helpline.store.write() as session:
        household = factories.a_household(session, now=web.now())
        by, now = household.created_by, web.now()
        someone = Person(name="王桂兰", id_number=NUMBER)
        people.write(session, household, PartKind.MEMBER, someone, by=by, now=now)
    path = f"/console/checks/ticket/{number}"
    assert "王桂兰" in _post(alice, path, id_number=NUMBER).text
    form = {"household_id": household.id, "due_on": "2030-01-02"}
    assert _post(alice, path, **form).status_code == 303
    page = alice.get("/console/checks").text
    assert ("2030-01-02" in page, "王桂兰" in page, number in page) == (True, True, True)


@pytest.mark.parametrize("outcome", ["helped", "passed_on", "no_need", "refused", "not_found"])
def test_the_reporter_hears_the_same_whatever_came_of_it(
    alice: Client, helpline: Helpline, number: str, outcome: str
) -> None:
    _post(alice, f"/console/checks/ticket/{number}", due_on="2030-01-02")
    row = alice.get("/console/checks").text.split('action="/console/checks/')[1].split('"')[0]
    assert _post(alice, f"/console/checks/{row}", outcome=outcome).status_code == 303
    told = helpline.speech.say("outcome.looked_at", {"number": number})
    assert _said(helpline, number) == [told]
    assert _post(alice, f"/console/checks/{row}", outcome="helped").status_code == 409
    assert _said(helpline, number) == [told]


def test_what_is_no_report_becomes_no_check(alice: Client, helpline: Helpline) -> None:
    with helpline.store.write() as session:
        other = factories.a_ticket(session, now=web.now()).number
    assert _post(alice, f"/console/checks/ticket/{other}", due_on="2030-01-02").status_code == 422


def test_a_stranger_finds_neither_report_nor_check(
    client: Client, helpline: Helpline, alice: Client, number: str
) -> None:
    _post(alice, f"/console/checks/ticket/{number}", due_on="2030-01-02")
    row = alice.get("/console/checks").text.split('action="/console/checks/')[1].split('"')[0]
    client.cookies.clear()
    eve = web.an_account(helpline, "Eve", Role.CASEWORKER, region=Region.FENGZE, unit="街道")
    web.enter(client, eve)
    assert client.get(f"/console/checks/ticket/{number}").status_code == 404
    assert _post(client, f"/console/checks/{row}", outcome="helped").status_code == 404
    assert number not in client.get("/console/checks").text


def test_a_list_that_was_taken_in_gives_each_of_its_households_a_check(
    client: Client, helpline: Helpline
) -> None:
    sun = web.an_account(helpline, "Sun", Role.SUPERVISOR, region=Region.ZICHUAN)
    web.enter(client, sun)
    with helpline.store.write() as session:
        given = Given("a.csv", b"x", "区残联", "数据共享办法", Region.ZICHUAN)
        listed = list_imports.begin(session, given, by=sun.id, now=web.now())
        where = f"/console/checks/list/{listed.id}"
    assert _post(client, where, due_on="2030-01-02").status_code == 409
    with helpline.store.write() as session:
        list_imports.find(session, listed.id).state = ImportState.DONE
        household = factories.a_household(session, now=web.now()).id
        row = ListRow(id="1", import_id=listed.id, line=1, faults=[], household_id=household)
        session.add(row)
    assert _post(client, where, due_on="2030-01-02").status_code == 303
    assert "名单上的" in client.get("/console/checks").text.split("要去看的线索</h1>")[1]
