"""A resident shows a photo, goes on with another phone, and leaves a shared phone clean."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.journeys import staff
from tests.journeys.resident_page import says
from tests.journeys.test_readable import findings
from tests.serving import Server

LARGE = (3000, 2000)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo as a phone takes it: large, and noisy like paper."""
    drawn = Image.effect_noise(LARGE, 60).convert("RGB")
    path = tmp_path / "IMG_0001.jpg"
    drawn.save(path, "JPEG", quality=92)
    return path


def test_a_photo_from_the_phone_is_seen_by_resident_and_operator(
    phone: Page, desk: Page, photo: Path
) -> None:
    phone.goto("/")
    says(phone, "转人工")
    phone.locator("#more summary").click()
    phone.get_by_label("拍照，或者从手机里选").set_input_files(photo)
    phone.get_by_role("button", name="发出去").click()
    shown = phone.locator("img.shared")
    expect(shown).to_be_visible()
    kept = Image.open(io.BytesIO(phone.request.get(str(shown.get_attribute("src"))).body()))
    assert max(kept.size) == 1600
    desk.locator("#queue .rows a").first.click()
    expect(desk.locator("img.shared")).to_be_visible()
    assert findings(phone) == []


def test_a_photo_without_a_script_goes_by_the_plain_form(
    phone_without_script: Page, photo: Path
) -> None:
    page = phone_without_script
    page.goto("/")
    page.locator("#more summary").click()
    page.get_by_label("拍照，或者从手机里选").set_input_files(photo)
    page.get_by_role("button", name="发出去").click()
    expect(page.locator("img.shared")).to_have_count(1)
    expect(page.locator(".bot").last).to_contain_text("照片收到了")


def test_a_photo_that_found_no_network_stays_chosen(phone: Page, photo: Path) -> None:
    phone.goto("/")
    phone.locator("#more summary").click()
    phone.get_by_label("拍照，或者从手机里选").set_input_files(photo)
    phone.context.set_offline(True)
    phone.get_by_role("button", name="发出去").click()
    expect(phone.locator("#notice")).to_contain_text("照片还在")
    phone.context.set_offline(False)
    phone.get_by_role("button", name="发出去").click()
    expect(phone.locator("img.shared")).to_be_visible()


def test_one_goes_on_with_another_phone_and_the_first_is_closed(
    phone: Page, browser: Browser, server: Server
) -> None:
    phone.goto("/")
    says(phone, "低保要什么条件")
    phone.goto("/resume")
    phone.get_by_role("button", name="给我一个链接").click()
    link = phone.get_by_label("链接").input_value()
    with staff.opened(browser, server, staff.PHONE) as other:
        second = staff.page_of(other)
        second.goto(link)
        second.get_by_role("button", name="在这里接着说").click()
        expect(second.locator(".resident")).to_contain_text("低保要什么条件")
        assert second.request.get(link).ok
    phone.goto("/")
    expect(phone.locator(".resident")).to_have_count(0)


def test_a_shared_phone_keeps_nothing_beyond_its_window(phone: Page) -> None:
    phone.goto("/")
    says(phone, "低保要什么条件")
    phone.locator("#wish summary").click()
    phone.get_by_role("button", name="这部手机别人也用").click()
    expect(phone.locator("#end")).to_contain_text("关掉窗口就不留记录")
    kept = {one["name"]: one["expires"] for one in phone.context.cookies()}
    assert kept["helpline_chat"] == -1


def test_the_menu_has_pictures(phone: Page) -> None:
    phone.goto("/")
    says(phone, "你好")
    picture = phone.locator(".choices .picture use").first
    reference = str(picture.get_attribute("href"))
    path, _, name = reference.partition("#")
    assert re.search(rf'id="{name}"', phone.request.get(path).text())
