"""The supervisor's page of lines: how chats are given out, where they go, what each desk holds."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import visit
from api.edge import EdgeOf, Now
from cases import audit, operators, permissions
from cases.database import Session
from cases.desk import line_settings, queues, routing
from cases.desk.routing import EFFORT, OVERFLOW_AFTER, QueueRule
from cases.errors import UnknownError
from cases.operators import Operator
from cases.permissions import Action, Row
from knowledge.names import Matter, Region

router = APIRouter(prefix="/console/lines", include_in_schema=False)
Csrf = Annotated[str, Form()]
MOST_CAPACITY = 30


class LineForm(BaseModel):
    """How a region's line gives its chats out."""

    csrf: str = ""
    region: Region
    automatic: bool = False
    sticky: bool = False


class RuleForm(BaseModel):
    """Where a line goes, after how many minutes; 0 moves it at once."""

    csrf: str = ""
    region: Region
    matter: Matter | Literal[""] = ""
    to_region: Region
    minutes: Annotated[int, Field(ge=0, le=600)] = 0


class DeskForm(BaseModel):
    """What one operator holds at most, and what they are good at."""

    csrf: str = ""
    capacity: Annotated[int, Field(ge=1, le=MOST_CAPACITY)]
    matters: list[Matter] = []


@router.get("")
def show(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """Lines, rules and desks of the places this account directs."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.DIRECT_DESK)
        return visit.page(session, edge, me, "lines-page.html", _shown(session, me), now=now)


@router.post("")
def put(request: Request, edge: EdgeOf, now: Now, form: Annotated[LineForm, Form()]) -> Response:
    """Set how a line gives its chats out."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.DIRECT_DESK, Row(region=form.region))
        line_settings.put(
            session,
            form.region,
            automatic=form.automatic,
            sticky=form.sticky,
            by=me.operator.id,
            now=now,
        )
        audit.record(session, me.operator.id, "set line", form.region, now=now)
    return visit.to("/console/lines")


@router.post("/rules")
def make_rule(
    request: Request, edge: EdgeOf, now: Now, form: Annotated[RuleForm, Form()]
) -> Response:
    """Let a line overflow into another one, or move it."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.DIRECT_DESK, Row(region=form.region))
        made = routing.make_rule(
            session,
            form.region,
            matter=form.matter or None,
            to_region=form.to_region,
            after=timedelta(minutes=form.minutes),
            by=me.operator.id,
            now=now,
        )
        audit.record(session, me.operator.id, "moved line", made.id, now=now)
    return visit.to("/console/lines")


@router.post("/rules/{rule_id}/end")
def end_rule(request: Request, edge: EdgeOf, now: Now, rule_id: str, csrf: Csrf = "") -> Response:
    """The line keeps to itself again."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.DIRECT_DESK)
        row = session.get(QueueRule, rule_id)
        if row is None or not _directs(me, row.region):
            raise UnknownError("There is no such rule.")
        routing.end_rule(session, rule_id, now=now)
        audit.record(session, me.operator.id, "ended rule of line", rule_id, now=now)
    return visit.to("/console/lines")


@router.post("/desks/{operator_id}")
def set_desk(
    request: Request, edge: EdgeOf, now: Now, operator_id: str, form: Annotated[DeskForm, Form()]
) -> Response:
    """Say what one operator holds at most, and what they are good at."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.DIRECT_DESK)
        desk = operators.find(session, operator_id)
        if desk not in _desks(session, me):
            raise UnknownError("There is no such desk.")
        operators.equip(session, desk, capacity=form.capacity, matters=form.matters)
        audit.record(session, me.operator.id, "equipped desk", operator_id, now=now)
    return visit.to("/console/lines")


def _shown(session: Session, me: Staff) -> Mapping[str, object]:
    set_lines = {row.region: row for row in line_settings.all_set(session)}
    mine = [region for region in Region if _directs(me, region)]
    return {
        "lines": [(region, set_lines.get(region)) for region in mine],
        "rules": [row for row in routing.rules(session) if _directs(me, row.region)],
        "desks": [(one, queues.load_of(session, one.id)) for one in _desks(session, me)],
        "regions": list(Region),
        "mine": mine,
        "matters": list(Matter),
        "efforts": EFFORT.items(),
        "limits": [
            (one, int(after.total_seconds()) // 60) for one, after in OVERFLOW_AFTER.items()
        ],
        "most": MOST_CAPACITY,
    }


def _desks(session: Session, me: Staff) -> list[Operator]:
    return [
        one
        for one in operators.everyone(session)
        if one.disabled_at is None
        and permissions.may(one, Action.TAKE_CHAT)
        and me.operator.region in {None, one.region}
    ]


def _directs(me: Staff, region: str) -> bool:
    return permissions.may(me.operator, Action.DIRECT_DESK, Row(region=region))
