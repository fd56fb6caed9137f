"""Two people enter and publish a local standard; the resident's next answer reckons with it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from cases.operators import Role
from tests.journeys import staff
from tests.journeys.resident_page import heard, says
from tests.journeys.test_readable import findings
from tests.serving import Server

STORY = "我想申请低保，我家就我一个人，一个月收入500块，户口在本地，没有房子车子存款"
MOST_QUESTIONS = 8


@pytest.fixture
def editor(browser: Browser, server: Server) -> Iterator[Page]:
    """An editor before a console of their own."""
    staff.an_account(server.data, "李二", Role.EDITOR)
    with staff.at_console(browser, server, "李二") as page:
        yield page


def _enters(page: Page) -> None:
    page.goto("/console/standards?region=zichuan")
    assert findings(page) == []
    page.get_by_role("link", name="当地低保标准，每人每月").click()
    page.get_by_label("数（元").fill("1000")
    page.get_by_label("哪天起用").fill("2026-01-01")
    page.get_by_label("哪份文件").fill("虚构通知")
    page.get_by_role("button", name="存成草稿").click()
    expect(page.get_by_text("要请另一位同事发布")).to_be_visible()


def _asks(phone: Page) -> None:
    phone.goto("/")
    phone.locator("#place summary").click()
    phone.get_by_label("您的事在哪个地方办？").select_option("zichuan")
    phone.get_by_role("button", name="就是这里").click()
    says(phone, STORY)
    for _ in range(MOST_QUESTIONS):
        expect(phone.locator("#lines > li:last-child .choices")).to_be_visible()
        if phone.locator(".bot", has_text="不是决定").count():
            return
        says(phone, "都没有")
    raise AssertionError("The pre-screening came to no result.")


def test_a_published_standard_decides_the_residents_next_answer(
    editor: Page, desk: Page, phone: Page
) -> None:
    _enters(editor)
    desk.goto("/console/standards/zichuan/dibao_standard")
    assert findings(desk) == []
    desk.get_by_role("button", name="核对无误，发布").click()
    expect(desk.get_by_text("第 1 版")).to_be_visible()
    _asks(phone)
    heard(phone, "可能符合")
