"""A supervisor asks a group how it is: seen before it is sent, stopped, and read afterwards."""

import re

import pytest
from httpx import Client, Response

from bot import caring
from bot.helpline import Helpline
from cases.care import care_answers
from cases.households import households
from cases.operators import Role
from knowledge.names import Region
from tests import factories
from tests.api import web

CARE = "/console/care"
CHOICE = {"region": "zichuan", "reason": "cold_spell"}


@pytest.fixture
def alice(client: Client, helpline: Helpline) -> Client:
    """A supervisor of Zichuan at the console."""
    account = web.an_account(helpline, "Alice", Role.SUPERVISOR, region=Region.ZICHUAN)
    web.enter(client, account)
    return client


@pytest.fixture
def household(helpline: Helpline) -> str:
    """A household of Zichuan with a chat."""
    with helpline.store.write() as session:
        return factories.a_household(session, now=web.now()).id


def _agree(client: Client, household: str) -> None:
    page = f"/console/households/{household}"
    form = {"csrf": web.csrf_of(client.get(page)), "whom": "本人在电话里说的"}
    assert client.post(f"{page}/care-consent", data=form).status_code == 303


def _hidden(page: Response) -> dict[str, str]:
    form = page.text.split('action="/console/care"')[1]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def _begin(client: Client, **changed: str) -> Response:
    form = {**_hidden(client.get(f"{CARE}/look", params=CHOICE)), "a_minute": "60", **changed}
    return client.post(CARE, data=form)


def test_the_page_tells_how_many_would_be_reached_before_anything_is_sent(
    alice: Client, household: str
) -> None:
    assert "能问到 0 户" in alice.get(f"{CARE}/look", params=CHOICE).text
    _agree(alice, household)
    page = alice.get(f"{CARE}/look", params=CHOICE).text
    assert "能问到 1 户" in page
    assert "不要验证码" in page


def test_what_is_begun_is_stopped_and_goes_on(alice: Client, household: str) -> None:
    _agree(alice, household)
    where = _begin(alice).headers["location"]
    csrf = web.csrf_of(alice.get(where))
    alice.post(f"{where}/stop", data={"csrf": csrf})
    assert "停下了" in alice.get(where).text
    alice.post(f"{where}/go-on", data={"csrf": csrf, "a_minute": "5"})
    assert "每分钟 5 户" in alice.get(where).text
    assert alice.post(f"{where}/go-on", data={"csrf": csrf}).status_code == 409


def test_the_form_sent_twice_begins_once(alice: Client, household: str) -> None:
    _agree(alice, household)
    form = {**_hidden(alice.get(f"{CARE}/look", params=CHOICE)), "a_minute": "60"}
    places = {alice.post(CARE, data=form).headers["location"] for _ in range(2)}
    assert len(places) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"a_minute": "0"},
        {"a_minute": "9999"},
        {"reason": "x"},
        {"age_from": "80", "age_until": "60"},
    ],
)
def test_a_wrong_choice_begins_nothing(alice: Client, wrong: dict[str, str]) -> None:
    assert _begin(alice, **wrong).status_code == 422
    assert "还没有问过" in alice.get(CARE).text


@pytest.mark.parametrize("query", ["", "?region=zichuan", "?region=x&reason=typhoon"])
def test_a_choice_that_was_made_up_leads_back_to_the_form(alice: Client, query: str) -> None:
    assert alice.get(f"{CARE}/look{query}").status_code == 422


def test_what_came_of_it_stands_on_the_page_with_who_is_left_to_a_person(
    alice: Client, helpline: Helpline, household: str
) -> None:
    _agree(alice, household)
    with helpline.store.write() as session:
        factories.a_household(session, now=web.now())
        factories.a_household(session, reached=False, now=web.now())
    where = _begin(alice).headers["location"]
    with helpline.store.write() as session:
        chat = households.find(session, household).conversation_id
        care_answers.withdraw(session, households.find(session, household), by=None, now=web.now())
    assert chat is not None
    caring.send_due(helpline.store, helpline.speech, hotline="12345", now=web.now())
    page = alice.get(where).text
    assert "没有同意主动问候</td><td>2<" in page
    assert page.split("要人管的")[1].count("王桂兰") == 1, "who has no way is a person's"


def test_the_consent_is_taken_back_on_the_households_page(alice: Client, household: str) -> None:
    _agree(alice, household)
    page = alice.get(f"/console/households/{household}")
    assert "可以主动问一声" in page.text
    form = {"csrf": web.csrf_of(page)}
    alice.post(f"/console/households/{household}/care-consent/end", data=form)
    assert "没有同意过" in alice.get(f"/console/households/{household}").text


def test_another_place_does_not_see_it(
    client: Client, helpline: Helpline, alice: Client, household: str
) -> None:
    _agree(alice, household)
    where = _begin(alice).headers["location"]
    client.cookies.clear()
    web.enter(client, web.an_account(helpline, "Eve", Role.SUPERVISOR, region=Region.FENGZE))
    assert client.get(where).status_code == 404
    assert client.get(f"{CARE}/look", params=CHOICE).status_code == 403
    assert "降温" not in client.get(CARE).text.split("问过的")[1]


def test_an_operator_asks_no_group(client: Client, helpline: Helpline) -> None:
    web.enter(client, web.an_account(helpline, "Bob", Role.OPERATOR, region=Region.ZICHUAN))
    assert client.get(CARE).status_code == 403
