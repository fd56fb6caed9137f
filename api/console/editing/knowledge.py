"""The knowledge as editors and operators look at it: try a question, browse, read one entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from api.auth import Staff
from api.console import visit
from api.console.editing import beside, compared, editorial
from api.edge import Edge, EdgeOf, Now
from api.pages import LOCAL
from cases import permissions
from cases.database import Session
from cases.editing import drafts, publications
from cases.errors import UnknownError
from cases.operators import Operator
from cases.permissions import Action, Row
from knowledge import answers, differences, editions
from knowledge.answers import PolicyAnswer
from knowledge.editions import Body, Kind
from knowledge.finder import Match
from knowledge.library import Library
from knowledge.names import Programme, Region
from knowledge.normalise import normalise
from knowledge.search import Hit

router = APIRouter(prefix="/console/knowledge", include_in_schema=False)
LONGEST_QUESTION = 200
NEAREST = 5
UNKNOWN = "There is no such entry."


@dataclass(frozen=True)
class Tried:
    """A question with its answer, and why it is that one."""

    question: str
    answer: PolicyAnswer
    guides: Sequence[Match]
    found: Sequence[Hit]
    titles: Mapping[str, str]


@router.get("")
def browse(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    q: Annotated[str, Query(max_length=LONGEST_QUESTION)] = "",
    region: str = "",
    on: str = "",
    kind: Kind = Kind.GUIDE,
    programme: str = "",
) -> HTMLResponse:
    """Try a question as residents do, and browse by region, kind and programme."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_KNOWLEDGE)
    # An empty or unknown choice of the form means that nothing was chosen.
    day = _day(on) or local_day(now)
    place = Region(region) if region in set(Region) else None
    about = Programme(programme) if programme in set(Programme) else None
    library = edge.helpline.shelf.of_day(day)
    shelf = beside.Section(kind, place, about)
    tried = None
    if q.strip():
        tried = try_question(edge, library, q.strip(), region=place, on=day, now=now)
    values = {
        "tried": tried,
        "trying": library,
        "on": day,
        "shelf": shelf,
        "entries": beside.listed(library, shelf),
        "kinds": [one for one in Kind if one not in editions.OWN_PAGE],
        "regions": list(Region),
        "programmes": list(Programme),
    }
    with edge.store.read() as session:
        news = {
            "drafts": [
                row for row in drafts.open_ones(session) if _may_edit(me.operator, row.region)
            ],
            "published": publications.newest(session, limit=10),
        }
        return page(session, edge, me, "knowledge.html", {**values, **news}, now=now)


@router.get("/entries/{kind}/{subject:path}")
def one(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    kind: Kind,
    subject: str,
    version: Annotated[int | None, Query(ge=0)] = None,
    against: Annotated[int | None, Query(ge=0)] = None,
) -> HTMLResponse:
    """One entry as residents see it, with its source; any version, and what differs."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_KNOWLEDGE)
    library, shipped = edge.helpline.library(), edge.helpline.shelf.shipped()
    with edge.store.read() as session:
        history = publications.history(session, kind, subject)
        bodies: dict[int, Body] = {row.version: row.body for row in history}
        bodies[0] = editions.body_of(shipped, kind, subject) or editions.AS_SHIPPED
        current = editions.body_of(library, kind, subject)
        body = current if version is None else bodies.get(version)
        if body is None or (not body and not history):
            raise UnknownError(UNKNOWN)
        values = {
            "kind": kind,
            "subject": subject,
            "body": body or bodies[0],
            "version": version,
            "history": history,
            "current": library.versions.get(f"{kind} {subject}", 0),
            "compared": _compared(library, bodies, against, body),
            "against": against,
            "region": editions.region_of(library, kind, subject, body or bodies[0]),
            "draft": drafts.open_of(session, kind, subject),
            "on": local_day(now),
            "beside": beside.of(library, kind, subject, local_day(now)),
        }
        values["may_edit"] = _may_edit(me.operator, values["region"])
        return page(session, edge, me, "entry.html", values, now=now)


def page(  # noqa: PLR0913
    session: Session,
    edge: Edge,
    me: Staff,
    template: str,
    values: Mapping[str, object],
    *,
    now: datetime,
    status: int = 200,
) -> HTMLResponse:
    """A page of the knowledge, which knows how kinds and fields are called."""
    framed = {"words": editorial.load(), "name_of": editorial.name_of, **values}
    return visit.page(session, edge, me, template, framed, now=now, status=status)


def try_question(  # noqa: PLR0913
    edge: Edge,
    library: Library,
    question: str,
    *,
    region: Region | None,
    on: date,
    now: datetime,
) -> Tried:
    """The answer that a resident would get, with the guides and the clauses that came near."""
    said = edge.helpline.interpreter.read(question, now=now)
    answer = answers.answer(
        library, said.text, region=region, on=on, programme=said.programme, aspect=said.aspect
    )
    text = normalise(said.text).text
    place = library.cues.region(text) or region
    near = library.finder.matches(
        text, region=None if place is Region.NATIONAL else place, programme=said.programme
    )
    found = library.index.find(text, NEAREST)
    return Tried(question, answer, near[:NEAREST], found, _titles(library, answer.region))


def _titles(library: Library, region: Region) -> Mapping[str, str]:
    """How guides are called: the region's own before those of the nation."""
    return {
        name: guide.title
        for where in (Region.NATIONAL, region)
        for (place, name), guide in library.guides.items()
        if place is where
    }


def local_day(now: datetime) -> date:
    """The day in China at this instant."""
    return now.astimezone(LOCAL).date()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _may_edit(operator: Operator, region: object) -> bool:
    return permissions.may(operator, Action.EDIT_KNOWLEDGE, Row(region=str(region)))


def _compared(
    library: Library, bodies: Mapping[int, Body], against: int | None, body: Body
) -> Sequence[differences.Line] | None:
    if against is None or against not in bodies:
        return None
    return compared.between(library, bodies[against], body)
