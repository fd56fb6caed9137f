"""A supervisor begins an event, sorts its tickets, and ends it when nobody waits unanswered."""

import re
from dataclasses import replace

import pytest
from httpx import Client

from bot.helpline import Helpline
from cases.operators import Role
from knowledge.names import Matter, Region
from tests import factories
from tests.api import web

PAGE = "/console/incidents"
STORM = replace(factories.A_MATTER, narrative="屋顶被风掀了", matter=Matter.DISASTER)


@pytest.fixture
def alice(client: Client, helpline: Helpline) -> Client:
    """A supervisor of Zichuan at the console."""
    account = web.an_account(helpline, "Alice", Role.SUPERVISOR, region=Region.ZICHUAN)
    web.enter(client, account)
    return client


def _begin(client: Client, **form: str) -> str:
    sent = {"csrf": web.csrf_of(client.get(PAGE)), "region": "zichuan", "kind": "typhoon"}
    answer = client.post(PAGE, data={**sent, **form})
    return answer.headers.get("location", str(answer.status_code))


def test_what_looks_alike_is_put_together_and_taken_out_by_a_person(
    alice: Client, helpline: Helpline
) -> None:
    with helpline.store.write() as session:
        number = factories.a_ticket(session, STORM, now=web.now()).number
    where = _begin(alice)
    page = alice.get(where)
    assert re.search(rf"看着像的（1）.*{number}", page.text, re.DOTALL)
    csrf = {"csrf": web.csrf_of(page)}
    alice.post(f"{where}/tickets/{number}/in", data=csrf)
    assert "归到一起的（1）" in alice.get(where).text
    alice.post(f"{where}/tickets/{number}/out", data=csrf)
    assert "归到一起的（0）" in alice.get(where).text


def test_it_does_not_end_while_somebody_waits_for_whom_nobody_answers(
    alice: Client, helpline: Helpline
) -> None:
    with helpline.store.write() as session:
        number = factories.a_ticket(session, STORM, now=web.now()).number
    where = _begin(alice)
    csrf = {"csrf": web.csrf_of(alice.get(where))}
    alice.post(f"{where}/tickets/{number}/in", data=csrf)
    assert alice.post(f"{where}/end", data=csrf).status_code == 409
    alice.post(f"{where}/tickets/{number}/out", data=csrf)
    assert alice.post(f"{where}/end", data=csrf).status_code == 303
    assert "结束了" in alice.get(where).text


@pytest.mark.parametrize("wrong", [{"kind": "war"}, {"region": "national"}])
def test_a_wrong_choice_begins_nothing(
    client: Client, helpline: Helpline, wrong: dict[str, str]
) -> None:
    web.enter(client, web.an_account(helpline, "Root", Role.ADMIN))
    assert _begin(client, **wrong) == "422"


def test_another_place_neither_sees_nor_begins_it(
    client: Client, helpline: Helpline, alice: Client
) -> None:
    where = _begin(alice)
    client.cookies.clear()
    web.enter(client, web.an_account(helpline, "Eve", Role.SUPERVISOR, region=Region.FENGZE))
    assert client.get(where).status_code == 404
    assert _begin(client) == "403"


def test_a_ticket_that_is_not_there_is_put_nowhere(alice: Client) -> None:
    where = _begin(alice)
    csrf = {"csrf": web.csrf_of(alice.get(where))}
    assert alice.post(f"{where}/tickets/ZC-1/in", data=csrf).status_code == 404
