"""An old woman tells her story in her own words and leaves with a list of one printed page."""

import io
import re
import unicodedata
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.journeys.resident_page import heard, says

STORY = (
    "闺女啊，我今年七十三了，老头子前年走的，就剩我一个人，户口就在淄川，一个月就一百多块养老金，"
    "前阵子住院自己掏了两万多，都是借的，想问问能申请点什么"
)
MOST_QUESTIONS = 12
A4 = (595, 842)
LINK = re.compile(r"/list/[0-9a-f]{32}")


def _settles_place(phone: Page) -> None:
    phone.goto("/")
    phone.locator("#place summary").click()
    phone.get_by_label("您的事在哪个地方办？").select_option("zichuan")
    phone.get_by_role("button", name="就是这里").click()


def _answers_until_the_result(phone: Page) -> int:
    """Answer as she would, refusing what she finds too private; how often she was asked."""
    for asked in range(MOST_QUESTIONS):
        expect(phone.locator("#lines > li:last-child .choices")).to_be_visible()
        if phone.locator(".bot", has_text="不是决定").count():
            return asked
        said = phone.locator(".resident[data-seq]").count()
        question = phone.locator(".line.bot").last
        if question.locator(".many").count():
            question.get_by_label("都没有").check()
            question.get_by_role("button", name="选好了，确定").click()
        else:
            question.get_by_role("button", name="不想说").click()
        expect(phone.locator(".resident[data-seq]")).to_have_count(said + 1)
    raise AssertionError("The pre-screening came to no result.")


def _opens_her_list(phone: Page) -> str:
    phone.locator("#lines > li:last-child").get_by_role("button", name="打印").click()
    heard(phone, "清单做好了").get_by_role("link", name="打开清单").click()
    phone.wait_for_url(LINK)
    return phone.url


def _pages(page: Page) -> list[str]:
    """The text of each page that Chromium prints."""
    pdf = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    first = pdf.pages[0].mediabox
    assert (round(first.width), round(first.height)) == A4
    # A printed font may name a character by its radical.
    return [unicodedata.normalize("NFKC", one.extract_text()) for one in pdf.pages]


def test_a_story_becomes_a_list_of_one_printed_page(phone: Page, tmp_path: Path) -> None:
    _settles_place(phone)
    says(phone, STORY)
    heard(phone, "我记下了")
    assert _answers_until_the_result(phone) <= 6
    _opens_her_list(phone)
    phone.screenshot(path=tmp_path / "list.png", full_page=True)
    expect(phone.get_by_role("heading", name="可申请清单").first).to_be_visible()
    (printed,) = _pages(phone)
    for words in ("可申请清单", "不是决定", "另外要知道的", "书面告诉您理由", "方块码看全部"):
        assert words in printed


def test_who_tells_nothing_gets_one_page_too(phone: Page) -> None:
    _settles_place(phone)
    says(phone, "我能申请什么")
    for _ in range(MOST_QUESTIONS):
        expect(phone.locator("#lines > li:last-child .choices")).to_be_visible()
        if phone.locator(".bot", has_text="不是决定").count():
            break
        says(phone, "不想说")
    _opens_her_list(phone)
    assert len(_pages(phone)) == 1


def test_the_helper_opens_the_link_on_another_phone(browser: Browser, phone: Page) -> None:
    _settles_place(phone)
    says(phone, STORY)
    _answers_until_the_result(phone)
    link = _opens_her_list(phone)
    assert phone.locator("#link").input_value() == link
    with browser.new_context(java_script_enabled=False, locale="zh-CN") as other:
        daughter = other.new_page()
        answer = daughter.goto(link)
        assert answer is not None
        assert "noindex" in answer.headers["x-robots-tag"]
        assert answer.headers["referrer-policy"] == "no-referrer"
        expect(daughter.get_by_role("link", name="用短信发出去")).to_be_visible()
        expect(daughter.locator("main svg.code")).to_be_visible()


def test_the_places_can_be_printed(phone: Page) -> None:
    phone.goto("/places")
    phone.emulate_media(media="print")
    expect(phone.get_by_role("heading", name="到哪里求助")).to_be_visible()


def test_a_wrong_link_is_answered_kindly(phone: Page) -> None:
    answer = phone.goto(f"/list/{'0' * 32}")
    assert answer is not None
    assert answer.status == 404
    expect(phone.get_by_role("heading", name="这张清单看不了了")).to_be_visible()


@pytest.mark.parametrize("size", ["最大", "更大"])
def test_large_letters_on_the_screen_do_not_change_the_paper(phone: Page, size: str) -> None:
    _settles_place(phone)
    phone.locator("#wish summary").click()
    phone.get_by_role("button", name=size, exact=True).click()
    says(phone, STORY)
    _answers_until_the_result(phone)
    _opens_her_list(phone)
    assert len(_pages(phone)) == 1
