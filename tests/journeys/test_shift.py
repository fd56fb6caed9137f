"""A shift at the desk: three chats, one passed on and back, a call, a danger, a supervisor."""

import re
from collections.abc import Iterator

import pytest
from httpx import Client
from playwright.sync_api import Browser, Page, expect

from tests.api import web
from tests.api.web import Chat
from tests.journeys import staff as people
from tests.journeys.test_readable import findings
from tests.serving import Server

PAGES = (
    "",
    "account",
    "calls",
    "shifts",
    "canned",
    "phone",
    "wall",
    "lines",
    "hours",
    "quality",
    "duty",
)


@pytest.fixture(scope="module")
def residents(server: Server) -> Iterator[list[Chat]]:
    """Three residents who asked for a person."""
    with Client(base_url=server.address, timeout=people.PATIENCE_MS / 1000) as client:
        chats = [web.open_chat(client) for _ in range(3)]
        for chat in chats:
            chat.says("找人工")
        yield chats


@pytest.fixture(scope="module", autouse=True)
def staff(server: Server) -> None:
    """An operator beside the supervisor."""
    people.an_account(server.data, "李二")


def test_a_shift(browser: Browser, server: Server, residents: list[Chat]) -> None:
    with (
        people.at_console(browser, server, "李二") as li,
        people.at_console(browser, server, "王一") as wang,
    ):
        _takes_three(li)
        _pastes_too_much(li, residents[0])
        _answers(li, residents[0])
        _passes_on_and_gets_back(li, wang)
        _takes_a_call(li)
        residents[1].says("我老公拿刀要砍我")
        expect(wang.locator(".alerts")).to_contain_text("暴力")
        expect(wang).to_have_title("⚠ 紧急 (1)")
        _takes_over(wang, residents[1])


def _takes_three(li: Page) -> None:
    for _ in range(3):
        li.goto("/console")
        # It is there as soon as something is hers: these lines have nobody and go up.
        li.get_by_role("button", name="接下一个").click()
        expect(li.get_by_label("回复居民")).to_be_focused()
    expect(li.locator("#queue [data-mine]")).to_have_count(3)


def _pastes_too_much(li: Page, chat: Chat) -> None:
    """Nothing is cut off silently: it is refused, and all of it is still there."""
    li.goto(f"/console/chats/{chat.id}")
    field = li.get_by_label("回复居民", exact=True)
    field.focus()
    li.keyboard.insert_text("长" * 4001)
    li.keyboard.press("Control+Enter")
    expect(li.locator("#flash")).to_contain_text("写了 4001 字，最多 4000 字")
    assert len(field.input_value()) == 4001
    field.fill("")


def _answers(li: Page, chat: Chat) -> None:
    li.goto(f"/console/chats/{chat.id}")
    li.keyboard.press("Control+k")
    li.locator("#q").fill("低保要什么条件")
    li.keyboard.press("Enter")
    li.locator("#clauses button").first.click()
    expect(li.get_by_label("回复居民")).to_have_value(re.compile("依据：《"))
    chat.says("我还有话要说")
    expect(li.locator("#lines")).to_contain_text("我还有话要说")
    li.keyboard.press("Control+Enter")
    expect(li.locator("#flash")).to_contain_text("居民又说了话")
    li.keyboard.press("Control+Enter")
    expect(li.locator("#lines .operator")).to_contain_text("依据")


def _passes_on_and_gets_back(li: Page, wang: Page) -> None:
    li.locator(".standing summary", has_text="转接").click()
    li.get_by_label("给接手人的备注").fill("请看低保")
    with li.expect_response(re.compile("/standing$")):
        li.evaluate("htmx.trigger('#standing', 'live')")
    li.get_by_label("同事").select_option("王一")
    expect(li.get_by_label("给接手人的备注")).to_have_value("请看低保")
    li.get_by_role("button", name="转出去").click()
    wang.locator("#queue section", has_text="同事转给您").locator("a").click()
    expect(wang.locator(".note")).to_contain_text("请看低保")
    wang.get_by_role("button", name="不接，还给李二").click()
    expect(li.locator("#queue .told")).to_contain_text("同事没有接")


def _takes_a_call(li: Page) -> None:
    li.get_by_role("link", name="新来电").click()
    li.get_by_label("来电人在哪里").select_option("zichuan")
    li.get_by_role("button", name="接听").click()
    li.get_by_label("来电人说").fill("家里没米了，两天没吃饭")
    li.wait_for_load_state()
    li.keyboard.press("Control+Enter")
    expect(li.locator(".facts .rows")).to_contain_text("ZC-")
    li.get_by_role("button", name="已挂断").click()
    li.get_by_role("heading", name="接待台").wait_for()


def _takes_over(wang: Page, chat: Chat) -> None:
    wang.goto(f"/console/chats/{chat.id}")
    wang.get_by_role("button", name="换人接").click()
    expect(wang.get_by_label("回复居民")).to_be_visible()
    wang.locator("#standing").get_by_role("button", name="交回机器人").click()
    expect(wang.locator("body")).to_contain_text("处置卡还没写完")


PLAIN = {"color_scheme": "light", "forced_colors": "none", "contrast": "no-preference"}
LOOKS = {
    "light": PLAIN,
    "dark": {**PLAIN, "color_scheme": "dark"},
    "forced": {**PLAIN, "forced_colors": "active"},
    "more contrast": {**PLAIN, "contrast": "more"},
    "more contrast in the dark": {**PLAIN, "contrast": "more", "color_scheme": "dark"},
}


def test_no_page_of_the_desk_has_a_serious_finding_in_any_look(
    desk: Page, residents: list[Chat]
) -> None:
    serious = {}
    for path in (*PAGES, f"chats/{residents[1].id}"):
        answer = desk.goto(f"/console/{path}".rstrip("/"))
        assert answer is not None
        assert answer.ok
        for look, media in LOOKS.items():
            desk.emulate_media(**media)
            serious[path, look] = findings(desk)
    assert {where: found for where, found in serious.items() if found} == {}
