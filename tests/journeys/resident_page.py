"""What a resident does on the page, and what stands there."""

from playwright.sync_api import Locator, Page, expect


def says(page: Page, text: str) -> None:
    """Write and send; wait until the line stands in the thread."""
    page.get_by_label("说说您的情况").fill(text)
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".resident[data-seq] .said", has_text=text).last).to_be_visible()


def heard(page: Page, words: str) -> Locator:
    """The newest line of the helpline with these words; waits until it is there."""
    found = page.locator(".line:not(.resident) .said", has_text=words).last
    expect(found).to_be_visible()
    return found
