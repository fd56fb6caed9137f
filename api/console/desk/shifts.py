"""Handing a shift over: what the next one must know, signed by somebody of the next."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from api.console import visit
from api.edge import EdgeOf, Now
from cases import audit, permissions
from cases.desk import shift_notes
from cases.desk.shift_notes import LONGEST, ShiftNote
from cases.errors import UnknownError
from cases.permissions import Action

router = APIRouter(prefix="/console/shifts", include_in_schema=False)


class ShiftForm(BaseModel):
    """What is left to the next shift."""

    csrf: str = ""
    text: Annotated[str, Field(max_length=LONGEST)] = ""


@router.get("")
def show(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """The newest hand-overs; looking is recorded."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.TAKE_CHAT)
        audit.record(session, me.operator.id, "looked at shift hand-overs", "shifts", now=now)
        values = {"left": shift_notes.newest(session, me.operator.region)}
        return visit.page(session, edge, me, "shifts.html", values, now=now)


@router.post("")
def leave(request: Request, edge: EdgeOf, now: Now, form: Annotated[ShiftForm, Form()]) -> Response:
    """Leave something to the next shift."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.TAKE_CHAT)
        region = me.operator.region
        row = shift_notes.leave(session, form.text, region=region, by=me.operator.id, now=now)
        audit.record(session, me.operator.id, "handed shift over", row.id, now=now)
    return visit.to("/console/shifts")


@router.post("/{note_id}/sign")
def sign(
    request: Request, edge: EdgeOf, now: Now, note_id: str, csrf: Annotated[str, Form()] = ""
) -> Response:
    """Somebody of the next shift has read it."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.TAKE_CHAT)
        row = session.get(ShiftNote, note_id)
        mine = me.operator.region
        if row is None or (mine is not None and row.region not in {None, mine}):
            raise UnknownError("There is no such hand-over.")
        shift_notes.sign(session, note_id, by=me.operator.id, now=now)
        audit.record(session, me.operator.id, "signed shift hand-over", note_id, now=now)
    return visit.to("/console/shifts")
