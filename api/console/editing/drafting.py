"""The road of an entry: begun from what stands there, written, published by a second person."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import visit
from api.console.editing import compared, editorial, fields, findings, knowledge
from api.edge import Edge, EdgeOf, Now
from api.errors import UnusableError
from cases import audit, keys, permissions
from cases.database import Session
from cases.editing import drafts, publications
from cases.editing.drafts import Draft, State
from cases.errors import ForbiddenError, StaleError, TakenError, UnknownError
from cases.permissions import Action, Row
from knowledge import differences, editions
from knowledge.editions import Body, Edition, EditionError, Kind
from knowledge.entries import Grade, Status
from knowledge.library import Library
from knowledge.names import Region

router = APIRouter(prefix="/console/knowledge", include_in_schema=False)
Field = Annotated[str, Form()]
Part = Annotated[int | None, Query(ge=0)]
DRAFTS = "/console/knowledge/drafts"


async def _sent(request: Request) -> FormData:
    return await request.form()


Sent = Annotated[FormData, Depends(_sent)]


@router.post("/drafts")
def begin(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    kind: Annotated[Kind, Form()],
    subject: Field = "",
    region: Field = "",
    document: Field = "",
    version: Annotated[int | None, Form()] = None,
    csrf: Field = "",
) -> Response:
    """Begin a draft: of what stands there, of an older version, or of something new."""
    shelf = edge.helpline.shelf
    named = subject or _new_subject(kind, region)
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.EDIT_KNOWLEDGE)
        if version is not None:
            body = _body_of_version(session, kind, named, version)
        else:
            present = editions.body_of(shelf.library(), kind, named)
            body = present or _new_body(kind, named, region, document)
        place = _region(shelf.library(), kind, named, body)
        _require(me, Action.EDIT_KNOWLEDGE, place)
        try:
            draft = drafts.begin(
                session,
                kind=kind,
                subject=named,
                region=place,
                body=body,
                author=me.operator.id,
                now=now,
            )
        except TakenError as taken:
            other = drafts.open_of(session, kind, named)
            return visit.to(f"{DRAFTS}/{other.id}" if other else str(taken))
        audit.record(session, me.operator.id, "began draft", draft.id, now=now)
    return visit.to(f"{DRAFTS}/{draft.id}")


@router.get("/drafts/{draft_id}")
def show(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    draft_id: str,
    part: Part = None,
    q: Annotated[str, Query(max_length=knowledge.LONGEST_QUESTION)] = "",
) -> HTMLResponse:
    """The draft beside its source, what it changes, and a question tried on it."""
    # permissions are asked in _page, for every way that shows a draft.
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        draft = _find(session, me, draft_id)
    return _page(edge, me, draft, now=now, part=part, question=q.strip())


@router.post("/drafts/{draft_id}")
def save(  # noqa: PLR0913, PLR0917
    request: Request, edge: EdgeOf, now: Now, draft_id: str, sent: Sent, part: Part = None
) -> Response:
    """Keep what was written; a draft may be unfinished, and is told what it still lacks."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, _text(sent, "csrf"), now=now)
        draft = _find(session, me, draft_id)
        form = _form(draft, part)
        body = fields.written(draft.body, form, _lists(sent))
        try:
            drafts.revise(
                session,
                draft_id,
                body,
                seen=_seen(sent),
                author=me.operator.id,
                now=now,
            )
        except StaleError:
            fresh = drafts.find(session, draft_id)
            notice = f"{editorial.notice('stale')}{editorial.notice('kept')}"
            lost = compared.between(edge.helpline.library(), fresh.body, body)
            return _page(edge, me, fresh, now=now, part=part, notice=notice, lost=lost)
    wrong = _wrong(edge, draft, knowledge.local_day(now))
    notice = editorial.notice("saved") if wrong is None else _told(edge, wrong, "wrong_draft")
    return _page(edge, me, draft, now=now, part=part, notice=notice)


@router.post("/drafts/{draft_id}/publish")
def publish(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    draft_id: str,
    revision: Annotated[int, Form()],
    effective: Field = "",
    csrf: Field = "",
) -> Response:
    """Publish what a colleague wrote, with the day from which it counts."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        draft = _find(session, me, draft_id)
        _require(me, Action.PUBLISH_KNOWLEDGE, Region(draft.region))
    day = _day(effective)
    if day is None:
        return _page(edge, me, draft, now=now, notice=editorial.notice("wrong_day"), status=422)
    if (wrong := _wrong(edge, draft, day)) is not None:
        return _page(edge, me, draft, now=now, notice=_told(edge, wrong), status=422)
    try:
        with edge.store.write() as session:
            row = drafts.publish(
                session,
                draft_id,
                seen=revision,
                effective=day,
                published_by=me.operator.id,
                now=now,
            )
            what = f"{row.kind} {row.subject} {row.version}"
            audit.record(session, me.operator.id, "published knowledge", what, now=now)
    except ForbiddenError:
        return _page(edge, me, draft, now=now, notice=editorial.notice("own_draft"), status=403)
    except StaleError:
        with edge.store.read() as session:
            fresh = drafts.find(session, draft_id)
        return _page(edge, me, fresh, now=now, notice=editorial.notice("stale"), status=409)
    edge.helpline.shelf.look()
    return visit.to(f"/console/knowledge/entries/{draft.kind}/{draft.subject}")


@router.post("/drafts/{draft_id}/drop")
def drop(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    draft_id: str,
    revision: Annotated[int, Form()],
    csrf: Field = "",
) -> Response:
    """Give the draft up; what is published stays as it is."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        draft = _find(session, me, draft_id)
        _require(me, Action.EDIT_KNOWLEDGE, Region(draft.region))
        drafts.drop(session, draft_id, seen=revision, now=now)
        audit.record(session, me.operator.id, "dropped draft", draft_id, now=now)
    return visit.to("/console/knowledge")


