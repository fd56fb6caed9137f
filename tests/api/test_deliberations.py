"""A conference, a case by itself and the check above are called with a day and end with minutes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from httpx import Client, Response

from bot.helpline import Helpline
from cases.dialogue import filing
from cases.operators import Role
from cases.tickets import deliberations, tickets
from cases.tickets.deliberations import Kind
from cases.tickets.tickets import Ticket
from knowledge.names import Category, Region
from knowledge.workdays import ZONE
from tests import factories
from tests.api import web

UNIT = "区民政局"
MATTER = replace(factories.A_MATTER, lead_unit=UNIT, joint_units=())


def today(days: int = 0) -> str:
    """The local day, as a form sends it."""
    return (web.now().astimezone(ZONE).date() + timedelta(days=days)).isoformat()


def file(helpline: Helpline, category: Category = Category.COMPLAINT) -> Ticket:
    """A matter that triage sorted."""
    with helpline.store.write() as session:
        chat = factories.a_conversation(session, now=web.now())
        draft = replace(MATTER, category=category)
        number = filing.carry_out(session, chat, [draft], now=web.now()).ticket_number
        found = tickets.by_number(session, number or "")
    assert found is not None
    return found


def post(client: Client, ticket: Ticket, to: str = "", **form: str) -> Response:
    """Send a form of the ticket's page."""
    csrf = web.csrf_of(client.get("/console/tickets"))
    address = f"/console/tickets/{ticket.number}/deliberations{to}"
    return client.post(address, data={"csrf": csrf, **form}, follow_redirects=True)


def call(client: Client, ticket: Ticket, **form: str) -> Response:
    """Call a conference, or what the form says."""
    usual = {"kind": "conference", "unit": "县助联体", "why": "几家都推", "due_on": today(3)}
    return post(client, ticket, **{**usual, **form})


def held(helpline: Helpline, ticket: Ticket) -> list[deliberations.Held]:
    """Those of the ticket."""
    with helpline.store.read() as session:
        return list(deliberations.of_ticket(session, ticket))


@pytest.fixture
def supervisor(client: Client, helpline: Helpline) -> Client:
    """A supervisor's browser."""
    web.enter(client, web.an_account(helpline, "Sun", Role.SUPERVISOR, region=Region.ZICHUAN))
    return client


@pytest.mark.parametrize("kind", ["conference", "single_case"])
def test_it_stands_on_the_list_until_its_minutes_are_written(
    supervisor: Client, helpline: Helpline, kind: str
) -> None:
    ticket = file(helpline)
    call(supervisor, ticket, kind=kind, joint="区医保分局、区住建局")
    assert ticket.number in supervisor.get("/console/deliberations").text
    (one,) = held(helpline, ticket)
    assert one.row.joint_units == ["区医保分局", "区住建局"]
    page = post(supervisor, ticket, f"/{one.row.id}", held_on=today(), minutes="三天内由医保先报")
    assert "三天内由医保先报" in page.text
    assert ticket.number not in supervisor.get("/console/deliberations").text


def test_minutes_are_written_once(supervisor: Client, helpline: Helpline) -> None:
    ticket = file(helpline)
    call(supervisor, ticket)
    (one,) = held(helpline, ticket)
    post(supervisor, ticket, f"/{one.row.id}", held_on=today(), minutes="先定的")
    assert (
        post(supervisor, ticket, f"/{one.row.id}", held_on=today(), minutes="改的").status_code
        == 422
    )
    assert held(helpline, ticket)[0].minutes == "先定的"


@pytest.mark.parametrize(
    "wrong",
    [
        {"why": " "},
        {"due_on": today(-1)},
        {"kind": "check", "unit": UNIT},
    ],
)
def test_what_cannot_be_called_is_refused(
    supervisor: Client, helpline: Helpline, wrong: dict[str, str]
) -> None:
    ticket = file(helpline)
    assert call(supervisor, ticket, **wrong).status_code == 422
    assert held(helpline, ticket) == []


def test_a_refusal_is_checked_above_without_being_asked(helpline: Helpline) -> None:
    (one,) = held(helpline, file(helpline, Category.REFUSED))
    assert one.row.kind == Kind.CHECK
    assert today(4) < one.row.due_on.isoformat() < today(20)


def test_whoever_decided_does_not_write_the_check(client: Client, helpline: Helpline) -> None:
    ticket = file(helpline, Category.REFUSED)
    (one,) = held(helpline, ticket)
    bob = web.an_account(helpline, "Bob", Role.CASEWORKER, region=Region.ZICHUAN, unit=UNIT)
    web.enter(client, bob)
    answer = post(client, ticket, f"/{one.row.id}", held_on=today(), minutes="没有问题")
    assert answer.status_code == 403
    assert held(helpline, ticket)[0].minutes is None


def test_the_accused_takes_no_part(supervisor: Client, helpline: Helpline) -> None:
    with helpline.store.write() as session:
        draft = replace(MATTER, lead_unit="区纪委监委", not_to=(UNIT,))
        ticket = factories.a_ticket(session, draft, now=web.now())
    assert call(supervisor, ticket, joint=UNIT).status_code == 422
