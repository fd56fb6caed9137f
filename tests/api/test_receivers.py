"""A unit's own system gets the referral signed and answers signed: once, replayed, forged."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import yaml
from httpx import Client, Response
from sqlmodel import select
from standardwebhooks import Webhook

from bot import referring
from bot.helpline import Helpline
from cases.ticket_rules.lifecycle import State
from cases.tickets import handovers, moves, tickets
from cases.tickets.handovers import Basis, Handover, NoConsentError, Sending
from cases.tickets.tickets import Ticket
from tests import factories
from tests.api import web
from tests.peers import pager as peer
from tests.peers.pager import Gateway
from tests.retention import house

UNIT, OUTSIDE = "区民政局", "阳光社工站"


@pytest.fixture
def gateway(helpline: Helpline) -> Iterator[Gateway]:
    """The system of the unit, and one of somebody who is no state organ."""
    with peer.gateway() as found:
        rows = [
            {
                "region": "zichuan",
                "unit": unit,
                "url": found.address,
                "secret": peer.SECRET,
                "organ": organ,
            }
            for unit, organ in ((UNIT, True), (OUTSIDE, False))
        ]
        text = yaml.safe_dump(rows, allow_unicode=True)
        (helpline.settings.data / "receivers.yml").write_text(text, encoding="utf-8")
        yield found


@pytest.fixture
def ticket(helpline: Helpline, gateway: Gateway) -> Ticket:
    """A ticket that waits to leave for the unit's system."""
    with helpline.store.write() as session:
        ticket = factories.a_ticket(session, now=web.now())
        moves.refer(session, ticket, UNIT, actor="a", reason="请办", version=1, now=web.now())
        handovers.send(session, ticket.id, organ=True, agreed=False, now=web.now())
    assert gateway.bodies == []
    return ticket


def _send(helpline: Helpline, *, later: timedelta = timedelta(0)) -> int:
    data = helpline.settings.data
    return referring.send_due(helpline.store, data, now=lambda: web.now() + later)


def _answer(  # noqa: PLR0913
    client: Client,
    ticket: Ticket,
    body: dict[str, str],
    *,
    name: str = "m1",
    at: datetime | None = None,
    secret: str = peer.SECRET,
    unit: str = UNIT,
) -> Response:
    text, when = json.dumps(body), at or web.now()
    headers = {
        "webhook-id": name,
        "webhook-timestamp": str(int(when.timestamp())),
        "webhook-signature": Webhook(secret).sign(name, when, text),
        "content-type": "application/json",
    }
    path = f"/api/receivers/zichuan/{unit}/tickets/{ticket.number}/answers"
    return client.post(path, content=text, headers=headers)


def test_the_referral_leaves_signed_and_once(
    helpline: Helpline, gateway: Gateway, ticket: Ticket
) -> None:
    assert [_send(helpline), _send(helpline)] == [1, 0]
    (body,) = gateway.bodies
    data = body["data"]
    assert isinstance(data, dict)
    assert (data["number"], data["story"]) == (ticket.number, ["村里不给我报低保"])


def test_a_referral_that_was_not_taken_is_tried_again_under_its_id(
    helpline: Helpline, gateway: Gateway, ticket: Ticket
) -> None:
    gateway.fails = 1
    _send(helpline)
    assert _send(helpline) == 0
    assert _send(helpline, later=timedelta(minutes=1)) == 1
    assert (len(set(gateway.ids)), len(gateway.ids), len(gateway.bodies)) == (1, 2, 1)
    with helpline.store.read() as session:
        assert handovers.of_ticket(session, ticket.id)[0].state == Sending.SENT


@pytest.mark.parametrize("wrong", [{"secret": "x"}, {"url": "https://a b"}, {"url": "https://:x"}])
def test_one_system_that_is_set_up_wrongly_holds_up_no_other(
    helpline: Helpline, gateway: Gateway, wrong: dict[str, str]
) -> None:
    _set_up_wrongly(helpline, OUTSIDE, wrong)
    with helpline.store.write() as session:
        for unit in (OUTSIDE, UNIT):
            ticket = factories.a_ticket(session, now=web.now())
            moves.refer(session, ticket, unit, actor="a", reason="请办", version=1, now=web.now())
            handovers.send(session, ticket.id, organ=True, agreed=False, now=web.now())
    assert _send(helpline) == 2
    assert len(gateway.bodies) == 1
    assert _send(helpline, later=timedelta(minutes=1)) == 1


