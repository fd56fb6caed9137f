"""A suggestion of triage stays beside its correction; who must be told stands on a list."""

from dataclasses import replace

import pytest
from httpx import Client, Response

from bot.helpline import Helpline
from cases.commands import OpenTicket
from cases.dialogue import filing
from cases.operators import Role
from cases.ticket_rules.reasons import Duty, Reason, Why
from cases.tickets import notices, sortings, tickets
from knowledge.names import Category, Matter, Region
from tests import factories
from tests.api import web

REPORT = replace(
    factories.A_MATTER,
    not_to=("区民政局",),
    lead_unit="区纪委监委",
    reasons=(Reason(Why.WORDS, "推诿"), Reason(Why.ACCUSED, "区民政局")),
    duties=(Duty("conduct", "纪检监察机关", 24),),
)


def file(helpline: Helpline, draft: OpenTicket = REPORT) -> str:
    """A ticket that triage sorted; its number."""
    with helpline.store.write() as session:
        chat = factories.a_conversation(session, now=web.now())
        number = filing.carry_out(session, chat, [draft], now=web.now()).ticket_number
    assert number is not None
    return number


@pytest.fixture
def number(helpline: Helpline, client: Client) -> str:
    """A report, and an operator of the region before the browser."""
    web.enter(client, web.an_account(helpline, "Alice", region=Region.ZICHUAN))
    return file(helpline)


def send(client: Client, number: str, **form: str) -> Response:
    """Sort it otherwise."""
    page = client.get(f"/console/tickets/{number}/triage")
    sent = {
        "csrf": web.csrf_of(page),
        "version": "1",
        "matter": "medical",
        "category": "complaint",
        "unit": "区医保分局",
        "reason": "说的是报销",
        **form,
    }
    return client.post(f"/console/tickets/{number}/triage", data=sent)


def test_the_page_says_why(client: Client, number: str) -> None:
    page = client.get(f"/console/tickets/{number}/triage").text
    assert "说到了：推诿" in page
    assert "不能转给它们：区民政局" in page
    assert "纪检监察机关" in page


def test_suggestion_and_correction_are_both_kept(
    client: Client, helpline: Helpline, number: str
) -> None:
    assert send(client, number).status_code == 303
    with helpline.store.read() as session:
        ticket = tickets.by_number(session, number)
        assert ticket is not None
        assert (ticket.matter, ticket.lead_unit) == (Matter.MEDICAL, "区医保分局")
        suggested = sortings.suggestion(session, ticket)
        assert suggested is not None
        assert (suggested.matter, suggested.lead_unit) == (Matter.BASIC, "区纪委监委")
        assert [row.matter for row in sortings.corrections(session, ticket)] == [Matter.MEDICAL]
    assert "区医保分局" in client.get(f"/console/tickets/{number}/triage").text


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"unit": "区民政局"}, 422, "说的就是这个单位"),
        ({"reason": " "}, 422, "写明理由"),
        ({"version": "9"}, 409, "刚才有人动过"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    client: Client, number: str, form: dict[str, str], status: int, said: str
) -> None:
    answer = send(client, number, **form)
    assert (answer.status_code, said in answer.text) == (status, True)


def test_another_region_and_the_accused_unit_find_nothing(
    client: Client, helpline: Helpline, number: str
) -> None:
    for name, role, region, unit in (
        ("Bob", Role.OPERATOR, Region.DONGTOU, None),
        ("Charlie", Role.CASEWORKER, Region.ZICHUAN, "区民政局"),
    ):
        client.cookies.clear()
        web.enter(client, web.an_account(helpline, name, role, region=region, unit=unit))
        assert client.get(f"/console/tickets/{number}/triage").status_code == 404
        assert number not in client.get("/console/notices").text


def test_who_must_be_told_stays_on_the_list_until_there_is_a_receipt(
    client: Client, helpline: Helpline, number: str
) -> None:
    page = client.get("/console/notices")
    assert number in page.text
    with helpline.store.read() as session:
        ticket = tickets.by_number(session, number)
        assert ticket is not None
        (owed,) = notices.of_ticket(session, ticket)
    form = {"csrf": web.csrf_of(page), "receipt": " "}
    assert client.post(f"/console/notices/{owed.id}", data=form).status_code == 422
    form["receipt"] = "李科长，回执 12 号"
    assert client.post(f"/console/notices/{owed.id}", data=form).status_code == 303
    assert client.post(f"/console/notices/{owed.id}", data=form).status_code == 409
    assert number not in client.get("/console/notices").text
    assert "回执 12 号" in client.get(f"/console/tickets/{number}/triage").text


def test_agreed_days_take_the_place_of_our_default(helpline: Helpline) -> None:
    quick = replace(factories.A_MATTER, category=Category.ENQUIRY, days=1)
    usual = replace(factories.A_MATTER, category=Category.ENQUIRY)
    found = []
    for draft in (quick, usual):
        number = file(helpline, draft)
        with helpline.store.read() as session:
            ticket = tickets.by_number(session, number)
            assert ticket is not None
            found.append(ticket.respond_by)
    assert found[0] < found[1]


def test_what_belongs_to_the_person_alone_is_found_by_its_number_only(
    client: Client, helpline: Helpline
) -> None:
    web.enter(client, web.an_account(helpline, "Ann", region=Region.ZICHUAN))
    number = file(helpline, replace(factories.A_MATTER, narrative="翠花在家里挨了打"))
    assert number in client.get("/console/tickets?list=open&q=翠花").text
    send(client, number, unit="", personal="true", reason="本人说不能让家里知道")
    assert f"/{number}" not in client.get("/console/tickets?list=open&q=翠花").text
    assert f"/{number}" in client.get(f"/console/tickets?list=open&q={number}").text


def test_it_leaves_the_household_s_file(client: Client, helpline: Helpline) -> None:
    web.enter(client, web.an_account(helpline, "Ann", region=Region.ZICHUAN))
    number = file(helpline, factories.A_MATTER)
    with helpline.store.write() as session:
        ticket, home = (
            tickets.for_update(session, number),
            factories.a_household(session, now=web.now()),
        )
        tickets.file_under(session, ticket, home.id, now=web.now())
    send(client, number, unit="", personal="true")
    with helpline.store.read() as session:
        ticket = tickets.for_update(session, number)
    assert (ticket.personal, ticket.household_id) == (True, None)
