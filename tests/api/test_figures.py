"""Figures on a page: with definitions, lists behind them, safe files, nothing hidden shown."""

import csv
import io
from dataclasses import replace

import pytest
from httpx import Client, Response

from bot.helpline import Helpline
from cases.commands import OpenTicket
from cases.operators import Role
from knowledge.names import Matter, Region
from tests import factories
from tests.api import web

MEDICAL = replace(factories.A_MATTER, matter=Matter.MEDICAL, lead_unit="=区医保分局")
WOMEN = replace(factories.A_MATTER, matter=Matter.WOMEN, lead_unit="区妇联")
SEALED = replace(MEDICAL, sealed=True)


def file(helpline: Helpline, *drafts: OpenTicket) -> None:
    """Tickets of today."""
    with helpline.store.write() as session:
        for draft in drafts:
            factories.a_ticket(session, draft, now=web.now())


@pytest.fixture
def supervisor(client: Client, helpline: Helpline) -> Client:
    """A supervisor of Zichuan before the browser."""
    account = web.an_account(helpline, "Carol", Role.SUPERVISOR, region=Region.ZICHUAN)
    web.enter(client, account)
    return client


def lines(answer: Response) -> dict[str, str]:
    """The first number of each line of a file."""
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    return {row[0]: row[1] for row in rows[1:]}


def test_every_figure_stands_beside_its_definition(supervisor: Client, helpline: Helpline) -> None:
    file(helpline, *[MEDICAL] * 6)
    page = supervisor.get("/console/figures").text
    assert "这段时间里新开的单子" in page
    assert "<svg" in page
    assert '<script src="http' not in page


def test_a_number_leads_to_its_list(supervisor: Client, helpline: Helpline) -> None:
    file(helpline, *[MEDICAL] * 2, factories.A_MATTER)
    behind = supervisor.get("/console/figures/list?by=matter&name=medical").text
    assert behind.count("/console/tickets/ZC-") == 2


def test_a_line_that_could_tell_of_somebody_is_hidden(
    supervisor: Client, helpline: Helpline
) -> None:
    file(helpline, WOMEN, *[MEDICAL] * 6, *[factories.A_MATTER] * 7)
    page = supervisor.get("/console/figures").text
    matters = page.partition("各事项</h2>")[2].partition("</section>")[0]
    assert matters.count("不足 5 张") == 2


def test_a_file_leaves_out_what_is_sealed_and_lines_of_few(
    supervisor: Client, helpline: Helpline
) -> None:
    file(helpline, SEALED, *[MEDICAL] * 6, *[factories.A_MATTER] * 2, WOMEN)
    found = lines(supervisor.get("/console/figures/export.csv?by=matter"))
    assert found["医疗救助"] == "6"
    assert set(found.values()) == {"6", "不足 5 张，不显示"}


def test_no_cell_of_a_file_is_a_formula(supervisor: Client, helpline: Helpline) -> None:
    file(helpline, *[MEDICAL] * 6)
    assert "'=区医保分局" in lines(supervisor.get("/console/figures/export.csv?by=unit"))
    book = supervisor.get("/console/figures/export.xlsx?by=unit")
    assert book.content.startswith(b"PK")


def test_another_region_is_not_counted(supervisor: Client, helpline: Helpline) -> None:
    file(helpline, *[replace(MEDICAL, region=Region.DONGTOU)] * 6)
    page = supervisor.get("/console/figures?region=dongtou").text
    assert "这段时间没有单子" in page


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (Role.OPERATOR, "", 403),
        (Role.CASEWORKER, "", 403),
        (Role.EDITOR, "/list?by=unit", 403),
        (Role.OPERATOR, "/export.csv?by=unit", 403),
        (Role.ADMIN, "", 200),
    ],
)
def test_only_who_may_sees_figures(
    client: Client, helpline: Helpline, role: Role, path: str, status: int
) -> None:
    unit = "区民政局" if role is Role.CASEWORKER else None
    web.enter(client, web.an_account(helpline, "Dan", role, region=Region.ZICHUAN, unit=unit))
    assert client.get(f"/console/figures{path}").status_code == status


@pytest.mark.parametrize("asked", ["since=x&until=y", "since=2026-12-01&until=2026-01-01"])
def test_days_that_are_none_become_the_last_thirty(supervisor: Client, asked: str) -> None:
    assert supervisor.get(f"/console/figures?{asked}").status_code == 200


def test_dongtou_sees_its_targets_and_zichuan_does_not(
    supervisor: Client, helpline: Helpline
) -> None:
    assert "探访关爱率" not in supervisor.get("/console/figures").text
    supervisor.cookies.clear()
    account = web.an_account(helpline, "Eve", Role.SUPERVISOR, region=Region.DONGTOU)
    web.enter(supervisor, account)
    page = supervisor.get("/console/figures").text
    assert "探访关爱率" in page
    assert "100%" in page


def test_an_accused_unit_counts_nothing_of_a_report_on_it(
    client: Client, helpline: Helpline
) -> None:
    file(helpline, replace(MEDICAL, not_to=("区民政局",)))
    account = web.an_account(
        helpline, "Fay", Role.SUPERVISOR, region=Region.ZICHUAN, unit="区民政局"
    )
    web.enter(client, account)
    assert "这段时间没有单子" in client.get("/console/figures").text
    assert "ZC-" not in client.get("/console/figures/list?by=matter&name=medical").text
