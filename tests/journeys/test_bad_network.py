"""What a resident wrote is never lost: not without a network, not when the server goes away."""

from playwright.sync_api import Page, expect

from tests.journeys.resident_page import heard, says
from tests.serving import Server


def test_what_was_written_without_a_network_goes_out_once_later(phone: Page) -> None:
    phone.goto("/")
    says(phone, "你好")
    phone.context.set_offline(True)
    phone.get_by_label("说说您的情况").fill("家里没米了")
    phone.get_by_role("button", name="发送").click()
    expect(phone.locator(".pending")).to_contain_text("没有网络")
    phone.context.set_offline(False)
    heard(phone, "单号")
    expect(phone.locator(".pending")).to_have_count(0)
    expect(phone.locator(".resident .said", has_text="家里没米了")).to_have_count(1)


def test_a_draft_survives_a_reload(phone: Page) -> None:
    phone.goto("/")
    phone.get_by_label("说说您的情况").fill("写到一半的话")
    phone.reload()
    expect(phone.get_by_label("说说您的情况")).to_have_value("写到一半的话")


def test_the_thread_goes_on_after_the_server_was_killed(phone: Page, server: Server) -> None:
    phone.goto("/")
    says(phone, "家里没米了，两天没吃饭")
    heard(phone, "单号")
    server.kill()
    phone.get_by_label("说说您的情况").fill("在昆仑镇宋家坊村")
    phone.get_by_role("button", name="发送").click()
    expect(phone.locator(".pending")).to_be_visible()
    server.start()
    expect(phone.locator(".pending")).to_have_count(0)
    expect(phone.locator(".resident[data-seq]", has_text="宋家坊村")).to_have_count(1)


def test_leaving_leaves_nothing_to_read(phone: Page) -> None:
    phone.goto("/")
    says(phone, "我丈夫打我")
    phone.get_by_role("button", name="退出").click()
    expect(phone).to_have_url("/blank")
    assert phone.evaluate("sessionStorage.length") == 0
    phone.go_back()
    expect(phone.locator(".resident")).to_have_count(0)
