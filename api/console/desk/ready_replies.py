"""The page of replies that are kept ready: who may changes them, everybody uses them."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import visit
from api.edge import EdgeOf, Now
from cases import audit, permissions
from cases.desk import canned
from cases.desk.canned import CannedReply
from cases.errors import UnknownError
from cases.permissions import Action, Row
from knowledge.names import Region

router = APIRouter(prefix="/console/canned", include_in_schema=False)


class ReplyForm(BaseModel):
    """A reply with the short word that calls it."""

    csrf: str = ""
    region: Region
    shortcut: Annotated[str, Field(max_length=20)]
    text: Annotated[str, Field(max_length=1000)]


@router.get("")
def show(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """All replies; those of other places to be read, one's own to be changed."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.EDIT_CANNED)
        values = {
            "rows": [(row, _may(me, row.region)) for row in canned.everywhere(session)],
            "regions": [one for one in Region if _may(me, one)],
        }
        return visit.page(session, edge, me, "canned.html", values, now=now)


@router.post("")
def keep(request: Request, edge: EdgeOf, now: Now, form: Annotated[ReplyForm, Form()]) -> Response:
    """Keep a reply; the same short word replaces the one before."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.EDIT_CANNED, Row(region=form.region))
        row = canned.keep(
            session, form.region, form.shortcut, form.text, by=me.operator.id, now=now
        )
        audit.record(session, me.operator.id, "kept canned reply", row.id, now=now)
    return visit.to("/console/canned")


@router.post("/{canned_id}/end")
def end(
    request: Request, edge: EdgeOf, now: Now, canned_id: str, csrf: Annotated[str, Form()] = ""
) -> Response:
    """Take a reply out of use."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.EDIT_CANNED)
        row = session.get(CannedReply, canned_id)
        if row is None or not _may(me, row.region):
            raise UnknownError("There is no such reply.")
        canned.end(session, canned_id, now=now)
        audit.record(session, me.operator.id, "ended canned reply", canned_id, now=now)
    return visit.to("/console/canned")


def _may(me: Staff, region: str) -> bool:
    return permissions.may(me.operator, Action.EDIT_CANNED, Row(region=region))
