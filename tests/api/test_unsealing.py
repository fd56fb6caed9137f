"""Who stands behind a sealed report is shown when two persons agree, with a reason, on record."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from httpx import Client, Response
from sqlmodel import col, select

from bot.helpline import Helpline
from cases.audit import AuditRow
from cases.operators import Role
from cases.tickets import unsealings
from cases.tickets.tickets import Ticket
from knowledge.names import Region
from tests import factories
from tests.api import web

PHONE = "13864370001"
SEALED = replace(factories.A_MATTER, sealed=True, phone=PHONE)


@dataclass
class Two:
    """Two supervisors in their browsers, and the page of one sealed report."""

    alice: Client
    bob: Client
    ticket: Ticket

    @property
    def page(self) -> str:
        return f"/console/tickets/{self.ticket.number}/reporter"

    def asks(self, reason: str = "要把他接到安全的地方") -> Response:
        return self._post(self.alice, self.page, reason=reason)

    def decides(self, who: Client, granted: str = "true") -> Response:
        return self._post(who, f"{self.page}/decide", granted=granted)

    def _post(self, who: Client, to: str, **form: str) -> Response:
        csrf = web.csrf_of(who.get("/console/tickets"))
        return who.post(to, data={"csrf": csrf, **form}, follow_redirects=True)


@pytest.fixture
def two(client: Client, helpline: Helpline) -> Iterator[Two]:
    """A sealed report and two persons who may unseal it together."""
    with helpline.store.write() as session:
        ticket = factories.a_ticket(session, SEALED, now=web.now())
    with Client(base_url=client.base_url, timeout=20) as other:
        for name, browser in (("Alice", client), ("Bob", other)):
            web.enter(browser, web.an_account(helpline, name, Role.SUPERVISOR))
        yield Two(client, other, ticket)


def test_one_person_alone_sees_nothing(two: Two) -> None:
    two.asks()
    answer = two.decides(two.alice)
    assert answer.status_code == 422
    assert "另一个人" in answer.text
    assert PHONE not in two.alice.get(two.page).text


def test_the_second_person_opens_it_to_who_asked(two: Two) -> None:
    two.asks()
    assert two.ticket.number in two.bob.get("/console/unsealings").text
    assert two.decides(two.bob).status_code == 200
    assert PHONE in two.alice.get(two.page).text
    assert PHONE not in two.bob.get(two.page).text


def test_a_refusal_keeps_it_sealed(two: Two) -> None:
    two.asks()
    two.decides(two.bob, granted="false")
    assert PHONE not in two.alice.get(two.page).text


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_nothing_is_asked(two: Two, helpline: Helpline, reason: str) -> None:
    assert two.asks(reason).status_code == 422
    with helpline.store.read() as session:
        assert not unsealings.of_ticket(session, two.ticket)


def test_every_step_and_look_is_on_record(two: Two, helpline: Helpline) -> None:
    two.asks()
    two.decides(two.bob)
    two.alice.get(two.page)
    with helpline.store.read() as session:
        of_it = select(AuditRow.action).where(AuditRow.subject == two.ticket.id)
        done = list(session.exec(of_it.order_by(col(AuditRow.seq))))
    assert done[-3:] == [
        "asked to unseal reporter",
        "granted unsealing",
        "looked behind sealed report",
    ]


def test_it_closes_again_after_a_day(two: Two, helpline: Helpline) -> None:
    two.asks()
    two.decides(two.bob)
    with helpline.store.read() as session:
        (wish,) = unsealings.of_ticket(session, two.ticket)
        later = web.now() + timedelta(hours=25)
        assert unsealings.open_to(session, two.ticket, wish.asked_by, now=web.now())
        assert not unsealings.open_to(session, two.ticket, wish.asked_by, now=later)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.CASEWORKER, Role.AUDITOR])
def test_others_do_not_even_ask(client: Client, helpline: Helpline, two: Two, role: Role) -> None:
    account = web.an_account(helpline, "Charlie", role, region=Region.ZICHUAN, unit="区民政局")
    with Client(base_url=client.base_url) as browser:
        web.enter(browser, account)
        assert browser.get(two.page).status_code in {403, 404}
