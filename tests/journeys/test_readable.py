"""Pages are readable by machine and by tired eyes: no serious finding of the axe rules."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.resident_page import says

SERIOUS = {"serious", "critical"}


def findings(page: Page) -> list[str]:
    """What the axe rules find that is serious."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in SERIOUS]


def test_the_residents_page_has_no_serious_finding(phone: Page) -> None:
    phone.goto("/")
    says(phone, "我老公拿刀要砍我")
    assert findings(phone) == []


@pytest.mark.parametrize("look", ["黑白分明", "最大"])
def test_other_looks_have_no_serious_finding(phone: Page, look: str) -> None:
    phone.goto("/")
    phone.locator("#wish summary").click()
    phone.get_by_role("button", name=look, exact=True).click()
    says(phone, "低保要什么条件")
    phone.locator(".basis summary").last.click()
    assert findings(phone) == []


def test_the_dark_page_has_no_serious_finding(phone: Page) -> None:
    phone.emulate_media(color_scheme="dark")
    phone.goto("/")
    says(phone, "家里没米了")
    assert findings(phone) == []


def test_the_console_has_no_serious_finding(desk: Page, phone: Page) -> None:
    phone.goto("/")
    says(phone, "家里没米了")
    desk.locator("#queue .rows a", has_text="断粮").first.click()
    for path in (None, "/console/tickets?list=open", "/console/households"):
        if path is not None:
            desk.goto(path)
        assert findings(desk) == []


def test_large_targets_can_be_hit(phone: Page) -> None:
    phone.goto("/")
    for button in phone.locator("main button, #say button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 60
    for button in phone.locator(".bar a, .bar button, .wishes summary").all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["height"], box["width"]) >= 44
