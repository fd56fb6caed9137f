"""The supervisor's wall: who waits, who is there, which dangers nobody has seen, what is owed."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from api import chats
from api.auth import Staff
from api.console import visit
from api.console.desk import calling
from api.console.editing import asked, understanding
from api.edge import EdgeOf, Now
from cases import audit, operators, permissions
from cases.database import Session
from cases.desk import queues
from cases.operators import Operator
from cases.permissions import Action
from cases.tickets import worklists
from cases.tickets.worklists import Which
from knowledge.names import Priority

router = APIRouter(prefix="/console", include_in_schema=False)
Csrf = Annotated[str, Form()]


@router.get("/wall")
def wall(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """The wall; every number stands beside its list."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.DIRECT_DESK)
        return visit.page(session, edge, me, "wall.html", _numbers(session, me, now), now=now)


@router.get("/wall/numbers")
def numbers(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """The same as a piece of the page."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.DIRECT_DESK)
        values = _numbers(session, me, now)
        return visit.page(session, edge, me, "wall-numbers.html", values, now=now)


@router.post("/rest")
def rest(request: Request, edge: EdgeOf, now: Now, csrf: Csrf = "") -> Response:
    """Step away: nothing is routed here and nobody counts on this desk."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.TAKE_CHAT)
        operators.rest(session, me.operator)
        audit.record(session, me.operator.id, "paused", me.operator.id, now=now)
    return visit.to("/console")


@router.post("/come-back")
def come_back(request: Request, edge: EdgeOf, now: Now, csrf: Csrf = "") -> Response:
    """Be there again."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.TAKE_CHAT)
        operators.come_back(session, me.operator)
        audit.record(session, me.operator.id, "came back", me.operator.id, now=now)
    return visit.to("/console")


def _numbers(session: Session, me: Staff, now: datetime) -> Mapping[str, object]:
    waiting = chats.waiting_for(session, me.operator)
    there = [one for one in operators.everyone(session) if _is_there(me.operator, one, now)]
    classes = Counter(one.queue_priority or Priority.P2 for one in waiting)
    return {
        "waiting": waiting,
        "classes": [(priority, classes[priority]) for priority in Priority],
        "longest": max((chats.waited(one, now=now) for one in waiting), default=0),
        "waited": lambda row: chats.waited(row, now=now),
        "alerts": chats.ringing_for(session, me.operator),
        "calls": len(calling.owed_to(session, me.operator)),
        "overdue": len(worklists.tickets_for(session, me.operator, Which.LATE, now=now)),
        "unanswered": len(asked.rows_for(session, me)),
        "misread": len(understanding.rows_for(session, me)),
        "desks": [
            (one, queues.load_of(session, one.id), queues.held_by(session, one.id)) for one in there
        ],
    }


def _is_there(me: Operator, one: Operator, now: datetime) -> bool:
    fresh = operators.is_present(one, now=now)
    near = me.region is None or one.region in {None, me.region}
    return fresh and near and permissions.may(one, Action.TAKE_CHAT)
