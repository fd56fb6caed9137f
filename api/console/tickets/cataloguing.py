"""The catalogue of units on a page: drafted row by row, tried on last month, published by two."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, ValidationError
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import second_person, visit
from api.console.second_person import Thing
from api.edge import Edge, EdgeOf, Now
from api.errors import UnusableError
from api.pages import LOCAL
from cases import permissions
from cases.database import Session
from cases.editing import drafts
from cases.editing.drafts import Draft
from cases.errors import StaleError, UnknownError
from cases.permissions import Action, Row
from cases.tickets import trials
from cases.tickets.trials import Trial
from knowledge import catalogue, units
from knowledge.editions import Edition, EditionError, Kind
from knowledge.entries import Office, Responsibility, Units
from knowledge.library import Library
from knowledge.names import Matter, Region

router = APIRouter(prefix="/console/catalogue", include_in_schema=False)
Field = Annotated[str, Form(max_length=4000)]
Seen = Annotated[int, Form()]
WORDS = Path(__file__).parent / "catalogue.toml"
HERE = "/console/catalogue"


class RowForm(BaseModel):
    """One row as it is typed; `seen` is the revision of the draft that was open."""

    lead: Field = ""
    joint: Field = ""
    offices: Field = ""
    document: Field = ""
    clause: Field = ""
    days: Field = ""
    note: Field = ""
    seen: int = 0
    csrf: str = ""


class _TypedError(Exception):
    """What was typed is no row; the text is what staff are told."""


@dataclass(frozen=True)
class _Desk:
    """One region's catalogue: what holds, what is drafted, and what the library knows."""

    library: Library
    region: Region
    draft: Draft | None

    @property
    def published(self) -> Units:
        return self.library.units[self.region]

    @property
    def drafted(self) -> Units:
        return self.published if self.draft is None else Units.model_validate(self.draft.body)

    @property
    def thing(self) -> Thing:
        return Thing(Kind.CATALOGUE, self.region, "", "catalogue")

    @property
    def address(self) -> str:
        return f"{HERE}?region={self.region}"


@router.get("")
def table(
    request: Request, edge: EdgeOf, now: Now, region: Annotated[str, Query()] = ""
) -> HTMLResponse:
    """The whole table of a region, the draft that waits, and what it would change."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_KNOWLEDGE)
        desk = _desk(session, edge, _region(region or me.operator.region or Region.DONGTOU))
        return _page(session, edge, me, desk, now=now)


@router.get("/{region}/{matter}")
def row(request: Request, edge: EdgeOf, now: Now, region: str, matter: Matter) -> HTMLResponse:
    """One row, to be looked at or written anew."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_KNOWLEDGE)
        desk = _desk(session, edge, _region(region))
        return _row_page(session, edge, me, desk, matter, now=now)


@router.post("/{region}/{matter}")
def write(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    region: str,
    matter: Matter,
    form: Annotated[RowForm, Form()],
) -> Response:
    """Write a row into the draft; nothing is published by it."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        where = _region(region)
        permissions.require(me.operator, Action.EDIT_KNOWLEDGE, Row(region=where))
        desk = _desk(session, edge, where)
        try:
            made = _with(desk, matter, _typed(form))
            body = made.model_dump(mode="json", exclude_defaults=True)
            second_person.keep(session, me, desk.thing, body, seen=form.seen, now=now)
        except (_TypedError, StaleError) as error:
            said = words()["notice"]["gone"] if isinstance(error, StaleError) else str(error)
            return _row_page(session, edge, me, desk, matter, now=now, notice=said, typed=form)
    return visit.to(f"{HERE}?region={where}")


@router.post("/{region}/publish/now")
def publish(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    region: str,
    effective: Annotated[date, Form()],
    seen: Seen = 0,
    csrf: Field = "",
) -> Response:
    """The second person publishes it with the day from which it holds."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        desk = _desk(session, edge, _region(region))
        draft = second_person.opened(session, me, desk.thing, Action.PUBLISH_KNOWLEDGE)
        if draft is None:
            raise StaleError(second_person.GONE)
        _check(desk, draft)
        day = max(effective, _today(now))
        second_person.publish(session, me, desk.thing, draft, seen=seen, effective=day, now=now)
    edge.helpline.shelf.look()
    return visit.to(desk.address)


