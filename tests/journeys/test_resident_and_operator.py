"""A resident asks, pre-screens, reports hunger, is taken over by a person and gets the answer."""

from playwright.sync_api import Page, expect

from tests.journeys.resident_page import heard, says

MOST_QUESTIONS = 15


def test_from_a_question_to_a_persons_answer(phone: Page, desk: Page) -> None:
    phone.goto("/")
    _asks_about_dibao(phone)
    _pastes_too_much(phone)
    _prescreens(phone)
    says(phone, "家里没米了，两天没吃饭")
    heard(phone, "单号")
    expect(phone.locator("#state")).to_contain_text("您是下一位")
    _takes_and_answers(desk, "我们今天就把米送到您家")
    heard(phone, "我们今天就把米送到您家")
    expect(phone.locator("#state")).to_contain_text("工作人员正在和您说话")
    says(phone, "谢谢，我在昆仑镇")
    expect(desk.locator("#lines")).to_contain_text("谢谢，我在昆仑镇")
    desk.get_by_role("button", name="交回机器人").click()
    heard(phone, "工作人员先离开了")


def _asks_about_dibao(phone: Page) -> None:
    phone.locator("#place summary").click()
    phone.get_by_label("您的事在哪个地方办？").select_option("zichuan")
    phone.get_by_role("button", name="就是这里").click()
    says(phone, "低保要什么条件")
    phone.locator(".basis summary").last.click()
    expect(phone.locator(".basis blockquote").last).to_be_visible()


def _prescreens(phone: Page) -> None:
    says(phone, "我能申请什么")
    for _ in range(MOST_QUESTIONS):
        expect(phone.locator("#lines > li:last-child .choices")).to_be_visible()
        if phone.locator(".bot", has_text="不是决定").count():
            return
        _answers(phone)
    raise AssertionError("The pre-screening came to no result.")


def _pastes_too_much(phone: Page) -> None:
    field = phone.locator("#text")
    field.focus()
    phone.keyboard.insert_text("长" * 4001)
    phone.get_by_role("button", name="发送", exact=True).first.click()
    expect(phone.locator("#notice")).to_contain_text("写得太长了")
    assert len(field.input_value()) == 4001
    field.fill("")


def _answers(phone: Page) -> None:
    said = phone.locator(".resident[data-seq]").count()
    asked = phone.locator(".line.bot").last
    if asked.locator(".many").count():
        asked.get_by_label("都没有").check()
        asked.get_by_role("button", name="选好了，确定").click()
    else:
        asked.get_by_role("button", name="不知道").click()
    expect(phone.locator(".resident[data-seq]")).to_have_count(said + 1)


def _takes_and_answers(desk: Page, text: str) -> None:
    desk.locator("#queue .rows a", has_text="断粮").click()
    desk.get_by_role("button", name="接这个对话").click()
    desk.get_by_label("回复居民").fill(text)
    desk.wait_for_load_state()
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#lines .operator")).to_contain_text(text)
    expect(desk.get_by_label("回复居民")).to_have_value("")


def test_danger_shows_the_numbers_and_rings_the_desk(phone: Page, desk: Page) -> None:
    phone.goto("/")
    says(phone, "我老公拿刀要砍我")
    expect(phone.locator(".urgent a[href='tel:110']")).to_be_in_viewport()
    expect(desk.locator(".alerts")).to_contain_text("暴力")
    expect(desk).to_have_title("⚠ 紧急 (1)")
    desk.get_by_role("button", name="我看到了").first.click()
    expect(desk.locator("[data-ringing]")).to_have_count(0)
    # Seen is not yet done: what was done about it is still owed.
    expect(desk.locator(".alerts")).to_contain_text("处置卡没写")
