"""Local standards on a page: who may enter a value, and that a second person publishes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import labels, second_person, visit
from api.console.second_person import Thing
from api.edge import Edge, EdgeOf, Now
from api.pages import LOCAL
from cases import permissions
from cases.database import Session
from cases.editing import drafts
from cases.editing.drafts import Draft
from cases.errors import StaleError, UnknownError
from cases.household_rules import hardship_steps
from cases.permissions import Action
from knowledge import local_standards, occasions
from knowledge.editions import Kind
from knowledge.library import Library
from knowledge.local_standards import Use
from knowledge.names import Region
from knowledge.parameters import Parameter, ParameterError, Parameters, Standard

router = APIRouter(prefix="/console/standards", include_in_schema=False)
Field = Annotated[str, Form()]
Seen = Annotated[int, Form()]


class ValueForm(BaseModel):
    """One dated value as it is typed; `seen` is the revision of the draft that was open."""

    value: Annotated[str, Form(max_length=40)] = ""
    valid_from: date
    valid_until: date | Literal[""] = ""
    document: Annotated[str, Form(min_length=1, max_length=200)]
    clause: Annotated[str, Form(max_length=100)] = ""
    seen: int = 0
    csrf: str = ""


@dataclass(frozen=True)
class _Place:
    """One standard of one region, and what is known of it."""

    library: Library
    region: Region
    standard: Standard

    @property
    def thing(self) -> Thing:
        return Thing(Kind.PARAMETER, self.region, self.standard.id, "standard")

    @property
    def subject(self) -> str:
        return self.thing.subject

    @property
    def rows(self) -> tuple[Parameter, ...]:
        return local_standards.of_standard(self.library.local(self.region), self.standard.id)

    @property
    def address(self) -> str:
        return f"/console/standards/{self.subject}"


@router.get("")
def lists(
    request: Request, edge: EdgeOf, now: Now, region: Annotated[str, Query()] = ""
) -> HTMLResponse:
    """Every standard that the region's rules speak of, with its value of today."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_KNOWLEDGE)
        where = _region(region or me.operator.region or Region.NATIONAL)
        values = {
            "region": where,
            "regions": list(Region),
            "rows": _lines(edge.helpline.library(), where, _today(now)),
            "waiting": {d.subject for d in drafts.open_ones(session) if d.kind == Kind.PARAMETER},
        }
        return visit.page(session, edge, me, "standards.html", values, now=now)


@router.get("/{region}/{parameter}")
def one(request: Request, edge: EdgeOf, now: Now, region: str, parameter: str) -> HTMLResponse:
    """One standard: its values, what it decides, and the draft that waits."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_KNOWLEDGE)
        place = _place(edge, region, parameter)
        return _page(session, edge, me, place, now=now)


@router.post("/{region}/{parameter}")
def enter(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    region: str,
    parameter: str,
    form: Annotated[ValueForm, Form()],
) -> Response:
    """Write a value into the draft; nothing is published by it."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        place = _place(edge, region, parameter)
        draft = second_person.opened(session, me, place.thing, Action.EDIT_KNOWLEDGE)
        try:
            rows = local_standards.beside(_drafted(draft, place), _typed(place.standard, form))
        except ParameterError as error:
            said = labels.load()["standard"][_fault(error)]
            return _page(session, edge, me, place, now=now, notice=said, typed=form)
        second_person.keep(session, me, place.thing, _body(rows), seen=form.seen, now=now)
    return visit.to(place.address)


@router.post("/{region}/{parameter}/remove")
def remove(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    region: str,
    parameter: str,
    valid_from: Annotated[date, Form()],
    seen: Seen = 0,
    csrf: Field = "",
) -> Response:
    """Leave a value out of the draft; without any the shipped and filed ones count again."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        place = _place(edge, region, parameter)
        draft = second_person.opened(session, me, place.thing, Action.EDIT_KNOWLEDGE)
        rows = local_standards.without(_drafted(draft, place), valid_from)
        second_person.keep(session, me, place.thing, _body(rows), seen=seen, now=now)
    return visit.to(place.address)


@router.post("/{region}/{parameter}/publish")
def publish(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    region: str,
    parameter: str,
    seen: Seen = 0,
    csrf: Field = "",
) -> Response:
    """The second person publishes; pre-screening reckons with it within two seconds."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        place = _place(edge, region, parameter)
        draft = second_person.opened(session, me, place.thing, Action.PUBLISH_KNOWLEDGE)
        if draft is None:
            raise StaleError(second_person.GONE)
        rows = local_standards.checked(_drafted(draft, place))
        effective = min((_today(now), *(row.valid_from for row in rows)))
        second_person.publish(
            session, me, place.thing, draft, seen=seen, effective=effective, now=now
        )
    edge.helpline.shelf.look()
    return visit.to(place.address)


