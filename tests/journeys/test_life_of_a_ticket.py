"""Four people and one complaint: told, referred, sent back, decided, answered, 不满意, closed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from cases.operators import Role
from knowledge.names import Region
from tests.journeys import staff as people
from tests.journeys.resident_page import heard, says
from tests.serving import Server

UNIT = "区民政局"
NUMBER = re.compile(r"[A-Z]{2}-\d{6}-\d{6}")


@dataclass(frozen=True)
class Staff:
    """Those who work on it, each at a browser of their own."""

    operator: Page
    caseworker: Page
    supervisor: Page


@pytest.fixture
def staff(browser: Browser, server: Server, desk: Page) -> Iterator[Staff]:
    """An operator and a caseworker besides the supervisor."""
    here = Region.ZICHUAN
    people.an_account(server.data, "李二", region=here)
    people.an_account(server.data, "赵三", Role.CASEWORKER, region=here, unit=UNIT)
    with (
        people.at_console(browser, server, "李二") as operator,
        people.at_console(browser, server, "赵三") as caseworker,
    ):
        yield Staff(operator, caseworker, desk)


def test_four_people_and_one_complaint(phone: Page, staff: Staff) -> None:
    number = _complains(phone)
    _refers(staff.operator, number)
    _does(staff.caseworker, number, "退回热线", "不归我们管")
    expect(staff.caseworker.locator(".turn")).to_contain_text("被退回")
    _refers(staff.supervisor, number)
    _answers(staff.caseworker, number, "已经重新受理，五天内给答复")
    heard(phone, "五天内给答复")
    says(phone, "我不满意，根本没解决")
    heard(phone, "交给主管来看")
    _refers(staff.supervisor, number)
    _answers(staff.caseworker, number, "已经批准，下月发放")
    heard(phone, "下月发放")
    _asks_by_phone(staff.supervisor, number)
    expect(staff.supervisor.locator(".turn")).to_contain_text("已办结")


def _complains(phone: Page) -> str:
    phone.goto("/")
    phone.locator("#place summary").click()
    phone.get_by_label("您的事在哪个地方办？").select_option("zichuan")
    phone.get_by_role("button", name="就是这里").click()
    for words in (
        "我要投诉",
        "镇上一直拖着不给办低保",
        "不知道是谁",
        "昆仑镇",
        "实名",
        "13864370001",
    ):
        says(phone, words)
    found = NUMBER.search(heard(phone, "单号").inner_text())
    assert found is not None
    return found[0]


def _open(page: Page, number: str) -> Page:
    page.goto(f"/console/tickets/{number}")
    return page


def _refers(page: Page, number: str) -> None:
    _open(page, number)
    form = page.locator(".next form")
    form.get_by_label("转给").select_option(UNIT)
    form.get_by_label("转办说明").fill("请依法核实办理")
    form.get_by_role("button", name="转给承办单位").click()
    expect(page.locator(".turn")).to_contain_text(UNIT)


def _does(page: Page, number: str, move: str, why: str) -> None:
    _open(page, number)
    page.locator("summary", has_text=move).click()
    form = page.locator("details[open] form", has=page.get_by_role("button", name=move))
    form.locator("textarea").fill(why)
    form.get_by_role("button", name=move).click()


def _answers(page: Page, number: str, result: str) -> None:
    _open(page, number)
    for step in ("接手", "开始办理"):
        page.locator(".next").get_by_role("button", name=step).click()
    page.locator(".next textarea").fill(result)
    page.locator(".next").get_by_role("button", name="填写结果并告诉居民").click()
    expect(page.locator("#timeline .outcome").last).to_contain_text(result)


def _asks_by_phone(page: Page, number: str) -> None:
    _open(page, number)
    page.locator("#follow-up summary").click()
    for answer in ("解决了", "好", "满意"):
        page.locator("#follow-up").get_by_label(answer, exact=True).check()
    page.get_by_role("button", name="记下回答").click()
