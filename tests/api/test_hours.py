"""The page of hours: entered there, told to who waits, and never another region's to change."""

from datetime import timedelta

import pytest
from httpx import Client, Response

from bot.helpline import Helpline
from cases.hours import LOCAL
from cases.operators import Role
from knowledge.names import Region
from tests.api import web
from tests.api.web import Chat


def _post(client: Client, path: str, **fields: str) -> Response:
    csrf = web.csrf_of(client.get("/console/hours"))
    return client.post(path, data={"csrf": csrf, **fields}, follow_redirects=True)


def _closed_now() -> dict[str, str]:
    """Hours that begin in an hour and end two hours later."""
    begins = web.now().astimezone(LOCAL) + timedelta(hours=1)
    ends = begins + timedelta(hours=2)
    times = {"begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}"}
    return {"region": "zichuan", "channel": "chat", "days": "every", **times}


@pytest.fixture
def sun(client: Client, helpline: Helpline) -> Client:
    """A supervisor of Zichuan at the console."""
    web.enter(client, web.an_account(helpline, "Sun", Role.SUPERVISOR, region=Region.ZICHUAN))
    return client


def test_hours_are_told_to_who_waits_until_they_are_taken_out(sun: Client, chat: Chat) -> None:
    page = _post(sun, "/console/hours", **_closed_now())
    told = chat.says("找人工").json()
    assert set(told["queue"].values()) == {1, None}
    assert "现在不在接待时间" in told["messages"][-1]["text"]
    row = page.text.split('action="/console/hours/')[1][:32]
    _post(sun, f"/console/hours/{row}/end")
    assert "不在接待时间" not in chat.says("人呢").json()["messages"][-1]["text"]


def test_hours_for_calls_are_opened_and_offered(sun: Client, chat: Chat) -> None:
    day = f"{web.now().astimezone(LOCAL) + timedelta(days=1):%Y-%m-%d}"
    plan = {"region": "zichuan", "first": day, "last": day, "begins": "09:00", "ends": "10:00"}
    page = _post(sun, "/console/hours/slots", **plan, minutes="30", capacity="2")
    assert page.text.count("0 / 2") == 2
    chat.says("找人工")
    offered = chat.says("约回电").json()["messages"][-1]["choices"]
    assert len(offered) == 3


@pytest.mark.parametrize("region", ["fengze", "national", "atlantis"])
def test_another_regions_hours_are_not_ones_own(sun: Client, region: str) -> None:
    answer = _post(sun, "/console/hours", **(_closed_now() | {"region": region}))
    assert answer.status_code in {403, 422}


def test_an_operator_sets_no_hours(client: Client, helpline: Helpline) -> None:
    web.enter(client, web.an_account(helpline, "Alice"))
    assert client.get("/console/hours").status_code == 403


def test_a_plan_that_holds_no_hour_is_refused(sun: Client) -> None:
    plan = {"region": "zichuan", "first": "2020-01-01", "last": "2020-01-02"}
    times = {"begins": "09:00", "ends": "10:00", "minutes": "30", "capacity": "2"}
    assert _post(sun, "/console/hours/slots", **plan, **times).status_code == 422
