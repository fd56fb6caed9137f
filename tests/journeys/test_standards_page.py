"""Two people enter and publish a local standard; the resident's next answer reckons with it."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import DESKTOP, PASSWORD, PATIENCE_MS
from tests.journeys.resident_page import heard, says
from tests.serving import Server

SERIOUS = {"serious", "critical"}
STORY = "我想申请低保，我家就我一个人，一个月收入500块，户口在本地，没有房子车子存款"
MOST_QUESTIONS = 8


@pytest.fixture
def editor(browser: Browser, server: Server) -> Iterator[Page]:
    """An editor before a console of their own."""
    words = ("operator", "add", "李二", "--role", "editor", "--password-stdin")
    added = server.run(*words, stdin=PASSWORD)
    assert added.returncode == 0, added.stderr
    with browser.new_context(base_url=server.address, viewport=DESKTOP, locale="zh-CN") as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto("/console/sign-in")
        page.get_by_label("名字").fill("李二")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        yield page


def _findings(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in SERIOUS]


def _enters(page: Page) -> None:
    page.goto("/console/standards?region=zichuan")
    assert _findings(page) == []
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
    assert _findings(desk) == []
    desk.get_by_role("button", name="核对无误，发布").click()
    expect(desk.get_by_text("第 1 版")).to_be_visible()
    _asks(phone)
    heard(phone, "可能符合")
