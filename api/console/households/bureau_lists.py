"""A bureau's list: given with its ground, tried as a whole, taken in with progress."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
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
from knowledge.bureau_lists import Column, Entry, ListError, Wrong
from knowledge.library import Library
from knowledge.names import Programme, Region
from knowledge.spreadsheets import SheetError

router = APIRouter(prefix="/console/lists", include_in_schema=False)
Field = Annotated[str, Form()]
WRONG = labels.notice("wrong_list")
UNREADABLE = labels.notice("unreadable_list")
# A part is one transaction: others may write between two of them.
PART = 200
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
    """Read a list and name every wrong row; nothing of it is taken in. Given again it goes on."""
    content = file.file.read(spreadsheets.MOST_BYTES + 1)
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.IMPORT_HOUSEHOLDS, Row(region=region))
        given = Given(file.filename or "", content, source, basis, region)
        try:
            listed = list_imports.begin(session, given, by=me.operator.id, now=now)
        except CaseError:
            session.rollback()
            return _lists(session, edge, me, now=now, notice=WRONG)
        audit.record(session, me.operator.id, "gave list", listed.id, now=now)
        me_id, listed_id = me.operator.id, listed.id
    try:
        _read_all(edge, listed_id, content)
    except (ListError, SheetError):
        return _unreadable(request, edge, listed_id, me_id, now=now)
    return visit.to(f"/console/lists/{listed_id}")


@router.get("/{import_id}")
def one(request: Request, edge: EdgeOf, now: Now, import_id: str) -> HTMLResponse:
    """One list: its wrong rows by line, or how far it has come."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        listed = _find(session, me, import_id)
        wrong = list_imports.wrong(session, listed, limit=SHOWN)
        values = {"listed": listed, "wrong": wrong, "shown": SHOWN}
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


def _read_all(edge: Edge, import_id: str, content: bytes) -> None:
    with edge.store.read() as session:
        listed = list_imports.find(session, import_id)
        if listed.state != list_imports.ImportState.READING:
            return
        behind = list_imports.last_line(session, listed)
    read = _entries(edge.helpline.library(), content)
    rest = (row for row in read if row.line > behind)
    while part := list(islice(rest, PART)):
        with edge.store.write() as session:
            list_imports.keep(session, list_imports.find(session, import_id), part)
    with edge.store.write() as session:
        list_imports.close(session, list_imports.find(session, import_id))


def _entries(library: Library, content: bytes) -> Iterator[Entry | Wrong]:
    found = spreadsheets.rows(content)
    first = next(found, None)
    if first is None:
        raise ListError("The list is empty; give one with a heading.")
    where: Mapping[int, Column] = bureau_lists.columns(first[1])
    programmes = _programmes(library)
    for line, cells in found:
        yield bureau_lists.read(line, cells, where, programmes)


def _programmes(library: Library) -> Mapping[str, Programme]:
    names: dict[str, Programme] = {}
    for one in Programme:
        entry = library.labels["programmes"][one]
        for name in (entry.name, entry.short, *entry.aliases):
            if name:
                names.setdefault(name, one)
    return names


def _unreadable(
    request: Request, edge: Edge, import_id: str, me_id: str, *, now: datetime
) -> Response:
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        list_imports.drop(session, list_imports.find(session, import_id))
        audit.record(session, me_id, "list was unreadable", import_id, now=now)
        return _lists(session, edge, me, now=now, notice=UNREADABLE)


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
