"""What residents asked in vain: grouped, masked, answered with a draft or put aside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import visit
from api.console.editing import drafting, editorial, knowledge
from api.edge import Edge, EdgeOf, Now
from cases import audit, keys, permissions
from cases.database import Session
from cases.editing import drafts, questions
from cases.editing.drafts import Draft
from cases.editing.questions import Question
from cases.permissions import Action, Row
from knowledge import editions, grouping
from knowledge.editions import Body, Kind
from knowledge.library import Library
from knowledge.names import Region
from knowledge.normalise import normalise
from nlu import masking

router = APIRouter(prefix="/console/knowledge/questions", include_in_schema=False)
Field = Annotated[str, Form()]
MOST_QUESTIONS = 500
NEW = "new"


@dataclass(frozen=True)
class Asked:
    """One question as editors may read it."""

    id: str
    why: str
    text: str
    region: str | None
    at: datetime


@dataclass(frozen=True)
class Group:
    """Questions that ask the same, and the guide that comes nearest to the first."""

    asked: Sequence[Asked]
    nearest: str | None

    @property
    def variants(self) -> Sequence[str]:
        """The different ways in which it was asked."""
        return list(dict.fromkeys(one.text for one in self.asked))


@router.get("")
def lists(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """The groups, the largest first."""
    # permissions are asked in _page, for the list and for the form that was not right.
    return _page(request, edge, now)


@router.post("/answer")
def answer(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    ids: Annotated[list[str], Form()],
    guide: Field = "",
    csrf: Field = "",
) -> Response:
    """Open a draft that has these questions among the ways of asking."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.EDIT_KNOWLEDGE)
        asked = [one for one in _open(session, me) if one.id in set(ids)]
        subject = _subject(guide)
        draft = None
        if asked and subject is not None:
            region = Region(subject.partition("/")[0])
            permissions.require(me.operator, Action.EDIT_KNOWLEDGE, Row(region=region))
            draft = _answered(session, edge.helpline.library(), me, subject, asked, now=now)
            audit.record(session, me.operator.id, "answered questions", draft.id, now=now)
    if draft is None:
        return _page(request, edge, now, editorial.notice("choose_guide"))
    return visit.to(f"{drafting.DRAFTS}/{draft.id}")


@router.post("/done")
def done(
    request: Request,
    edge: EdgeOf,
    now: Now,
    ids: Annotated[list[str], Form()],
    csrf: Field = "",
) -> Response:
    """Put a group aside: nothing is to be written for it."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.EDIT_KNOWLEDGE)
        mine = {one.id for one in _open(session, me)}
        questions.settle(session, mine & set(ids), now=now)
        audit.record(session, me.operator.id, "settled questions", str(len(ids)), now=now)
    return visit.to("/console/knowledge/questions")


def _page(request: Request, edge: Edge, now: datetime, notice: str = "") -> HTMLResponse:
    library = edge.helpline.library()
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.EDIT_KNOWLEDGE)
        asked = list(_open(session, me))
    guides = [
        (f"{region}/{name}", guide.title, region)
        for (region, name), guide in library.guides.items()
        if permissions.may(me.operator, Action.EDIT_KNOWLEDGE, Row(region=region))
    ]
    values = {
        "groups": _groups(library, asked),
        "count": len(asked),
        "guides": guides,
        "regions": [
            region
            for region in Region
            if permissions.may(me.operator, Action.EDIT_KNOWLEDGE, Row(region=region))
        ],
        "notice": notice,
    }
    with edge.store.read() as session:
        status = 422 if notice else 200
        return knowledge.page(session, edge, me, "questions.html", values, now=now, status=status)


def rows_for(session: Session, me: Staff) -> Sequence[Question]:
    """What is not settled in the account's reach, the newest first."""
    reach = {None, me.operator.region}
    rows = questions.unsettled(session, limit=MOST_QUESTIONS)
    return [row for row in rows if me.operator.region is None or row.region in reach]


def _open(session: Session, me: Staff) -> Iterator[Asked]:
    """The same, masked, as far as it may still be read."""
    for row in rows_for(session, me):
        text = questions.text_of(session, row)
        if text is not None:
            yield Asked(row.id, row.why, masking.mask(text), row.region, row.at)


def _groups(library: Library, asked: Sequence[Asked]) -> Sequence[Group]:
    found = []
    for group in grouping.groups([one.text for one in asked]):
        members = [asked[at] for at in group]
        found.append(Group(members, _nearest(library, members[0])))
    return found


def _nearest(library: Library, one: Asked) -> str | None:
    region = None if one.region is None else Region(one.region)
    near = library.finder.matches(normalise(one.text).text, region=region)
    names = (f"{place}/{near[0].guide}" for place in (Region.NATIONAL, region) if place)
    known = {f"{place}/{name}" for place, name in library.guides}
    return next((name for name in names if name in known), None)


def _subject(guide: str) -> str | None:
    """The guide that was chosen; `new/REGION` begins another one."""
    first, _, rest = guide.partition("/")
    if first == NEW and rest in set(Region):
        return f"{rest}/topic-{keys.new_id()[:8].lower()}"
    return guide if first in set(Region) and rest else None


def _answered(  # noqa: PLR0913
    session: Session,
    library: Library,
    me: Staff,
    subject: str,
    asked: Sequence[Asked],
    *,
    now: datetime,
) -> Draft:
    """The draft of that guide, begun or gone on with, that has these ways of asking."""
    variants = list(dict.fromkeys(one.text for one in asked))
    ids, author = [one.id for one in asked], me.operator.id
    draft = drafts.open_of(session, Kind.GUIDE, subject)
    if draft is not None:
        body = _with(draft.body, variants)
        return drafts.answer_more(session, draft, body, ids, author=author, now=now)
    return drafts.begin(
        session,
        kind=Kind.GUIDE,
        subject=subject,
        region=Region(subject.partition("/")[0]),
        body=_with(_guide(library, subject, variants[0]), variants),
        settles=ids,
        author=author,
        now=now,
    )


def _guide(library: Library, subject: str, title: str) -> Body:
    region, _, name = subject.partition("/")
    new: Body = {"id": name, "region": region, "title": title, "money": False}
    return editions.body_of(library, Kind.GUIDE, subject) or new


def _with(body: Body, variants: Sequence[str]) -> Body:
    asks = body.get("asks")
    known = [str(one) for one in asks] if isinstance(asks, list) else []
    return {**body, "asks": list(dict.fromkeys((*known, *variants)))}
