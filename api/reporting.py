"""What stands in a daily, weekly or monthly report, and how it becomes a .docx file."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from docx import Document
from docx.document import Document as Page
from docx.oxml.ns import qn

from api.figure_words import Namer, shown, words
from api.pages import LOCAL
from cases.figures import figures
from cases.figures.figures import SMALL, By, Case, Line, Measure
from cases.figures.tallies import Period
from knowledge.library import Library
from knowledge.names import Category, Matter, Region

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONT = "SimSun"
TABLES = (By.REGION, By.MATTER, By.UNIT)
MOST_CASES = 5


class Span(StrEnum):
    """How much time a report covers: a day, a week from Monday, a month."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True)
class Report:
    """What a report is made of. `cases` are those that may leave the house."""

    service: str
    span: Span
    since: date
    until: date
    region: Region | None
    cases: Sequence[Case]


def days_of(span: Span, on: date) -> tuple[date, date]:
    """The first and the last day of the report in which a day lies."""
    match span:
        case Span.DAILY:
            return on, on
        case Span.WEEKLY:
            monday = on - timedelta(days=on.weekday())
            return monday, monday + timedelta(days=6)
        case Span.MONTHLY:
            first = on.replace(day=1)
            return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def day(text: str) -> date | None:
    """A day as it was typed; None for what is none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def period_of(span: Span, on: date, region: Region | None) -> Period:
    """The same as instants."""
    since, until = days_of(span, on)
    ends = datetime.combine(until + timedelta(days=1), time(), LOCAL)
    return Period(datetime.combine(since, time(), LOCAL), ends, region)


def as_docx(report: Report, library: Library, *, now: datetime) -> bytes:
    """The file. Counts of few tickets are hidden, and no case tells who it was."""
    page = _blank()
    said = words()["report"]
    span = words()["span"][report.span]
    place = library.region_name(report.region or Region.NATIONAL)
    page.add_heading(said["title"].format(service=report.service, span=span), level=0)
    page.add_paragraph(said["period"].format(region=place, since=report.since, until=report.until))
    page.add_heading(said["summary"], level=1)
    _summary(page, figures.reckon(report.cases, now=now))
    for at, by in enumerate(TABLES):
        title = {"number": said["numerals"][at], "by": words()["by"][by]}
        page.add_heading(said["tables"].format(**title), level=1)
        _lines(page, by, figures.table(report.cases, by, now=now, for_outside=True), library)
    page.add_heading(said["cases"].format(number=said["numerals"][len(TABLES)]), level=1)
    _cases(page, report.cases, library)
    page.add_paragraph(said["left_out"])
    out = io.BytesIO()
    page.save(out)
    return out.getvalue()


def told(cases: Sequence[Case], library: Library) -> Sequence[str]:
    """Cases that ended, in words made of closed sets: no number, day, place or word of anybody.

    Only matters of which there are enough that one could be anybody's.
    """
    often = {
        one.matter for one in cases if sum(other.matter == one.matter for other in cases) >= SMALL
    }
    ended = [one for one in cases if one.resolved_at is not None and one.matter in often]
    return [_case(one, library) for one in ended[:MOST_CASES] if not one.personal]


def _case(one: Case, library: Library) -> str:
    said = words()["report"]
    days = 0 if one.resolved_at is None else (one.resolved_at - one.opened_at).days
    satisfied = {True: "satisfied_yes", False: "satisfied_no", None: "satisfied_unasked"}
    return said["case"].format(
        matter=library.label(Matter(one.matter)),
        category=library.label(Category(one.category)),
        unit=one.unit or words()["page"]["no_unit"],
        days=said["days"].format(days=days) if days else said["days_none"],
        satisfied=said[satisfied[one.satisfied]],
    )


def _cases(page: Page, cases: Sequence[Case], library: Library) -> None:
    found = told(cases, library)
    for one in found:
        page.add_paragraph(one, style="List Bullet")
    if not found:
        page.add_paragraph(words()["report"]["no_cases"])


def _summary(page: Page, whole: Mapping[Measure, figures.Figure]) -> None:
    said, table = words()["report"], page.add_table(rows=1, cols=3, style="Table Grid")
    for cell, text in zip(
        table.rows[0].cells, (said["name"], said["value"], said["definition"]), strict=True
    ):
        cell.text = text
    for measure, figure in whole.items():
        cells = table.add_row().cells
        unit = words()["unit"][measure] if figure.value is not None else ""
        cells[0].text = words()["measure"][measure]
        cells[1].text = f"{shown(measure, figure)} {unit}".strip()
        cells[2].text = words()["definition"][measure]


def _lines(page: Page, by: By, lines: Sequence[Line], library: Library) -> None:
    named = Namer(library)
    table = page.add_table(rows=1, cols=len(Measure) + 1, style="Table Grid")
    table.rows[0].cells[0].text = words()["report"]["name"]
    for cell, measure in zip(table.rows[0].cells[1:], Measure, strict=True):
        cell.text = f"{words()['measure'][measure]}（{words()['unit'][measure]}）"
    for line in lines:
        cells = table.add_row().cells
        cells[0].text = named(by, line.name)
        if line.figures is None:
            cells[1].text = words()["page"]["hidden"]
            continue
        for cell, measure in zip(cells[1:], Measure, strict=True):
            cell.text = shown(measure, line.figures[measure])


def _blank() -> Page:
    page = Document()
    for name in ("Normal", "Title", "Heading 1"):
        style = page.styles[name]
        style.font.name = FONT
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), FONT)
    return page
