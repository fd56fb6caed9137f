"""The duty page: a supervisor enters shifts, gaps are named there and by /readyz."""

import re

import pytest
from httpx import Client, Response

from bot.helpline import Helpline
from cases.operators import Role
from knowledge.names import Region
from tests.api import web

SHIFT = {
    "tier": "1",
    "days": list("1234567"),
    "begins": "00:00",
    "ends": "00:00",
    "name": "<b>王芳</b>",
    "phone": "13800138000",
}


@pytest.fixture
def supervisor(client: Client, helpline: Helpline) -> Client:
    """A supervisor's browser."""
    web.enter(client, web.an_account(helpline, "Sun", Role.SUPERVISOR))
    return client


def _readyz(client: Client) -> dict[str, str]:
    parts: dict[str, str] = client.get("/readyz").json()["parts"]
    return parts


def test_a_roster_with_gaps_is_not_ready_to_go_live(client: Client) -> None:
    parts = _readyz(client)
    assert parts["roster"] == "gaps: not ready to go live"
    assert parts["paging"].startswith("off")


def test_a_whole_roster_is_told_by_readyz(supervisor: Client) -> None:
    page = supervisor.get("/console/duty")
    assert "补齐以前不要对外开通" in page.text
    form = SHIFT | {"csrf": web.csrf_of(page)}
    shown = supervisor.post("/console/duty", data=form, follow_redirects=True).text
    assert "&lt;b&gt;王芳" in shown
    assert "每个地方、每个钟头都有人值第一级" in shown
    assert _readyz(supervisor)["roster"] == "somebody at every hour"


def _live(client: Client, region: str, *, opened: bool) -> Response:
    form = {"csrf": web.csrf_of(client.get("/console/duty")), "region": region}
    form |= {"open": "true"} if opened else {}
    return client.post("/console/duty/live", data=form, follow_redirects=True)


def test_a_place_is_opened_only_once_somebody_can_be_rung_at_every_hour(supervisor: Client) -> None:
    refused = _live(supervisor, "zichuan", opened=True)
    assert refused.status_code == 409
    assert "淄川区整个星期" in refused.text
    form = SHIFT | {"csrf": web.csrf_of(refused), "region": "zichuan"}
    supervisor.post("/console/duty", data=form)
    assert "由Sun开通" in _live(supervisor, "zichuan", opened=True).text
    assert _live(supervisor, "fengze", opened=True).status_code == 409
    assert _readyz(supervisor)["live"] == "zichuan"
    assert "由Sun开通" not in _live(supervisor, "zichuan", opened=False).text


def test_an_open_place_keeps_its_shift_until_there_is_a_substitute(supervisor: Client) -> None:
    form = SHIFT | {"csrf": web.csrf_of(supervisor.get("/console/duty")), "region": "zichuan"}
    supervisor.post("/console/duty", data=form)
    page = _live(supervisor, "zichuan", opened=True).text
    shift, csrf = re.findall(r"/console/duty/([0-9a-f]{32})/end", page)[0], form["csrf"]
    ended = f"/console/duty/{shift}/end"
    refused = supervisor.post(ended, data={"csrf": csrf})
    assert (refused.status_code, "没有取消" in refused.text) == (409, True)
    supervisor.post("/console/duty", data=form | {"region": ""})
    assert supervisor.post(ended, data={"csrf": csrf}).status_code == 303


BAD = [
    {"phone": "<script>"},
    {"days": []},
    {"begins": "25:00"},
    {"region": "atlantis"},
    {"deputy": "李雷"},
    {"deputy_phone": "13900139000"},
]


@pytest.mark.parametrize("change", BAD)
def test_a_shift_that_cannot_be_is_refused(
    supervisor: Client, change: dict[str, str | list[str]]
) -> None:
    form = SHIFT | {"csrf": web.csrf_of(supervisor.get("/console/duty"))} | change
    assert supervisor.post("/console/duty", data=form).status_code == 422
    assert _readyz(supervisor)["roster"].startswith("gaps")


def test_an_operator_does_not_see_the_telephone_numbers(client: Client, helpline: Helpline) -> None:
    web.enter(client, web.an_account(helpline, "Alice"))
    assert client.get("/console/duty").status_code == 403


def test_a_supervisor_of_a_region_changes_no_other_roster(
    client: Client, helpline: Helpline
) -> None:
    web.enter(client, web.an_account(helpline, "Qi", Role.SUPERVISOR, region=Region.FENGZE))
    form = SHIFT | {"csrf": web.csrf_of(client.get("/console/duty")), "region": "zichuan"}
    assert client.post("/console/duty", data=form).status_code == 403
