"""The service list on a page: what an item tells, and that a second person publishes it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import labels, second_person, visit
from api.console.second_person import Thing
from api.edge import Edge, EdgeOf, Now
from api.pages import LOCAL
from cases import keys, permissions
from cases.database import Session
from cases.editing import drafts, publications
from cases.editing.drafts import Draft
from cases.errors import StaleError, UnknownError
from cases.permissions import Action
from knowledge import editions, publishing
from knowledge.editions import Edition, EditionError, Kind
from knowledge.names import Region
from knowledge.needs import Category, Payer, Service, ServiceList

router = APIRouter(prefix="/console/services", include_in_schema=False)
Field = Annotated[str, Form()]
Seen = Annotated[int, Form()]
Short = Annotated[str, Form(max_length=40)]
Long = Annotated[str, Form(max_length=400)]
BETWEEN = re.compile(r"[、，,;；\s]+")


class ServiceForm(BaseModel):
    """One item as it is typed. `needs` are pairs `dimension:grade`; `seen` is the revision of the
    draft that was open."""

    name: Short = ""
    category: Category = Category.CARE
    aliases: Long = ""
    for_whom: Long = ""
    standard: Long = ""
    provider: Long = ""
    payer: Payer = Payer.UNKNOWN
    clause: Annotated[str, Form(max_length=100)] = ""
    needs: Annotated[list[str], Form(max_length=20)] = []
    offered: bool = True
    seen: int = 0
    csrf: str = ""

    def body(self, service_id: str, document: str) -> dict[str, object]:
        """The item as it stands in a file; what was left empty is left out."""
        graded = [pair.partition(":") for pair in self.needs]
        told = {"for_whom": self.for_whom, "standard": self.standard, "provider": self.provider}
        return {
            "id": service_id,
            "category": self.category,
            "name": self.name.strip(),
            "aliases": [word for word in BETWEEN.split(self.aliases) if word],
            "needs": {about: int(grade) for about, _, grade in graded if grade.isdecimal()},
            **{name: said.strip() for name, said in told.items() if said.strip()},
            "payer": self.payer,
            "offered": self.offered,
            "cite": {"document": document, "clause": self.clause.strip()},
        }


@dataclass(frozen=True)
class _Item:
    """One item of a region's list, there already or new."""

    services: ServiceList
    id: str

    @property
    def thing(self) -> Thing:
        return Thing(Kind.SERVICE, self.services.region, self.id, "service")

    @property
    def now(self) -> Service | None:
        return self.services.service(self.id)

    @property
    def address(self) -> str:
        return f"/console/services/{self.thing.subject}"


@router.get("")
def lists(
    request: Request, edge: EdgeOf, now: Now, region: Annotated[str, Query()] = ""
) -> HTMLResponse:
    """The list of a region, item by item, with what still waits for a second person."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_KNOWLEDGE)
        known = edge.helpline.library().rules.services
        where = _chosen(region or me.operator.region or "", known)
        listed = known.get(where)
        row = None if listed is None else Thing(Kind.SERVICE, where, "", "service").row
        values = {
            "region": where,
            "regions": list(known),
            "listed": listed,
            "waiting": _waiting(session, where),
            "may_edit": row is not None
            and permissions.may(me.operator, Action.EDIT_KNOWLEDGE, row),
        }
        return visit.page(session, edge, me, "services.html", values, now=now)


@router.get("/{region}/new")
def blank(request: Request, edge: EdgeOf, now: Now, region: str) -> HTMLResponse:
    """An empty form for an item that is not on the list yet."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        item = _Item(_services(edge, region), f"own-{keys.new_id()[:8]}")
        permissions.require(me.operator, Action.EDIT_KNOWLEDGE, item.thing.row)
        return _page(session, edge, me, item, now=now)


@router.get("/{region}/{service}")
def one(request: Request, edge: EdgeOf, now: Now, region: str, service: str) -> HTMLResponse:
    """One item: how it stands, the draft that waits, what was published."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_KNOWLEDGE)
        item = _known(session, edge, region, service)
        return _page(session, edge, me, item, now=now)


@router.post("/{region}/{service}")
def enter(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    region: str,
    service: str,
    form: Annotated[ServiceForm, Form()],
) -> Response:
    """Write an item into its draft; nothing is published by it."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        item = _Item(_services(edge, region), service)
        second_person.opened(session, me, item.thing, Action.EDIT_KNOWLEDGE)
        body = form.body(service, item.services.document)
        try:
            _check(edge, item, body)
        except EditionError as error:
            said = labels.load()["service_fault"].get(error.field.partition(".")[0])
            notice = said or labels.load()["service_fault"]["other"]
            return _page(session, edge, me, item, now=now, notice=notice, typed=form)
        second_person.keep(session, me, item.thing, body, seen=form.seen, now=now)
    return visit.to(item.address)


