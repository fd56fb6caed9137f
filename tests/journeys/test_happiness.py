"""A caseworker writes down help, makes the 幸福清单, shows it large and notes its delivery."""

from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.test_readable import findings


def test_a_list_is_made_shown_and_delivered(desk: Page, tmp_path: Path) -> None:
    _opens_a_file(desk)
    desk.get_by_role("link", name="得到的帮扶和幸福清单").click()
    desk.get_by_label("哪一项").select_option("dibao")
    desk.get_by_label("得到什么").fill("每月 560 元")
    desk.get_by_label("从哪天起").fill((date.today() - timedelta(days=60)).isoformat())  # noqa: DTZ011
    desk.get_by_label("从哪里知道的").fill("区民政局审批表")
    desk.get_by_role("button", name="记下").click()
    desk.get_by_role("button", name="做一张今天的清单").click()
    expect(desk.get_by_text("每月 560 元")).to_be_visible()
    desk.set_viewport_size({"width": 360, "height": 740})
    desk.screenshot(path=tmp_path / "happiness.png", full_page=True)
    _is_readable(desk)
    desk.get_by_label("谁送的").fill("网格员李四")
    desk.get_by_label("不识字，当面读过").check()
    desk.get_by_role("button", name="登记送到").click()
    expect(desk.get_by_text("由 网格员李四 送到，当面读过")).to_be_visible()
    desk.goto("/console/happiness")
    expect(desk.get_by_text("1 / 1 户，100.0%")).to_be_visible()


def _opens_a_file(desk: Page) -> None:
    desk.goto("/console/households/new")
    desk.locator("[name=name]").fill("王桂兰")
    desk.locator("[name=region]").select_option("zichuan")
    desk.locator("#main form button.main").click()
    desk.get_by_role("heading", name="王桂兰").wait_for()


def _is_readable(desk: Page) -> None:
    """No serious finding, and either a voice of this machine or the word that there is none."""
    assert findings(desk) == []
    assert desk.locator("#aloud").is_visible() != desk.locator("#no-voice").is_visible()
