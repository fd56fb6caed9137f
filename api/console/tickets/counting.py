"""The page of figures: each number with its definition, its chart, and the list behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import HTMLResponse, Response

from api import spreadsheets
from api.auth import Staff
from api.console import visit
from api.edge import EdgeOf, Now
from api.figure_words import SHARES, Namer, shown, words
from api.pages import LOCAL
from api.spreadsheets import Cell
from cases import audit, permissions
from cases.database import Session
from cases.figures import figures, indicators, tallies
from cases.figures.figures import By, Figure, Line, Measure
from cases.figures.tallies import Period
from cases.permissions import Action
from knowledge.library import Library
from knowledge.names import Region

router = APIRouter(prefix="/console/figures", include_in_schema=False)
USUAL, LONGEST = timedelta(days=29), timedelta(days=366)
# The table in which Dongtou's plan names what a helpline can measure.
PLANNED = Region.DONGTOU


@dataclass(frozen=True)
class Asked:
    """The days, both counted, and the place that figures are asked for."""

    since: date
    until: date
    region: Region | None

    @property
    def query(self) -> str:
        """The same as a link carries it."""
        return f"since={self.since}&until={self.until}&region={self.region or ''}"

    def period(self, only: str | None) -> Period:
        """As instants; an account of one region counts that region alone."""
        begins = datetime.combine(self.since, time(), LOCAL)
        ends = datetime.combine(self.until + timedelta(days=1), time(), LOCAL)
        return Period(begins, ends, Region(only) if only else self.region)


def asked(
    now: Now,
    since: Annotated[str, Query(max_length=10)] = "",
    until: Annotated[str, Query(max_length=10)] = "",
    region: Annotated[str, Query(max_length=20)] = "",
) -> Asked:
    """What is asked for; what is no day, or too long, becomes the last thirty days."""
    today = now.astimezone(LOCAL).date()
    last = _day(until) or today
    first = _day(since) or last - USUAL
    if not timedelta(0) <= last - first <= LONGEST:
        first = last - USUAL
    return Asked(first, last, Region(region) if region in set(Region) else None)


AskedFor = Annotated[Asked, Depends(asked)]


@router.get("")
def page(request: Request, edge: EdgeOf, now: Now, want: AskedFor) -> HTMLResponse:
    """All figures of these days, with a table for places, matters, units and weeks."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_FIGURES)
        cases = tallies.seen_by(session, me.operator, want.period(me.operator.region))
        audit.record(session, me.operator.id, "counted tickets", want.query, now=now)
        place = Region(me.operator.region) if me.operator.region else want.region
        values = {
            "asked": want,
            "place": place,
            "regions": [] if me.operator.region else list(Region),
            "whole": figures.reckon(cases, now=now),
            "tables": {by: figures.table(cases, by, now=now) for by in By},
            "plan": _plan(session, edge.helpline.library(), place, now=now),
            "measures": list(Measure),
            "bys": [By.WEEK, By.REGION, By.MATTER, By.UNIT],
            "words": words(),
            "shown": shown,
            "named": Namer(edge.helpline.library()),
            "may_export": permissions.may(me.operator, Action.EXPORT_TICKETS),
        }
        return visit.page(session, edge, me, "figures.html", values, now=now)


@router.get("/list")
def behind(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    want: AskedFor,
    by: By,
    name: Annotated[str, Query(max_length=100)] = "",
) -> HTMLResponse:
    """The tickets behind one line."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_FIGURES)
        cases = tallies.seen_by(session, me.operator, want.period(me.operator.region))
        audit.record(session, me.operator.id, "listed counted tickets", by, now=now)
        values = {
            "asked": want,
            "title": Namer(edge.helpline.library())(by, name or None),
            "rows": tallies.under(cases, by, name or None),
            "words": words(),
        }
        return visit.page(session, edge, me, "figures-list.html", values, now=now)


@router.get("/export.{kind}")
def export(  # noqa: PLR0913, PLR0917
    request: Request, edge: EdgeOf, now: Now, kind: spreadsheets.Kind, want: AskedFor, by: By
) -> Response:
    """One table as a file: nothing sealed or anybody's own, and no line of few tickets."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_FIGURES)
        permissions.require(me.operator, Action.EXPORT_TICKETS)
        lines = for_outside(session, me, want, by, now=now)
        audit.record(session, me.operator.id, "exported figures", f"{by} as {kind}", now=now)
    named, said = Namer(edge.helpline.library()), words()
    head = [said["by"][by], *(f"{said['measure'][m]}（{said['unit'][m]}）" for m in Measure)]
    rows = [[named(by, line.name), *_cells(line)] for line in lines]
    return spreadsheets.response(kind, f"figures-{by}", head, rows)


def for_outside(
    session: Session, me: Staff, want: Asked, by: By, *, now: datetime
) -> Sequence[Line]:
    """A table as it may leave the house."""
    cases = tallies.seen_by(session, me.operator, want.period(me.operator.region))
    open_to_all = [one for one in cases if not one.personal]
    return figures.table(open_to_all, by, now=now, for_outside=True)


@dataclass(frozen=True)
class _Target:
    """What a plan wants of a year, and what was reached."""

    indicator: indicators.Indicator
    target: str
    part: int
    whole: int
    share: str


def _plan(
    session: Session, library: Library, place: Region | None, *, now: datetime
) -> Sequence[_Target]:
    """The targets of Dongtou's plan that a helpline can measure; others' plans name none."""
    if place not in {None, PLANNED}:
        return ()
    today = now.astimezone(LOCAL).date()
    nothing = words()["page"]["nothing"]
    rows = {row.no: row for row in library.indicators.get(PLANNED, ())}
    return [
        _Target(
            one.indicator,
            rows[indicators.ROWS[one.indicator]].values.get(today.year, nothing),
            one.part,
            one.whole,
            nothing if one.share is None else f"{one.share * 100:.1f}%",
        )
        for one in indicators.of(session, PLANNED, on=today)
        if indicators.ROWS[one.indicator] in rows
    ]


def _cells(line: Line) -> Sequence[Cell]:
    if line.figures is None:
        return [words()["page"]["hidden"]] * len(Measure)
    return [_number(measure, line.figures[measure]) for measure in Measure]


def _number(measure: Measure, figure: Figure) -> Cell:
    if figure.value is None:
        return None
    return round(figure.value * 100, 1) if measure in SHARES else figure.value


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
