"""The console's menu: it offers exactly the pages that the account may open."""

import re

import pytest
from httpx import Client

from api.console import menu
from bot.helpline import Helpline
from cases.operators import Role
from knowledge.names import Region
from tests.api import web

EVERYTHING = [entry.path for group in menu.shipped() for entry in group.pages]
LINK = re.compile(r'<li><a href="(/console[^"]*)"')


def _offered(page: str) -> list[str]:
    return LINK.findall(page.split("<nav")[1].split("</nav>", maxsplit=1)[0])


@pytest.mark.parametrize("role", list(Role))
def test_what_the_menu_offers_opens_and_nothing_else(
    client: Client, helpline: Helpline, role: Role
) -> None:
    account = web.an_account(helpline, "Alice", role, region=Region.ZICHUAN, unit="区民政局")
    web.enter(client, account)
    offered = _offered(client.get("/console/account").text)
    opened = [path for path in EVERYTHING if client.get(path).status_code == 200]
    assert offered == opened


def test_the_page_one_is_on_is_marked_within_its_group(client: Client, helpline: Helpline) -> None:
    web.enter(client, web.an_account(helpline, "Sun", Role.SUPERVISOR))
    page = client.get("/console/late").text
    assert '<a href="/console/late" aria-current="page">催办督办</a>' in page
    assert '<details name="menu" class="within">\n        <summary>工单' in page
    assert page.count('aria-current="page"') == 1
