"""The duty page: who is rung when, what hours have nobody, and which pages left."""

from datetime import datetime, time
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from api.console import visit
from api.edge import Edge, EdgeOf, Now
from api.errors import UnusableError
from cases import audit, permissions
from cases.danger import duty, paging
from cases.danger.duty import TIERS, Person, Shift
from cases.errors import CaseError
from cases.permissions import Action, Row
from knowledge.names import Region

router = APIRouter(prefix="/console", include_in_schema=False)
Name = Annotated[str, Field(max_length=60)]
Phone = Annotated[str, Field(max_length=20, pattern=r"^[0-9+ -]*$")]


class ShiftForm(BaseModel):
    """A shift as the page sends it; an empty region is all regions, an empty deputy none."""

    csrf: str = ""
    region: Region | Literal[""] = ""
    tier: int = 1
    days: list[str] = []
    begins: time
    ends: time
    name: Name
    phone: Phone
    deputy: Name = ""
    deputy_phone: Phone = ""


@router.get("/duty")
def show(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """The roster; looking at its telephone numbers is recorded."""
    return _page(request, edge, now)


@router.post("/duty")
def enter(request: Request, edge: EdgeOf, now: Now, form: Annotated[ShiftForm, Form()]) -> Response:
    """Put a shift into the roster."""
    region = form.region or None
    deputy = _deputy(form)
    person = Person(form.name, form.phone)
    days = "".join(form.days)
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.DIRECT_DESK, Row(region=region))
        shift = Shift(region, form.tier, days, form.begins, form.ends, person, deputy)
        made = duty.enter(session, shift, by=me.operator.id, now=now)
        audit.record(session, me.operator.id, "entered duty shift", made.id, now=now)
    return visit.to("/console/duty")


@router.post("/duty/{shift_id}/end")
def end(
    request: Request, edge: EdgeOf, now: Now, shift_id: str, csrf: Annotated[str, Form()] = ""
) -> Response:
    """Take a shift out of the roster."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.DIRECT_DESK)
        row = next((one for one in duty.roster(session) if one.id == shift_id), None)
        if row is None or not permissions.may(
            me.operator, Action.DIRECT_DESK, Row(region=row.region)
        ):
            raise CaseError("There is no such shift any more; look at the roster again.")
        duty.end(session, shift_id, now=now)
        audit.record(session, me.operator.id, "ended duty shift", shift_id, now=now)
    return visit.to("/console/duty")


def _page(request: Request, edge: Edge, now: datetime) -> HTMLResponse:
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.DIRECT_DESK)
        audit.record(session, me.operator.id, "looked at duty roster", "duty", now=now)
        rows = duty.roster(session)
        shown = [r for r in rows if _may_see(me.operator.region, r.region)]
        values = {
            "shifts": [(row, duty.people(session, row)) for row in shown],
            "gaps": duty.gaps(rows, duty.SERVED),
            "tries": paging.latest(session),
            "paged": edge.settings.paging_url is not None,
            "regions": duty.SERVED,
            "tiers": TIERS,
        }
        return visit.page(session, edge, me, "duty.html", values, now=now)


def _deputy(form: ShiftForm) -> Person | None:
    """Whoever is named with a number; half of it would be lost silently."""
    name, phone = form.deputy.strip(), form.deputy_phone.strip()
    if bool(name) is not bool(phone):
        raise UnusableError("A deputy needs both a name and a telephone number, or neither.")
    return Person(name, phone) if name else None


def _may_see(mine: str | None, region: str | None) -> bool:
    return mine is None or region in {None, mine}