@router.post("/{region}/{parameter}/drop")
def drop(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    region: str,
    parameter: str,
    seen: Seen = 0,
    csrf: Field = "",
) -> Response:
    """Give the draft up; what is published stays."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        place = _place(edge, region, parameter)
        draft = second_person.opened(session, me, place.thing, Action.EDIT_KNOWLEDGE)
        second_person.drop(session, me, place.thing, draft, seen=seen, now=now)
    return visit.to(place.address)


def _page(  # noqa: PLR0913
    session: Session,
    edge: Edge,
    me: Staff,
    place: _Place,
    *,
    now: datetime,
    notice: str = "",
    typed: ValueForm | None = None,
) -> HTMLResponse:
    today = _today(now)
    draft = drafts.open_of(session, Kind.PARAMETER, place.subject)
    values: Mapping[str, object] = {
        **second_person.standing(session, me, place.thing),
        "place": place,
        "shipped": _shipped(place, today),
        "uses": _uses(place.library, place.region, today).get(place.standard.id, ()),
        "drafted": _drafted(draft, place),
        "typed": typed,
        "today": today,
        "shown": partial(local_standards.shown, place.standard),
        "notice": notice,
    }
    status = 422 if notice else 200
    return visit.page(session, edge, me, "standard.html", values, now=now, status=status)


def not_entered(library: Library, region: Region, today: date) -> int:
    """How many standards the rules of a region speak of and nobody has entered or shipped."""
    return sum(line["row"] is None for line in _lines(library, region, today))


def _lines(library: Library, region: Region, today: date) -> Sequence[Mapping[str, object]]:
    used = _uses(library, region, today)
    local = library.local(region).on(today)
    found = []
    for name in sorted(used, key=list(library.rules.standards).index):
        place = _Place(library, region, library.rules.standards[name])
        row = local.get(name) or _shipped(place, today)
        if place.standard.constant is None:
            line = {"place": place, "row": row, "own": name in local, "uses": used[name]}
            found.append({**line, "shown": local_standards.shown(place.standard, row)})
    return found


def _uses(library: Library, region: Region, today: date) -> Mapping[str, tuple[Use, ...]]:
    """What each standard is good for: rules of programmes, and how often a household is seen."""
    ruled = local_standards.uses(library.rules, region, today)
    nothing: tuple[Use, ...] = ()
    waiting = dict.fromkeys(occasions.parameters(library.cadences), nothing)
    if library.document_of(hardship_steps.FOUND_BY).region is region:
        waiting[hardship_steps.STEP_DAYS] = nothing
    return {**waiting, **ruled}


def _shipped(place: _Place, today: date) -> Parameter | None:
    """The value that the content states, the region's before the national one."""
    rules = place.library.rules
    layers = (rules.shipped[place.region], rules.shipped[Region.NATIONAL])
    found = (layer.on(today).get(place.standard.id) for layer in layers)
    return next((r for r in found if r is not None and _binds(place.library, r, today)), None)


def _binds(library: Library, row: Parameter, today: date) -> bool:
    document = library.rules.documents.get(row.document)
    return document is not None and document.binds(today)


def _body(rows: tuple[Parameter, ...]) -> dict[str, object]:
    return {"values": [local_standards.as_row(row) for row in rows]} if rows else {}


def _typed(standard: Standard, form: ValueForm) -> Parameter:
    row = {
        "parameter": standard.id,
        "value": local_standards.typed(standard, form.value),
        "unit": standard.unit,
        "valid_from": form.valid_from.isoformat(),
        "document": form.document.strip(),
    }
    if isinstance(form.valid_until, date):
        row["valid_until"] = form.valid_until.isoformat()
    if form.clause.strip():
        row["clause"] = form.clause.strip()
    return Parameters.of([row]).values[0]


def _drafted(draft: Draft | None, place: _Place) -> tuple[Parameter, ...]:
    if draft is None:
        return place.rows
    values = draft.body.get("values", [])
    return Parameters.of(values).values


def _fault(error: ParameterError) -> str:
    if "two values" in str(error):
        return "two_values"
    return "wrong_days" if "valid_until" in str(error) else "wrong_value"


def _place(edge: Edge, region: str, parameter: str) -> _Place:
    library = edge.helpline.library()
    standard = library.rules.standards.get(parameter)
    if standard is None or standard.constant is not None:
        raise UnknownError("There is no such standard.")
    return _Place(library, _region(region), standard)


def _region(name: str) -> Region:
    try:
        return Region(name)
    except ValueError as error:
        raise UnknownError("There is no such region.") from error


def _today(now: datetime) -> date:
    return now.astimezone(LOCAL).date()
