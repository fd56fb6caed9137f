"""The duty page: who is rung when, what hours have nobody, and which pages left."""

from datetime import datetime, time
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import labels, visit
from api.edge import Edge, EdgeOf, Now
from api.errors import UnusableError
from cases import audit, permissions
from cases.danger import duty, going_live, paging
from cases.danger.duty import MINUTES_A_WEEK, TIERS, Gap, Person, Shift
from cases.danger.going_live import GapError
from cases.database import Session
from cases.errors import CaseError
from cases.permissions import Action, Row
from knowledge.names import Region

router = APIRouter(prefix="/console", include_in_schema=False)
MOST_NAMED = 6
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


class LiveForm(BaseModel):
    """A place that is opened to the public, or not any more."""

    csrf: str = ""
    region: Region
    open: bool = False


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
        try:
            going_live.end_shift(session, shift_id, now=now)
        except GapError as error:
            return _shown(session, edge, me, now=now, notice=_told(edge, "shift_needed", error))
        audit.record(session, me.operator.id, "ended duty shift", shift_id, now=now)
    return visit.to("/console/duty")


@router.post("/duty/live")
def go_live(
    request: Request, edge: EdgeOf, now: Now, form: Annotated[LiveForm, Form()]
) -> Response:
    """Open a place to the public, or take that back; refused while its roster has a gap."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.DIRECT_DESK, Row(region=form.region))
        if not form.open:
            going_live.close_place(session, form.region)
            audit.record(session, me.operator.id, "closed place", form.region, now=now)
            return visit.to("/console/duty")
        try:
            going_live.open_place(session, form.region, by=me.operator.id, now=now)
        except GapError as error:
            return _shown(session, edge, me, now=now, notice=_told(edge, "not_live", error))
        audit.record(session, me.operator.id, "opened place", form.region, now=now)
    return visit.to("/console/duty")


def _page(request: Request, edge: Edge, now: datetime) -> HTMLResponse:
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.DIRECT_DESK)
        return _shown(session, edge, me, now=now)


def _shown(
    session: Session, edge: Edge, me: Staff, *, now: datetime, notice: str = ""
) -> HTMLResponse:
    audit.record(session, me.operator.id, "looked at duty roster", "duty", now=now)
    rows = duty.roster(session)
    shown = [r for r in rows if _may_see(me.operator.region, r.region)]
    values = {
        "notice": notice,
        "shifts": [(row, duty.people(session, row)) for row in shown],
        "gaps": duty.gaps(rows, duty.SERVED),
        "when": _when,
        "live": {row.region: row for row in going_live.live(session)},
        "mine": [one for one in duty.SERVED if _may_see(me.operator.region, one)],
        "tries": paging.latest(session),
        "paged": edge.settings.paging_url is not None,
        "regions": duty.SERVED,
        "tiers": TIERS,
    }
    status = 409 if notice else 200
    return visit.page(session, edge, me, "duty.html", values, now=now, status=status)


def _told(edge: Edge, notice: str, error: GapError) -> str:
    """Which hours have nobody, and how to mend it."""
    library = edge.helpline.library()
    named = error.gaps[:MOST_NAMED]
    hours = [f"{library.region_name(gap.region)}{_when(gap)}" for gap in named]
    more = "……" if len(error.gaps) > MOST_NAMED else ""
    return labels.notice(notice).format(hours="、".join(hours) + more)


def _when(gap: Gap) -> str:
    """From when and how long nobody is there."""
    words, names = labels.load()["gap"], labels.load()["weekday"]
    hours, minutes = divmod(gap.minutes, 60)
    key = "week" if gap.minutes == MINUTES_A_WEEK else "minutes" if minutes else "hours"
    at = f"{gap.at:%H:%M}"
    return words[key].format(day=names[str(gap.day)], at=at, hours=hours, minutes=minutes)


def _deputy(form: ShiftForm) -> Person | None:
    """Whoever is named with a number; half of it would be lost silently."""
    name, phone = form.deputy.strip(), form.deputy_phone.strip()
    if bool(name) is not bool(phone):
        raise UnusableError("A deputy needs both a name and a telephone number, or neither.")
    return Person(name, phone) if name else None


def _may_see(mine: str | None, region: str | None) -> bool:
    return mine is None or region in {None, mine}
