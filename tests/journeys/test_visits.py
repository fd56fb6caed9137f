"""A week is planned, the resident moves a visit in the chat, the result is typed at the door
without signal, and the list for the road is printed."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.journeys.resident_page import heard, says
from tests.journeys.test_readable import findings
from tests.serving import Server

LOCAL = ZoneInfo("Asia/Shanghai")
NUMBER = re.compile(r"[A-Z]{2}-\d{6}-\d{6}")


def test_a_week_is_planned_moved_visited_and_printed(
    phone: Page, desk: Page, server: Server
) -> None:
    _opens_a_file(desk, _tells_a_change(phone))
    _plans_a_week(desk)
    day = _offers_hours(desk)
    _moves_it(phone, day)
    _prints(desk, server, day)
    _writes_without_signal(desk)


def _today() -> datetime:
    return datetime.now(UTC).astimezone(LOCAL)


def _tells_a_change(phone: Page) -> str:
    phone.goto("/")
    says(phone, "我儿子上个月找到工作了，要报一下吗")
    heard(phone, "电话")
    says(phone, "跳过")
    found = NUMBER.search(heard(phone, "单号").inner_text())
    assert found is not None
    return found[0]


def _opens_a_file(desk: Page, number: str) -> None:
    desk.goto(f"/console/households/new?ticket={number}")
    desk.get_by_label("户主姓名").fill("王桂兰")
    desk.get_by_label("住址").fill("洪山镇三街8号")
    desk.get_by_role("button", name="建户档").click()
    desk.get_by_text("写住处和情况").click()
    desk.get_by_label("街道或村").fill("洪山镇")
    desk.locator("form[action$='/home']").get_by_role("button", name="存").click()
    file = desk.url
    desk.get_by_role("link", name="得到的帮扶和幸福清单").click()
    desk.get_by_label("得到什么").fill("每月 560 元")
    desk.get_by_label("从哪天起").fill(f"{_today() - timedelta(days=360):%Y-%m-%d}")
    desk.get_by_label("从哪里知道的").fill("审批表")
    desk.get_by_role("button", name="记下").click()
    desk.goto(file)
    expect(desk.get_by_text("核查").first).to_be_visible()
    assert findings(desk) == []


def _plans_a_week(desk: Page) -> None:
    desk.goto("/console/visits/plan")
    expect(desk.get_by_text("王桂兰")).to_be_visible()
    desk.get_by_role("button", name="约好这些").click()
    expect(desk.locator("main .rows a", has_text="王桂兰")).to_have_count(1)


def _offers_hours(desk: Page) -> str:
    day = f"{_today() + timedelta(days=6):%Y-%m-%d}"
    desk.get_by_text("放出钟点", exact=True).click()
    desk.get_by_label("哪一天").fill(day)
    desk.get_by_role("button", name="放出", exact=True).click()
    expect(desk.get_by_role("button", name="不再放出").first).to_be_visible()
    assert findings(desk) == []
    return day


def _moves_it(phone: Page, day: str) -> None:
    says(phone, "我想改一下上门的时间")
    heard(phone, "下面的时间您看哪个行")
    month, date = int(day[5:7]), int(day[8:])
    phone.get_by_role("button", name=f"{month}月{date}日14:00").click()
    heard(phone, "改好了")


def _prints(desk: Page, server: Server, day: str) -> None:
    desk.goto(f"/console/visits/print?day={day}")
    expect(desk.get_by_role("heading", name="14:00 王桂兰")).to_be_visible()
    paper = server.data / "visits.pdf"
    desk.pdf(path=paper, format="A4")
    assert len(PdfReader(paper).pages) == 1
    desk.goto(f"/console/visits?from={day}")


def _writes_without_signal(desk: Page) -> None:
    desk.set_viewport_size({"width": 360, "height": 740})
    desk.locator("main .rows a", has_text="王桂兰").click()
    expect(desk.get_by_label("需要什么")).to_be_visible()
    assert findings(desk) == []
    desk.context.set_offline(True)
    desk.get_by_label("见到了").check()
    desk.get_by_label("需要什么").fill("要一根拐杖")
    desk.get_by_role("button", name="存").click()
    expect(desk.get_by_text("已经存在这台手机上")).to_be_visible()
    desk.context.set_offline(False)
    expect(desk.get_by_text("没有明显变化，不调整")).to_be_visible()
    expect(desk.get_by_text("要一根拐杖")).to_be_visible()
