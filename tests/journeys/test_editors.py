"""One editor drafts, a second one publishes, a resident is answered with it; then it goes back."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from cases.operators import Role
from tests.journeys import staff
from tests.serving import Server

CLAUSE = "/console/knowledge/entries/clause/zichuan-2021-1-1"
CAMEL = "养骆驼的家庭凭骆驼证明来办。"
NAMES = ("李编", "赵编")


@pytest.fixture
def editors(browser: Browser, server: Server) -> Iterator[list[Page]]:
    """Two editors who have signed in, each at a browser of their own."""
    with ExitStack() as opened:
        pages = []
        for name in NAMES:
            staff.an_account(server.data, name, Role.EDITOR)
            page = opened.enter_context(staff.at_console(browser, server, name))
            page.get_by_role("heading", name="知识").wait_for()
            pages.append(page)
        yield pages


def test_the_road_of_a_clause(editors: list[Page]) -> None:
    first, second = editors
    shipped = _writes(first)
    expect(first.locator("aside")).to_contain_text("写的人和发布的人要是两个人")
    _publishes(second)
    expect(second.locator("blockquote.answer")).to_contain_text(CAMEL)
    _is_answered(second)
    second.goto(CLAUSE)
    second.get_by_role("button", name="退回到随程序发布的").click()
    _publishes(first)
    expect(first.locator("blockquote.answer")).to_contain_text(shipped)


def _writes(page: Page) -> str:
    page.goto(CLAUSE)
    shipped = page.locator("blockquote.answer p").first.inner_text()
    page.get_by_role("button", name="改这一条").click()
    page.get_by_label("怎么说（自己的话）").fill(CAMEL)
    # A key means nothing before the page's script is there.
    page.wait_for_load_state()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#flash")).to_contain_text("草稿已存")
    expect(page.locator(".difference").last).to_contain_text(CAMEL)
    return shipped


def _publishes(page: Page) -> None:
    page.goto("/console/knowledge")
    page.locator("a[href^='/console/knowledge/drafts/']").first.click()
    page.get_by_role("button", name="发布").click()
    page.get_by_role("heading", name="版本").wait_for()


def _is_answered(page: Page) -> None:
    page.goto("/console/knowledge")
    page.get_by_label("像居民那样问一句，看看会怎么答、为什么").fill("骆驼证明")
    page.keyboard.press("Enter")
    expect(page.locator(".tried")).to_contain_text("救助总网由谁织")