def _page(  # noqa: PLR0913
    edge: Edge,
    me: Staff,
    draft: Draft,
    *,
    now: datetime,
    part: int | None = None,
    question: str = "",
    notice: str = "",
    lost: Sequence[differences.Line] = (),
    status: int = 200,
) -> HTMLResponse:
    permissions.require(me.operator, Action.EDIT_KNOWLEDGE, Row(region=draft.region))
    day = knowledge.local_day(now)
    kind = Kind(draft.kind)
    present = editions.body_of(edge.helpline.library(), kind, draft.subject) or {}
    wrong = _wrong(edge, draft, day) if draft.state == State.OPEN else None
    tried, found = None, list[str]()
    if draft.state == State.OPEN and wrong is None:
        library = edge.helpline.shelf.with_edition(_edition(draft), day)
        found = findings.arising(edge.helpline.library(), library, day)
        if question:
            place = Region(draft.region)
            tried = knowledge.try_question(edge, library, question, region=place, on=day, now=now)
    values: Mapping[str, object] = {
        "draft": draft,
        "kind": kind,
        "form": _form(draft, part),
        "value_of": fields.value_of,
        "parts": _parts(draft),
        "part": part,
        "source": _source(draft, part),
        "changes": compared.between(edge.helpline.library(), present, draft.body),
        "wrong": None if wrong is None else _told(edge, wrong),
        "findings": found,
        "tried": tried,
        "trying": edge.helpline.library(),
        "question": question,
        "lost": lost,
        "mine": draft.author == me.operator.id,
        "open": draft.state == State.OPEN,
        "on": day,
        "notice": notice,
    }
    with edge.store.read() as session:
        return knowledge.page(session, edge, me, "draft.html", values, now=now, status=status)


def _find(session: Session, me: Staff, draft_id: str) -> Draft:
    permissions.require(me.operator, Action.EDIT_KNOWLEDGE)
    if not draft_id.isalnum():
        raise UnknownError("There is no such draft.")
    draft = drafts.find(session, draft_id)
    if not permissions.may(me.operator, Action.EDIT_KNOWLEDGE, Row(region=draft.region)):
        raise UnknownError("There is no such draft.")
    return draft


def _require(me: Staff, action: Action, region: Region) -> None:
    permissions.require(me.operator, action, Row(region=region))


def _edition(draft: Draft) -> Edition:
    return Edition(Kind(draft.kind), draft.subject, draft.based_on + 1, draft.body)


def _wrong(edge: Edge, draft: Draft, on: date) -> EditionError | None:
    try:
        edge.helpline.shelf.check(_edition(draft), on)
    except EditionError as error:
        return error
    return None


def _told(edge: Edge, error: EditionError, notice: str = "wrong") -> str:
    where = compared.field(edge.helpline.library(), error.field)
    return editorial.wrong(error, where, notice)


def _form(draft: Draft, part: int | None) -> Sequence[fields.Section]:
    if part is not None and part < len(_parts(draft)):
        return fields.part(part)
    return fields.sections(Kind(draft.kind), draft.body)


def _parts(draft: Draft) -> Sequence[Mapping[str, object]]:
    """The clauses of a document that is being prepared."""
    clauses = draft.body.get("clauses")
    return [one for one in clauses if isinstance(one, Mapping)] if isinstance(clauses, list) else []


def _source(draft: Draft, part: int | None) -> str:
    """The words of the document that was imported, for the clause that is being written."""
    parts = _parts(draft)
    if part is None or part >= len(parts):
        return ""
    return draft.sources.get(str(parts[part].get("id", "")), "")


def _body_of_version(session: Session, kind: Kind, subject: str, version: int) -> Body:
    """The entry as it was in that version; 0 is as it was shipped."""
    if version == 0:
        return editions.AS_SHIPPED
    for row in publications.history(session, kind, subject):
        if row.version == version:
            return row.body
    raise UnknownError("There is no such version.")


def _new_subject(kind: Kind, region: str) -> str:
    name = f"{kind}-{keys.new_id()[:8].lower()}"
    return f"{region}/{name}" if kind in editions.REGIONAL else name


def _new_body(kind: Kind, subject: str, region: str, document: str) -> Body:
    """What a new entry begins with; the rest is written in the form."""
    match kind:
        case Kind.GUIDE:
            place, _, name = subject.partition("/")
            return {"id": name, "region": place, "title": ""}
        case Kind.CLAUSE:
            return {"id": subject, "document": document}
        case Kind.HOTLINE:
            return {"id": subject, "region": region, "grade": Grade.B}
        case Kind.PLACE:
            return {"id": subject, "region": region}
        case _:
            return {"id": subject, "region": region, "status": Status.IN_FORCE, "grade": Grade.B}


def _region(library: Library, kind: Kind, subject: str, body: Body) -> Region:
    try:
        return editions.region_of(library, kind, subject, body)
    except EditionError as error:
        raise UnusableError(str(error)) from error


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _text(sent: FormData, name: str) -> str:
    value = sent.get(name)
    return value if isinstance(value, str) else ""


def _seen(sent: FormData) -> int:
    text = _text(sent, "revision")
    return int(text) if text.isdigit() else 0


def _lists(sent: FormData) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value)
    return found
