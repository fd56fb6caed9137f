"""The 幸福清单 on the console: help is written down, a list is made, brought, and counted."""

from datetime import date, timedelta

import pytest
from httpx import Client, Response

from api.pages import LOCAL
from bot.helpline import Helpline
from cases import audit
from cases.operators import Role
from knowledge.names import Region
from tests import factories
from tests.api import looked_after, web

FORM = {"programme": "dibao", "what": "每月 560 元", "source": "区民政局审批表"}


@pytest.fixture
def household(helpline: Helpline) -> str:
    """The id of a household of Zichuan."""
    with helpline.store.write() as session:
        return factories.a_household(session, now=web.now()).id


@pytest.fixture
def alice(client: Client, helpline: Helpline) -> Client:
    """A caseworker of Zichuan at the console."""
    return looked_after.by_alice(client, helpline, Region.ZICHUAN, "区民政局")


def _today() -> date:
    return web.now().astimezone(LOCAL).date()


def _post(client: Client, household: str, path: str, **form: str) -> Response:
    page = client.get(f"/console/happiness/{household}")
    csrf = web.csrf_of(page)
    return client.post(f"/console/happiness/{household}/{path}", data={"csrf": csrf, **form})


def _made(client: Client, household: str) -> str:
    """The address of a list that was made of one kind of help."""
    since = (_today() - timedelta(days=40)).isoformat()
    _post(client, household, "help", since=since, **FORM)
    answer = _post(client, household, "lists")
    assert answer.status_code == 303
    return answer.headers["location"]


def test_a_list_tells_what_is_received_and_what_is_still_open(
    alice: Client, household: str
) -> None:
    page = alice.get(_made(alice, household)).text
    given, _, still_open = page.partition("您家可能还可以申请的")
    assert "每月 560 元" in given
    assert "医疗救助" in still_open
    assert "低保</b>" not in still_open


def test_a_delivered_list_says_who_brought_it_and_how(alice: Client, household: str) -> None:
    address = _made(alice, household)
    path = address.removeprefix(f"/console/happiness/{household}/")
    day = _today().isoformat()
    _post(alice, household, f"{path}/deliver", by="网格员李四", on=day, receipt="read_out")
    assert "由 网格员李四 送到，当面读过" in alice.get(address).text


def test_a_list_is_delivered_once(alice: Client, household: str) -> None:
    path = _made(alice, household).removeprefix(f"/console/happiness/{household}/")
    form = {"by": "李四", "on": _today().isoformat(), "receipt": "signed"}
    _post(alice, household, f"{path}/deliver", **form)
    assert _post(alice, household, f"{path}/deliver", **form).status_code == 422


def test_the_rate_counts_households_not_lists(
    client: Client, helpline: Helpline, alice: Client, household: str
) -> None:
    path = _made(alice, household).removeprefix(f"/console/happiness/{household}/")
    _made(alice, household)
    day = _today().isoformat()
    _post(alice, household, f"{path}/deliver", by="李四", on=day, receipt="signed")
    client.cookies.clear()
    web.enter(client, web.an_account(helpline, "Sun", Role.SUPERVISOR))
    assert "1 / 1 户，100.0%" in client.get("/console/happiness").text


def test_help_that_has_changed_asks_for_a_new_list(alice: Client, household: str) -> None:
    _made(alice, household)
    assert "该做一张新的幸福清单" not in alice.get(f"/console/happiness/{household}").text
    _post(alice, household, "help", since=_today().isoformat(), **FORM)
    assert "情况有变化" in alice.get(f"/console/happiness/{household}").text


def test_help_cannot_end_before_it_began(alice: Client, household: str) -> None:
    since, until = _today(), _today() - timedelta(days=1)
    answer = _post(
        alice, household, "help", since=since.isoformat(), until=until.isoformat(), **FORM
    )
    assert answer.status_code == 422


def test_a_stranger_of_another_region_sees_no_such_household(
    client: Client, helpline: Helpline, household: str
) -> None:
    account = web.an_account(
        helpline, "Charlie", Role.CASEWORKER, region=Region.FENGZE, unit="区民政局"
    )
    web.enter(client, account)
    assert client.get(f"/console/happiness/{household}").status_code == 404


def test_an_operator_reads_but_does_not_deliver(
    client: Client, helpline: Helpline, household: str
) -> None:
    web.enter(client, web.an_account(helpline, "Bob", Role.OPERATOR, region=Region.ZICHUAN))
    assert client.get("/console/happiness").status_code == 403
    page = client.get(f"/console/happiness/{household}")
    csrf = web.csrf_of(page)
    answer = client.post(f"/console/happiness/{household}/lists", data={"csrf": csrf})
    assert answer.status_code == 403


def test_each_look_at_a_list_is_on_record(
    alice: Client, helpline: Helpline, household: str
) -> None:
    alice.get(_made(alice, household))
    with helpline.store.read() as session:
        assert "looked at list" in [row.action for row in audit.rows(session)]


def test_a_list_is_not_delivered_on_a_day_to_come(alice: Client, household: str) -> None:
    path = _made(alice, household).removeprefix(f"/console/happiness/{household}/")
    day = (_today() + timedelta(days=1)).isoformat()
    answer = _post(alice, household, f"{path}/deliver", by="李四", on=day, receipt="signed")
    assert answer.status_code == 422
