"""Staff change a ticket's time on its page: who may, what the resident hears, what is refused."""

import pytest
from httpx import Client, Response

from bot.helpline import Helpline
from cases.operators import Role
from cases.tickets import extensions, tickets
from cases.tickets.tickets import Ticket
from knowledge.names import Region
from tests import factories
from tests.api import web

UNIT = "区民政局"


def _post(client: Client, page: str, what: str, **form: str) -> Response:
    csrf = web.csrf_of(client.get("/console/tickets"))
    return client.post(f"{page}/{what}", data={"csrf": csrf, **form}, follow_redirects=True)


@pytest.fixture
def supervisor(client: Client, helpline: Helpline) -> Client:
    """A supervisor's browser."""
    web.enter(client, web.an_account(helpline, "Sun", Role.SUPERVISOR))
    return client


@pytest.fixture
def ticket(helpline: Helpline) -> Ticket:
    """A matter that has just come in."""
    with helpline.store.write() as session:
        return factories.a_ticket(session, now=web.now())


def _caseworker(client: Client, helpline: Helpline) -> Client:
    opened = Client(base_url=client.base_url)
    web.enter(
        opened,
        web.an_account(helpline, "Bob", Role.CASEWORKER, region=Region.ZICHUAN, unit=UNIT),
    )
    return opened


def test_more_time_is_asked_granted_and_told(
    supervisor: Client, helpline: Helpline, ticket: Ticket
) -> None:
    page = f"/console/tickets/{ticket.number}"
    bob = _caseworker(supervisor, helpline)
    assert _post(bob, page, "more-time", days="3", reason="等医院回函").status_code == 200
    assert "同意延期" not in bob.get(page).text
    answer = _post(supervisor, page, "more-time/decide", granted="true")
    assert "已同意" in answer.text
    assert "等医院回函" in answer.text
    bob.close()


def test_a_caseworker_does_not_decide(
    supervisor: Client, helpline: Helpline, ticket: Ticket
) -> None:
    page = f"/console/tickets/{ticket.number}"
    bob = _caseworker(supervisor, helpline)
    _post(bob, page, "more-time", days="3", reason="等医院回函")
    assert _post(bob, page, "more-time/decide", granted="true").status_code == 403
    with helpline.store.read() as session:
        assert [one.state for one in extensions.of(session, ticket)] == ["asked"]
    bob.close()


def test_nobody_grants_their_own_wish(supervisor: Client, ticket: Ticket) -> None:
    page = f"/console/tickets/{ticket.number}"
    _post(supervisor, page, "more-time", days="3", reason="等医院回函")
    answer = _post(supervisor, page, "more-time/decide", granted="true")
    assert answer.status_code == 422
    assert "要由别人决定" in answer.text


def test_another_priority_wants_a_reason(
    supervisor: Client, helpline: Helpline, ticket: Ticket
) -> None:
    page = f"/console/tickets/{ticket.number}"
    assert _post(supervisor, page, "priority", to="P1", reason=" ").status_code == 422
    assert _post(supervisor, page, "priority", to="P1", reason="断粮了").status_code == 200
    with helpline.store.read() as session:
        found = tickets.by_number(session, ticket.number)
        assert found is not None
        assert found.priority == "P1"


@pytest.mark.parametrize(
    ("day", "kind", "region", "status"),
    [
        ("2026-12-01", "off", "ningxia", 200),
        ("2027-01-01", "year_complete", "national", 200),
        ("2027-01-01", "year_complete", "ningxia", 422),
        ("2126-12-01", "off", "ningxia", 422),
        ("no day", "off", "ningxia", 422),
    ],
)
def test_days_are_entered_on_a_page(
    supervisor: Client, day: str, kind: str, region: str, status: int
) -> None:
    answer = _post(supervisor, "/console", "calendar", day=day, kind=kind, region=region)
    assert answer.status_code == status


def test_a_caseworker_enters_no_days(supervisor: Client, helpline: Helpline) -> None:
    bob = _caseworker(supervisor, helpline)
    assert bob.get("/console/calendar").status_code == 403
    bob.close()
