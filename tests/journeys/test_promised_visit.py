"""A visit promised on a household's page reminds the resident once, also after a stop meanwhile.

The program reads one clock, the machine's. Instead of moving it, the promise is moved to where the
clock already is: due a minute ago, in a zone where it is noon (nobody is reminded at night).
"""

import re
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.resident_page import heard, says
from tests.serving import Server

NOON = 12
REMINDED = "上门看望"
NUMBER = re.compile(r"[A-Z]{2}-\d{6}-\d{6}")
LOOKS_AGAIN_MS = 4_000


@pytest.mark.parametrize("down", [False, True], ids=["running", "switched-off-meanwhile"])
def test_a_promised_visit_is_reminded_of_once(
    phone: Page, desk: Page, server: Server, *, down: bool
) -> None:
    number = _asks_for_a_person(phone)
    # One caseworker goes to one household at a time.
    _promises_a_visit(desk, number, hour=14 if down else 10)
    if down:
        server.stop()
    _day_comes(server)
    if down:
        server.start()
    reminder = phone.locator(".line.system", has_text=REMINDED)
    expect(reminder).to_have_count(1)
    phone.wait_for_timeout(LOOKS_AGAIN_MS)
    phone.reload()
    expect(reminder).to_have_count(1)


def _asks_for_a_person(phone: Page) -> str:
    phone.goto("/")
    says(phone, "家里没米了")
    heard(phone, "单号")
    found = NUMBER.search(phone.locator(".line.bot", has_text="单号").last.inner_text())
    assert found is not None
    return found[0]


def _promises_a_visit(desk: Page, number: str, *, hour: int) -> None:
    desk.goto(f"/console/households/new?ticket={number}")
    desk.get_by_label("户主姓名").fill("王桂兰")
    desk.get_by_label("住址").fill("洪山镇")
    desk.get_by_role("button", name="建户档").click()
    day = datetime.now(UTC) + timedelta(days=9)
    desk.get_by_label("日期和时间（北京时间）").fill(day.strftime(f"%Y-%m-%dT{hour}:00"))
    desk.get_by_role("button", name="约好").click()
    expect(desk.locator(".visit")).to_have_count(1)


def _day_comes(server: Server) -> None:
    now = datetime.now(UTC)
    # Etc/GMT-3 lies three hours EAST of Greenwich.
    zone = f"Etc/GMT{now.hour - NOON:+d}"
    with sqlite3.connect(server.data / "helpline.db", timeout=20) as database:
        database.execute(
            "UPDATE reminders SET due_at = ?, zone = ? WHERE state = 'due'",
            ((now - timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M:%S.%f"), zone),
        )
    database.close()
