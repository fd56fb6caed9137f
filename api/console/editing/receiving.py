"""The page where a document is given in: read into a draft, its own words kept beside it."""

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import visit
from api.console.editing import drafting, editorial, knowledge
from api.edge import Edge, EdgeOf, Now
from cases import audit, keys, permissions
from cases.editing import drafts
from cases.editing.drafts import Draft
from cases.permissions import Action, Row
from knowledge import importing
from knowledge.editions import Kind
from knowledge.entries import Grade, Status
from knowledge.importing import Draft as Read
from knowledge.names import Region
from knowledge.unreadable import ImportingError, Trouble

router = APIRouter(prefix="/console/knowledge/import", include_in_schema=False)
LONGEST_NAME = 100
LARGEST = 10 * 1024 * 1024


@router.get("")
def ask(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """The form: a file and the region that it binds."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.EDIT_KNOWLEDGE)
    return _page(edge, me, now=now)


@router.post("")
def receive(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    region: Annotated[Region, Form()],
    file: Annotated[UploadFile | str, File()] = "",
    csrf: Annotated[str, Form()] = "",
) -> Response:
    """Read the file into a draft; a file that cannot be read is told why, and nothing is kept."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.EDIT_KNOWLEDGE, Row(region=region))
    if isinstance(file, str) or not file.filename:
        return _page(edge, me, now=now, notice=editorial.not_imported("—", "nothing_chosen"))
    name = Path(file.filename.replace("\\", "/")).name[-LONGEST_NAME:]
    # Reading takes seconds for a long document; nothing is held open meanwhile.
    try:
        read = _read(file, name, region)
    except ImportingError as error:
        return _page(edge, me, now=now, notice=editorial.not_imported(name, error.trouble))
    if not read.clauses:
        return _page(edge, me, now=now, notice=editorial.not_imported(name, "no_clauses"))
    draft = _keep(edge, me, read, now=now)
    return visit.to(f"{drafting.DRAFTS}/{draft.id}")


def _read(file: UploadFile, name: str, region: Region) -> Read:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"document{Path(name).suffix.lower()}"
        content = file.file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ImportingError(f"{name}: is larger than 10 MB; split it", Trouble.TOO_LARGE)
        path.write_bytes(content)
        return importing.draft(path, region=region)


def _keep(edge: Edge, me: Staff, read: Read, *, now: datetime) -> Draft:
    subject = f"document-{keys.new_id()[:8].lower()}"
    ids = [f"{subject}-{at}" for at, _ in enumerate(read.clauses, start=1)]
    clauses = [
        {
            "id": clause_id,
            "number": clause.number,
            "heading": clause.heading or clause.number,
            "says": clause.text or clause.heading or clause.number,
        }
        for clause_id, clause in zip(ids, read.clauses, strict=True)
    ]
    head: Mapping[str, object] = {
        "id": subject,
        "title": read.title,
        "number": read.number,
        "region": read.region,
        "issued": _iso(read.issued),
        "valid_from": _iso(read.valid_from),
        "valid_until": _iso(read.valid_until),
        "status": Status.IN_FORCE,
        "grade": Grade.B,
    }
    body = {name: value for name, value in head.items() if value is not None}
    with edge.store.write() as session:
        draft = drafts.begin(
            session,
            kind=Kind.DOCUMENT,
            subject=subject,
            region=read.region,
            body={**body, "clauses": clauses},
            sources={
                clause_id: clause.text for clause_id, clause in zip(ids, read.clauses, strict=True)
            },
            author=me.operator.id,
            now=now,
        )
        audit.record(session, me.operator.id, "imported document", draft.id, now=now)
    return draft


def _page(edge: Edge, me: Staff, *, now: datetime, notice: str = "") -> HTMLResponse:
    regions = [
        region
        for region in Region
        if permissions.may(me.operator, Action.EDIT_KNOWLEDGE, Row(region=region))
    ]
    values = {"regions": regions, "notice": notice}
    status = 422 if notice else 200
    with edge.store.read() as session:
        return knowledge.page(session, edge, me, "import.html", values, now=now, status=status)


def _iso(day: object) -> str | None:
    return None if day is None else str(day)
