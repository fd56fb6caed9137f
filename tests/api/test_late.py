"""What is late stands on a page of its own and on the ticket, for those who may see the ticket."""

from datetime import timedelta

import pytest
from httpx import Client

from bot import schedule
from bot.helpline import Helpline
from cases.operators import Role
from cases.tickets import moves
from knowledge.names import Region
from tests import factories
from tests.api import web

UNIT = "区民政局"
# Eight days on at ten in the morning there: past the third working day after the time.
LATER = timedelta(days=8)


@pytest.fixture
def number(client: Client, helpline: Helpline) -> str:
    """A ticket that its unit has left lying until an order was due; a supervisor is signed in."""
    web.enter(client, web.an_account(helpline, "Sun", Role.SUPERVISOR))
    now = (web.now() - LATER).replace(hour=2)
    with helpline.store.write() as session:
        ticket = factories.a_ticket(session, now=now)
        moves.refer(session, ticket, UNIT, actor="a", reason="r", version=1, now=now)
    schedule.tell_late(helpline, now=now + LATER)
    return ticket.number


def _caseworker(client: Client, helpline: Helpline, unit: str) -> Client:
    opened = Client(base_url=client.base_url)
    account = web.an_account(
        helpline, f"Bob of {unit}", Role.CASEWORKER, region=Region.ZICHUAN, unit=unit
    )
    web.enter(opened, account)
    return opened


def test_the_supervisor_sees_the_numbered_order(client: Client, number: str) -> None:
    page = client.get("/console/late").text
    assert number in page
    assert "DB-" in page
    assert "督办" in client.get(f"/console/tickets/{number}").text


def test_a_caseworker_sees_no_orders_to_units(
    client: Client, helpline: Helpline, number: str
) -> None:
    bob = _caseworker(client, helpline, UNIT)
    page = bob.get("/console/late")
    bob.close()
    assert page.status_code == 200
    assert "督办单" not in page.text
    assert number not in page.text, "who came later was not told"


def test_a_page_with_nothing_late_says_what_it_is_for(client: Client, helpline: Helpline) -> None:
    web.enter(client, web.an_account(helpline, "Sun", Role.SUPERVISOR))
    assert "到期那天早上会出现在这里" in client.get("/console/late").text
