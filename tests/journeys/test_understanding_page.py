"""A misheard message becomes a lesson in the browser, and the page is readable."""

from playwright.sync_api import Locator, Page, expect

from tests.journeys.resident_page import says
from tests.journeys.test_readable import findings

UNHEARD = "王桂兰嗰阵子咪搞掂佢啦喂"
LOOKS = 30


def _listed(desk: Page) -> Locator:
    """The first message of the list; the clock puts it there some seconds after the turn."""
    row = desk.locator(".misread").first
    for _ in range(LOOKS):
        desk.goto("/console/understanding")
        if row.count():
            break
        desk.wait_for_timeout(1_000)
    return row


def test_what_was_misheard_is_taught_and_exported(desk: Page, phone: Page) -> None:
    phone.goto("/")
    says(phone, UNHEARD)
    row = _listed(desk)
    expect(row.get_by_label("句子")).to_have_value("[姓名]嗰阵子咪搞掂佢啦喂")
    assert findings(desk) == []
    row.get_by_label("句子").fill("嗰阵子搞掂咗未")
    row.get_by_label("意思是").select_option("ask_progress")
    row.get_by_role("button", name="收为例句").click()
    expect(desk.locator("table").first).to_contain_text("嗰阵子搞掂咗未")
    with desk.expect_download() as exported:
        desk.get_by_role("link", name="导出 YAML").click()
    text = exported.value.path().read_text(encoding="utf-8")
    assert "- intent: ask_progress\n  examples: |\n    - 嗰阵子搞掂咗未" in text
