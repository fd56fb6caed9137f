"""A bureau's list: given with its ground, tried as a whole, released, followed on its way."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import labels, visit
from api.edge import Edge, EdgeOf, Now
from cases import audit, permissions
from cases.database import Session
from cases.errors import CaseError, UnknownError
from cases.households import list_imports
from cases.households.list_imports import Given, ListImport
from cases.permissions import Action, Row
from knowledge import bureau_lists, spreadsheets
from knowledge.bureau_lists import Blame
from knowledge.names import Region

router = APIRouter(prefix="/console/lists", include_in_schema=False)
Field = Annotated[str, Form()]
WRONG = labels.notice("wrong_list")
UNREADABLE = labels.notice("unreadable_list")
SHOWN = 2000


@router.get("")
def lists(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """The lists of late and how far each has come."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.IMPORT_HOUSEHOLDS)
        return _lists(session, edge, me, now=now)


@router.post("")
def give(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    file: Annotated[UploadFile, File()],
    region: Annotated[Region, Form()],
    source: Annotated[str, Form(max_length=200)] = "",
    basis: Annotated[str, Form(max_length=300)] = "",
    csrf: Field = "",
) -> Response:
    """Keep a list to be tried; nothing of it is taken in. The same file again is the same list."""
    content = file.file.read(spreadsheets.MOST_BYTES + 1)
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.IMPORT_HOUSEHOLDS, Row(region=region))
        if not content or len(content) > spreadsheets.MOST_BYTES:
            return _lists(session, edge, me, now=now, notice=UNREADABLE)
        given = Given(file.filename or "", content, source, basis, region)
        try:
            listed = list_imports.begin(session, given, by=me.operator.id, now=now)
        except CaseError:
            session.rollback()
            return _lists(session, edge, me, now=now, notice=WRONG)
        audit.record(session, me.operator.id, "gave list", listed.id, now=now)
    return visit.to(f"/console/lists/{listed.id}")


@router.get("/{import_id}")
def one(request: Request, edge: EdgeOf, now: Now, import_id: str) -> HTMLResponse:
    """One list: its wrong rows by line, or how far it has come."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        listed = _find(session, me, import_id)
        wrong = list_imports.wrong(session, listed, limit=SHOWN)
        values = {
            "listed": listed,
            "wrong": [(row.line, [Blame.read(one) for one in row.faults]) for row in wrong],
            "shown": SHOWN,
            "headings": bureau_lists.headings(),
        }
        return visit.page(session, edge, me, "list.html", values, now=now)


@router.post("/{import_id}/start")
def start(request: Request, edge: EdgeOf, now: Now, import_id: str, csrf: Field = "") -> Response:
    """Take it in, when every row is right."""
    return _decided(request, edge, import_id, csrf, now=now, drop=False)


@router.post("/{import_id}/drop")
def drop(request: Request, edge: EdgeOf, now: Now, import_id: str, csrf: Field = "") -> Response:
    """Throw it away before anything is taken in."""
    return _decided(request, edge, import_id, csrf, now=now, drop=True)


def _decided(  # noqa: PLR0913
    request: Request, edge: Edge, import_id: str, csrf: str, *, now: datetime, drop: bool
) -> Response:
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        listed = _find(session, me, import_id)
        try:
            if drop:
                list_imports.drop(session, listed)
            else:
                list_imports.start(session, listed)
        except CaseError:
            session.rollback()
            return _lists(session, edge, me, now=now, notice=WRONG)
        done = "dropped list" if drop else "started list"
        audit.record(session, me.operator.id, done, import_id, now=now)
    return visit.to("/console/lists" if drop else f"/console/lists/{import_id}")


def _find(session: Session, me: Staff, import_id: str) -> ListImport:
    permissions.require(me.operator, Action.IMPORT_HOUSEHOLDS)
    listed = list_imports.find(session, import_id)
    if not permissions.may(me.operator, Action.IMPORT_HOUSEHOLDS, Row(region=listed.region)):
        raise UnknownError("There is no such list.")
    return listed


def _lists(
    session: Session, edge: Edge, me: Staff, *, now: datetime, notice: str = ""
) -> HTMLResponse:
    region = None if me.operator.region is None else Region(me.operator.region)
    values = {
        "lists": list_imports.newest(session, region=region),
        "regions": [region] if region else [one for one in Region if one is not Region.NATIONAL],
        "headings": bureau_lists.headings(),
        "notice": notice,
    }
    status = 422 if notice else 200
    return visit.page(session, edge, me, "lists.html", values, now=now, status=status)