@router.post("/{region}/drop/now")
def drop(  # noqa: PLR0913, PLR0917
    request: Request, edge: EdgeOf, now: Now, region: str, seen: Seen = 0, csrf: Field = ""
) -> Response:
    """Give the draft up; what is published stays."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        desk = _desk(session, edge, _region(region))
        draft = second_person.opened(session, me, desk.thing, Action.EDIT_KNOWLEDGE)
        second_person.drop(session, me, desk.thing, draft, seen=seen, now=now)
    return visit.to(desk.address)


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """The wording of these pages."""
    found: dict[str, dict[str, str]] = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return found


def _page(session: Session, edge: Edge, me: Staff, desk: _Desk, *, now: datetime) -> HTMLResponse:
    draft = desk.draft
    shown = second_person.standing(session, me, desk.thing)
    values: Mapping[str, object] = {
        **shown,
        "desk": desk,
        "regions": [one for one in Region if one is not Region.NATIONAL],
        "matters": list(Matter),
        "routing": lambda row: units.of_row(desk.library, row),
        "trial": None if draft is None else _tried(session, me, desk, now=now),
        "history": shown["published"],
        "today": _today(now),
    }
    return visit.page(session, edge, me, "catalogue.html", values, now=now)


def _row_page(  # noqa: PLR0913
    session: Session,
    edge: Edge,
    me: Staff,
    desk: _Desk,
    matter: Matter,
    *,
    now: datetime,
    notice: str = "",
    typed: RowForm | None = None,
) -> HTMLResponse:
    here = desk.drafted.matters.get(matter)
    documents = [
        document
        for document in desk.library.documents.values()
        if document.region in {desk.region, Region.NATIONAL}
    ]
    values = {
        "desk": desk,
        "matter": matter,
        "form": typed or _as_typed(here),
        "documents": documents,
        "of_towns": matter in catalogue.OF_TOWNS,
        "may_edit": permissions.may(me.operator, Action.EDIT_KNOWLEDGE, Row(region=desk.region)),
        "notice": notice,
    }
    status = 422 if notice else 200
    return visit.page(session, edge, me, "catalogue-row.html", values, now=now, status=status)


def _tried(session: Session, me: Staff, desk: _Desk, *, now: datetime) -> Trial:
    def lead(made: Units, matter: Matter, text: str) -> str | None:
        found = made.matters.get(matter)
        return None if found is None else units.of_row(desk.library, found, text=text).lead

    return trials.of_last_month(
        session,
        me.operator,
        desk.region,
        before=lambda matter, text: lead(desk.published, matter, text),
        after=lambda matter, text: lead(desk.drafted, matter, text),
        now=now,
    )


def _desk(session: Session, edge: Edge, region: Region) -> _Desk:
    return _Desk(edge.helpline.library(), region, drafts.open_of(session, Kind.CATALOGUE, region))


def _check(desk: _Desk, draft: Draft) -> None:
    """What was right when it was written may be wrong by now. Raises UnusableError."""
    edition = Edition(Kind.CATALOGUE, str(desk.region), 0, draft.body)
    try:
        catalogue.of_edition(edition, desk.library.units, desk.library.documents)
    except EditionError as error:
        raise UnusableError(str(error)) from error


def _with(desk: _Desk, matter: Matter, row: Responsibility) -> Units:
    """The drafted catalogue with this row. Raises _TypedError for what may not be."""
    made = Units(region=desk.region, matters={**desk.drafted.matters, matter: row})
    wrong = [f for f in catalogue.faults(made, desk.library.documents) if f.matter is matter]
    if wrong:
        raise _TypedError(words()["wrong"][wrong[0].wrong].format(told=wrong[0].told))
    return made


def _typed(form: RowForm) -> Responsibility:
    days = form.days.strip()
    try:
        return Responsibility(
            lead=form.lead.strip() or None,
            joint=tuple(_lines(form.joint)),
            offices=tuple(_office(line) for line in _lines(form.offices)),
            document=form.document.strip() or None,
            clause=form.clause.strip() or None,
            days=int(days) if days.isdecimal() else None if not days else 0,
            note=form.note.strip() or None,
        )
    except ValidationError as error:
        raise _TypedError(words()["notice"]["days"]) from error


def _office(line: str) -> Office:
    areas, colon, unit = line.replace(":", "：").partition("：")
    named = tuple(area.strip() for area in areas.split("、") if area.strip())
    if not colon or not unit.strip() or not named:
        raise _TypedError(words()["notice"]["office_line"])
    return Office(areas=named, unit=unit.strip())


def _as_typed(row: Responsibility | None) -> RowForm:
    if row is None:
        return RowForm()
    return RowForm(
        lead=row.lead or "",
        joint="\n".join(row.joint),
        offices="\n".join(f"{'、'.join(one.areas)}：{one.unit}" for one in row.offices),
        document=row.document or "",
        clause=row.clause or "",
        days="" if row.days is None else str(row.days),
        note=row.note or "",
    )


def _lines(text: str) -> Sequence[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _region(name: str) -> Region:
    if name not in set(Region) or name == Region.NATIONAL:
        raise UnknownError("There is no such region.")
    return Region(name)


def _today(now: datetime) -> date:
    return now.astimezone(LOCAL).date()