def _set_up_wrongly(helpline: Helpline, unit: str, wrong: dict[str, str]) -> None:
    path = helpline.settings.data / "receivers.yml"
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    changed = [row | wrong if row["unit"] == unit else row for row in rows]
    path.write_text(yaml.safe_dump(changed, allow_unicode=True), encoding="utf-8")


def test_an_answer_moves_the_ticket_once_however_often_it_comes(
    client: Client, helpline: Helpline, ticket: Ticket
) -> None:
    answers = [_answer(client, ticket, {"move": "accept"}) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 200]
    assert {one.json()["state"] for one in answers} == {"accepted"}
    with helpline.store.read() as session:
        found = tickets.by_number(session, ticket.number)
        assert found is not None
        assert (found.state, found.version) == (State.ACCEPTED, 3)


def test_the_same_id_with_another_body_is_refused(client: Client, ticket: Ticket) -> None:
    assert _answer(client, ticket, {"move": "accept"}).status_code == 200
    assert _answer(client, ticket, {"move": "start"}).status_code == 409


@pytest.mark.parametrize("wrong", ["secret", "time", "unit", "nobody"])
def test_a_forged_or_old_answer_opens_nothing(
    client: Client, helpline: Helpline, ticket: Ticket, wrong: str
) -> None:
    body = {"move": "accept"}
    answer = {
        "secret": lambda: _answer(client, ticket, body, secret="whsec_" + "QUJD" * 8),
        "time": lambda: _answer(client, ticket, body, at=web.now() - timedelta(hours=1)),
        "unit": lambda: _answer(client, ticket, body, unit=OUTSIDE),
        "nobody": lambda: _answer(client, ticket, body, unit="月球办"),
    }[wrong]()
    assert answer.status_code in {401, 404}
    with helpline.store.read() as session:
        found = tickets.by_number(session, ticket.number)
        assert found is not None
        assert found.state == State.REFERRED


@pytest.mark.parametrize("body", [{"move": "close"}, {"move": "withdraw"}, {"x": "y"}])
def test_what_a_unit_may_not_do_is_refused(
    client: Client, ticket: Ticket, body: dict[str, str]
) -> None:
    assert _answer(client, ticket, body).status_code == 422


def test_a_result_from_outside_reaches_the_resident(
    client: Client, helpline: Helpline, ticket: Ticket
) -> None:
    for name, body in (
        ("1", {"move": "accept"}),
        ("2", {"move": "start"}),
        ("3", {"move": "resolve", "reason": "低保已经批了"}),
    ):
        assert _answer(client, ticket, body, name=name).status_code == 200
    with helpline.store.read() as session:
        found = tickets.by_number(session, ticket.number)
        assert found is not None
        assert found.state == State.RESOLVED


def test_who_is_no_state_organ_gets_nothing_without_consent(
    helpline: Helpline, gateway: Gateway
) -> None:
    with helpline.store.write() as session:
        ticket = factories.a_ticket(session, now=web.now())
        moves.refer(session, ticket, OUTSIDE, actor="a", reason="r", version=1, now=web.now())
        with pytest.raises(NoConsentError):
            handovers.send(session, ticket.id, organ=False, agreed=False, now=web.now())
        row = handovers.send(session, ticket.id, organ=False, agreed=True, now=web.now())
        assert row.basis == Basis.CONSENT
    assert gateway.ids == []


def test_what_was_given_is_kept_three_years_and_no_longer(
    helpline: Helpline, ticket: Ticket
) -> None:
    with helpline.store.write() as session:
        house.ends(session, session.get_one(Ticket, ticket.id), now=web.now())
    two, four = (ticket.opened_at + timedelta(days=365 * years) for years in (2, 4))
    house.night_falls(helpline.store, two)
    assert _kept(helpline) == 1
    # The first night after so long a gap rests.
    house.rests(helpline.store, four - timedelta(days=1))
    house.night_falls(helpline.store, four)
    assert _kept(helpline) == 0


def _kept(helpline: Helpline) -> int:
    with helpline.store.read() as session:
        return len(session.exec(select(Handover)).all())
