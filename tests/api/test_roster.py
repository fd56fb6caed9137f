"""The duty page: a supervisor enters shifts, gaps are named there and by /readyz."""

import pytest
from httpx import Client

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


@pytest.mark.parametrize("change", [{"phone": "<script>"}, {"days": []}, {"begins": "25:00"}])
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
