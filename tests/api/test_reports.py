"""Reports tell of everybody and of nobody: figures with definitions, and cases without persons."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import docx
import pytest
from httpx import Client
from typer.testing import CliRunner

from api import cli, reporting
from api.reporting import Report, Span
from bot.helpline import Helpline
from cases.figures.figures import Case
from cases.operators import Role
from knowledge.library import Library
from knowledge.names import Matter, Region
from tests import factories
from tests.api import web

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
CASE = Case(
    number="ZC-261101-123456",
    region="zichuan",
    matter="medical",
    category="complaint",
    priority="P2",
    unit="区医保分局",
    opened_at=NOW - timedelta(days=5),
    due=NOW,
    resolved_at=NOW - timedelta(days=2),
    satisfied=True,
)
OWN = replace(CASE, number="ZC-261101-999999", personal=True)


def text_of(body: bytes) -> str:
    """Everything that stands in a file."""
    page = docx.Document(io.BytesIO(body))
    cells = [c.text for table in page.tables for row in table.rows for c in row.cells]
    return "\n".join([*(one.text for one in page.paragraphs), *cells])


def made(library: Library, cases: Sequence[Case]) -> str:
    """The words of Zichuan's report of these."""
    since, until = reporting.days_of(Span.WEEKLY, date(2026, 11, 22))
    report = Report("助联", Span.WEEKLY, since, until, Region.ZICHUAN, cases)
    return text_of(reporting.as_docx(report, library, now=NOW))


@pytest.mark.parametrize(
    ("span", "on", "since", "until"),
    [
        ("daily", "2026-11-22", "2026-11-22", "2026-11-22"),
        ("weekly", "2026-11-22", "2026-11-16", "2026-11-22"),
        ("weekly", "2027-01-01", "2026-12-28", "2027-01-03"),
        ("monthly", "2026-02-10", "2026-02-01", "2026-02-28"),
        ("monthly", "2028-02-29", "2028-02-01", "2028-02-29"),
        ("monthly", "2026-12-31", "2026-12-01", "2026-12-31"),
    ],
)
def test_a_report_covers_a_day_a_week_from_monday_or_a_month(
    span: str, on: str, since: str, until: str
) -> None:
    found = reporting.days_of(Span(span), date.fromisoformat(on))
    assert [str(day) for day in found] == [since, until]


def test_a_report_has_figures_definitions_and_cases(library: Library) -> None:
    text = made(library, [CASE] * 6)
    for words in ("助联周报", "2026-11-16", "按时给结果", "到期日以前", "第 3 天有结果", "说满意"):
        assert words in text


def test_a_case_tells_of_nobody(library: Library) -> None:
    text = made(library, [CASE] * 6)
    assert "ZC-" not in text
    assert "2026-11-17" not in text


def test_what_is_anybodys_own_or_rare_is_no_case(library: Library) -> None:
    assert reporting.told([OWN] * 6, library) == []
    assert reporting.told([CASE] * 4, library) == []
    assert "没有可以写出来的事例" in made(library, [CASE] * 4)


def test_a_line_of_few_tickets_is_hidden(library: Library) -> None:
    text = made(library, [*[CASE] * 6, replace(CASE, matter="housing")])
    assert "不足 5 张" in text


def test_who_may_takes_it_from_the_page(client: Client, helpline: Helpline) -> None:
    with helpline.store.write() as session:
        for draft in (
            *[factories.A_MATTER] * 6,
            replace(factories.A_MATTER, sealed=True, matter=Matter.LEGAL),
        ):
            factories.a_ticket(session, draft, now=web.now())
    account = web.an_account(helpline, "Carol", Role.SUPERVISOR, region=Region.ZICHUAN)
    web.enter(client, account)
    answer = client.get("/console/reports/daily.docx")
    assert answer.headers["content-type"] == reporting.MEDIA_TYPE
    assert "司法" not in text_of(answer.content)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.EDITOR])
def test_who_may_not_does_not(client: Client, helpline: Helpline, role: Role) -> None:
    web.enter(client, web.an_account(helpline, "Dan", role))
    assert client.get("/console/reports/weekly.docx").status_code == 403


def test_the_command_writes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPLINE_DATA", str(tmp_path / "var"))
    runner, file = CliRunner(), tmp_path / "report.docx"
    args = ["report", str(file), "--span", "monthly", "--on", "2026-11-22", "--json"]
    assert runner.invoke(cli.build(None), args).exit_code == 2
    assert runner.invoke(cli.build(None), ["db", "upgrade"]).exit_code == 0
    answer = runner.invoke(cli.build(None), args)
    assert (answer.exit_code, '"tickets": 0' in answer.stdout) == (0, True)
    assert "月报" in text_of(file.read_bytes())
    assert runner.invoke(cli.build(None), args).exit_code == 2