@router.post("/{region}/{service}/remove")
def remove(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    region: str,
    service: str,
    seen: Seen = 0,
    csrf: Field = "",
) -> Response:
    """Draft that the item stands again as it was shipped; one of our own is taken off."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        item = _known(session, edge, region, service)
        second_person.opened(session, me, item.thing, Action.EDIT_KNOWLEDGE)
        second_person.keep(session, me, item.thing, editions.AS_SHIPPED, seen=seen, now=now)
    return visit.to(item.address)


@router.post("/{region}/{service}/publish")
def publish(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    region: str,
    service: str,
    seen: Seen = 0,
    csrf: Field = "",
) -> Response:
    """The second person publishes; from then on needs are matched with it."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        item = _known(session, edge, region, service)
        draft = second_person.opened(session, me, item.thing, Action.PUBLISH_KNOWLEDGE)
        if draft is None:
            raise StaleError(second_person.GONE)
        _check(edge, item, draft.body)
        second_person.publish(
            session, me, item.thing, draft, seen=seen, effective=_today(now), now=now
        )
    edge.helpline.shelf.look()
    return visit.to(item.address)


@router.post("/{region}/{service}/drop")
def drop(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    region: str,
    service: str,
    seen: Seen = 0,
    csrf: Field = "",
) -> Response:
    """Give the draft up; what is published stays."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        item = _known(session, edge, region, service)
        draft = second_person.opened(session, me, item.thing, Action.EDIT_KNOWLEDGE)
        second_person.drop(session, me, item.thing, draft, seen=seen, now=now)
    return visit.to(f"/console/services?region={item.services.region}")


def _page(  # noqa: PLR0913
    session: Session,
    edge: Edge,
    me: Staff,
    item: _Item,
    *,
    now: datetime,
    notice: str = "",
    typed: ServiceForm | None = None,
) -> HTMLResponse:
    draft = drafts.open_of(session, item.thing.kind, item.thing.subject)
    drafted = _drafted(draft)
    shown = drafted or item.now
    values: Mapping[str, object] = {
        **second_person.standing(session, me, item.thing),
        "item": item,
        "drafted": drafted,
        "form": typed or _as_typed(shown),
        "categories": list(Category),
        "payers": list(Payer),
        "notice": notice,
    }
    status = 422 if notice else 200
    return visit.page(session, edge, me, "service.html", values, now=now, status=status)


def _as_typed(service: Service | None) -> ServiceForm:
    """The form as it would be typed for this item; empty for a new one."""
    if service is None:
        return ServiceForm()
    return ServiceForm(
        name=service.name,
        category=service.category,
        aliases="、".join(service.aliases),
        for_whom=service.for_whom or "",
        standard=service.standard or "",
        provider=service.provider or "",
        payer=service.payer,
        clause=service.cite.clause,
        needs=[f"{dimension}:{grade.value}" for dimension, grade in service.needs.items()],
        offered=service.offered,
    )


def _drafted(draft: Draft | None) -> Service | None:
    """The item as the draft has it; None where there is none or it is to be as shipped."""
    if draft is None or not draft.body:
        return None
    return Service.model_validate(draft.body)


def _check(edge: Edge, item: _Item, body: Mapping[str, object]) -> None:
    edition = Edition(item.thing.kind, item.thing.subject, 0, body)
    publishing.check(edge.helpline.shelf.shipped(), (), edition)


def _waiting(session: Session, region: Region) -> Mapping[str, str]:
    """The open drafts of the region by id, with the name that each gives its item."""
    found: Sequence[Draft] = drafts.open_ones(session)
    return {
        draft.subject.partition("/")[2]: str(draft.body.get("name", ""))
        for draft in found
        if draft.kind == Kind.SERVICE and draft.region == region
    }


def _known(session: Session, edge: Edge, region: str, service: str) -> _Item:
    """An item that is on the list, drafted, or was published once. Raises UnknownError."""
    item = _Item(_services(edge, region), service)
    kind, subject = item.thing.kind, item.thing.subject
    if (
        item.now is not None
        or drafts.open_of(session, kind, subject) is not None
        or publications.newest_version(session, kind, subject)
    ):
        return item
    raise UnknownError("There is no such service.")


def _services(edge: Edge, region: str) -> ServiceList:
    known = edge.helpline.library().rules.services
    if region not in known:
        raise UnknownError("This region has no list of services.")
    return known[Region(region)]


def _chosen(region: str, known: Mapping[Region, ServiceList]) -> Region:
    """The region that was asked for, else the first that has a list."""
    if region in known:
        return Region(region)
    return next(iter(known), Region.NATIONAL)


def _today(now: datetime) -> date:
    return now.astimezone(LOCAL).date()
