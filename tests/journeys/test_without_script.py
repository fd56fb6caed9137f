"""The page is a plain form: everything that matters works without a script."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.resident_page import heard, says

IN_LINE = re.compile("您是下一位|前面还有")


def test_a_report_is_filed_without_a_script(phone_without_script: Page) -> None:
    page = phone_without_script
    page.goto("/")
    page.get_by_role("button", name="遇到急难").click()
    heard(page, "急事")
    says(page, "家里没米了，两天没吃饭")
    heard(page, "单号")
    expect(page.locator("#state")).to_contain_text(IN_LINE)


def test_leaving_clears_the_page(phone_without_script: Page) -> None:
    page = phone_without_script
    page.goto("/")
    says(page, "我丈夫打我")
    page.get_by_role("button", name="退出").click()
    expect(page).to_have_url("/blank")
    page.goto("/")
    expect(page.locator(".resident")).to_have_count(0)


@pytest.mark.parametrize("size", ["大", "更大", "最大"])
def test_the_page_never_scrolls_sideways(phone_without_script: Page, size: str) -> None:
    page = phone_without_script
    page.goto("/")
    page.locator("#wish summary").click()
    page.get_by_role("button", name=size, exact=True).click()
    says(page, "低保要什么条件")
    width = page.locator("body").bounding_box()
    assert width is not None
    assert width["width"] <= 360
