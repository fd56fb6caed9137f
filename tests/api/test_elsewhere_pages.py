"""The other ways to reach us, going on in another browser, the box in a bureau's page."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import time

import pytest
from httpx import Client

from api.app import create_app
from bot.helpline import Helpline
from cases import hours
from cases.hours import Channel, DayKind, Span
from knowledge.names import Region
from tests.api import web

LINK = re.compile(r"/resume/([\w-]{20,})")
BUREAU = "https://www.example.gov.cn"


@pytest.fixture
def other(helpline: Helpline) -> Iterator[Client]:
    """Another browser."""
    with web.serving(create_app(helpline)) as opened:
        yield opened


def _says(client: Client, text: str) -> None:
    data = {"csrf": web.csrf_of(client.get("/")), "client_id": text, "text": text}
    assert client.post("/chat", data=data).status_code == 303


def _link(client: Client) -> str:
    _says(client, "低保要什么条件")
    page = client.post("/resume", data={"csrf": web.csrf_of(client.get("/resume"))})
    found = LINK.search(page.text)
    assert found is not None
    return found[1]


def _goes_on(client: Client, code: str) -> int:
    page = client.get(f"/resume/{code}")
    return client.post(f"/resume/{code}", data={"csrf": web.csrf_of(page)}).status_code


def test_a_link_leads_on_in_another_browser(client: Client, other: Client) -> None:
    assert _goes_on(other, _link(client)) == 303
    assert "低保要什么条件" in other.get("/").text
    assert "低保要什么条件" not in client.get("/").text


def test_a_link_works_once(client: Client, other: Client) -> None:
    code = _link(client)
    assert [_goes_on(other, code), _goes_on(other, code)] == [303, 404]


def test_looking_at_a_link_does_not_use_it_up(client: Client, other: Client) -> None:
    code = _link(client)
    for _ in range(3):
        other.get(f"/resume/{code}")
    assert _goes_on(other, code) == 303


def test_a_link_is_not_followed_from_another_site(client: Client, other: Client) -> None:
    assert other.post(f"/resume/{_link(client)}", data={"csrf": "x"}).status_code == 403


def test_a_ticket_number_opens_nothing(client: Client, other: Client) -> None:
    _says(client, "家里没米了，两天没吃饭")
    number = re.search(r"ZC-\d{8}-\w+|[A-Z]{2}-[\w-]+", client.get("/").text)
    assert number is not None
    assert _goes_on(other, number[0]) == 404


@pytest.fixture
def embedded(helpline: Helpline) -> Iterator[Client]:
    """A helpline whose box one bureau may show."""
    settings = helpline.settings.model_copy(update={"embedded_by": f"{BUREAU} javascript:x"})
    with web.serving(create_app(replace(helpline, settings=settings))) as opened:
        yield opened


def test_nobody_frames_the_box_unasked(client: Client) -> None:
    assert "frame-ancestors 'none'" in client.get("/embed").headers["content-security-policy"]


def test_only_the_named_bureau_frames_the_box_and_nothing_else(embedded: Client) -> None:
    box = embedded.get("/embed")
    assert box.headers["content-security-policy"].endswith(f"frame-ancestors {BUREAU}")
    assert "x-frame-options" not in box.headers
    assert embedded.get("/").headers["x-frame-options"] == "DENY"


def test_the_box_sets_no_cookie_and_runs_no_script(embedded: Client) -> None:
    box = embedded.get("/embed")
    assert "set-cookie" not in box.headers
    assert "<script" not in box.text


@pytest.mark.parametrize(
    ("accent", "sheet"),
    [
        ("b3151b", "--accent: #b3151b; --accent-ink: #ffffff"),
        ("FFE100", "--accent: #ffe100; --accent-ink: #000000"),
        ("red;}*{", "--accent: #17558f; --accent-ink: #ffffff"),
    ],
)
def test_the_box_has_the_bureaus_colour_and_letters_that_stand_out(
    client: Client, accent: str, sheet: str
) -> None:
    assert sheet in client.get("/embed.css", params={"accent": accent}).text


def test_without_any_application_the_page_tells_numbers_offices_and_hours(
    client: Client, helpline: Helpline
) -> None:
    account = web.an_account(helpline, "Sun")
    day = Span(DayKind.WORKING, time(8, 30), time(17, 30))
    with helpline.store.write() as session:
        hours.enter(session, Region.ZICHUAN, Channel.PHONE, day, by=account.id, now=web.now())
    page = client.get("/elsewhere").text
    assert {"110", "119", "120", "12345"} <= set(re.findall(r'href="tel:(\d+)"', page))
    assert "淄博市淄川区，电话有人接：工作日 08:30–17:30" in page
    assert 'href="/places"' in page
    assert "Telegram" not in page


def test_an_unverified_number_or_address_is_not_told(client: Client) -> None:
    page = client.get("/elsewhere").text
    assert "12385" not in page
    assert "找民政窗口" in page


def test_the_chat_leads_to_the_other_ways_and_back(client: Client) -> None:
    assert 'href="/elsewhere"' in client.get("/").text
    assert '<a class="button" href="/">' in client.get("/elsewhere").text
