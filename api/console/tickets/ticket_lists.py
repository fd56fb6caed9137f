"""The lists of tickets: whose turn, what is late, found by words; sent on together, counted."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field, field_validator
from starlette.responses import HTMLResponse, Response

from api import spreadsheets
from api.auth import Staff
from api.console import labels, visit
from api.console.tickets import sending_on, ticket_table
from api.edge import Edge, EdgeOf, Now
from cases import audit, permissions
from cases.database import Session
from cases.figures import workloads
from cases.figures.workloads import By
from cases.permissions import Action
from cases.ticket_rules.lifecycle import State
from cases.tickets import history, tickets, worklists
from cases.tickets.worklists import Wanted, Which
from knowledge.names import Category, Matter, Priority, Region

router = APIRouter(prefix="/console/tickets", include_in_schema=False)
Text = Annotated[str, Form()]
FURTHEST_PAGE = 2000
MOST_EXPORTED = 10_000


class Asked(BaseModel, frozen=True):
    """Which list is asked for, as it stands in the address."""

    list: Which = Which.MINE
    q: str = Field(default="", max_length=100)
    region: Region | None = None
    matter: Matter | None = None
    unit: str = Field(default="", max_length=100)
    state: State | None = None
    priority: Priority | None = None
    category: Category | None = None
    page: int = Field(default=1, ge=1, le=FURTHEST_PAGE)

    @field_validator("region", "matter", "state", "priority", "category", mode="before")
    @classmethod
    def _nothing_chosen(cls, sent: object) -> object:
        return sent or None

    @property
    def narrowed(self) -> bool:
        """Whether more than a list and words is asked for."""
        chosen = (self.region, self.matter, self.unit, self.state, self.priority, self.category)
        return any(chosen)

    def wanted(self) -> Wanted:
        """The same for the case store."""
        return Wanted(
            which=self.list,
            words=self.q.strip(),
            region=self.region,
            matter=self.matter,
            unit=self.unit.strip() or None,
            state=self.state,
            priority=self.priority,
            category=self.category,
        )

    def address(self, **other: object) -> str:
        """The query of this list, or of one that differs in something."""
        asked = {**self.model_dump(exclude_defaults=True), "page": 1, **other}
        return urlencode({name: str(value) for name, value in asked.items() if value})


Query_ = Annotated[Asked, Query()]


@router.get("")
def lists(request: Request, edge: EdgeOf, now: Now, asked: Query_) -> HTMLResponse:
    """One page of a list, what is late first."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.LIST_TICKETS)
        return _page(session, edge, me, asked, now=now)


@router.post("/refer")
def refer(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    unit: Text = "",
    reason: Text = "",
    csrf: Text = "",
    ticket: Annotated[list[str], Form()] = [],  # noqa: B006
) -> Response:
    """Send several on to one unit; each for itself, so that one refusal holds up no other."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.REFER_TICKET)
    done = sending_on.refer(
        edge, me.operator, ticket, unit=unit.strip(), reason=reason.strip(), now=now
    )
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        notice = labels.notice("sent_together").format(done=len(done.done), left=len(done.left))
        named = labels.notice("sent_not").format(numbers="、".join(done.left)) if done.left else ""
        return _page(session, edge, me, Asked(), now=now, notice=notice + named)


@router.get("/overview")
def overview(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """How many stand where, per unit and matter; each number leads to its list."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.OVERSEE_TICKET)
        audit.record(session, me.operator.id, "counted tickets", "", now=now)
        values = {
            "loads": workloads.count(session, me.operator, now=now),
            "by_unit": By.UNIT,
            "columns": ("open", "late", "sent_back", "waiting", "unsatisfied"),
            "may_export": permissions.may(me.operator, Action.EXPORT_TICKETS),
        }
        return visit.page(session, edge, me, "tickets-overview.html", values, now=now)


@router.get("/export.{kind}")
def export(
    request: Request, edge: EdgeOf, now: Now, kind: spreadsheets.Kind, asked: Query_
) -> Response:
    """The list as a table: no story, nobody's name, and nothing that is one person's alone."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.EXPORT_TICKETS)
        found = worklists.page(session, me.operator, asked.wanted(), size=MOST_EXPORTED, now=now)
        open_ones = [one for one in found.tickets if not tickets.only_by_secret(one)]
        names = visit.Names(edge.helpline.library(), session)
        rows = ticket_table.rows(session, open_ones, names)
        subject = f"{len(rows)} rows as {kind}"
        audit.record(session, me.operator.id, "exported tickets", subject, now=now)
    return spreadsheets.response(kind, "tickets", ticket_table.head(), rows)


def _page(  # noqa: PLR0913
    session: Session, edge: Edge, me: Staff, asked: Asked, *, now: datetime, notice: str = ""
) -> HTMLResponse:
    found = worklists.page(session, me.operator, asked.wanted(), number=asked.page, now=now)
    audit.record(session, me.operator.id, "listed tickets", str(asked.list), now=now)
    words = history.openings(session, found.tickets)
    values = {
        "asked": asked,
        "which": asked.list,
        "lists": _lists(me),
        "rows": [(ticket, words.get(ticket.id, "")) for ticket in found.tickets],
        "more": found.more,
        "notice": notice,
        "filters": _filters(),
        "units": _units(edge, me),
        "may_refer": permissions.may(me.operator, Action.REFER_TICKET),
        "may_oversee": permissions.may(me.operator, Action.OVERSEE_TICKET),
        "may_export": permissions.may(me.operator, Action.EXPORT_TICKETS),
    }
    return visit.page(session, edge, me, "tickets.html", values, now=now)


def _lists(me: Staff) -> Sequence[Which]:
    if permissions.may(me.operator, Action.OVERSEE_TICKET):
        return list(Which)
    return [which for which in Which if which is not Which.UNSATISFIED]


def _filters() -> Mapping[str, Sequence[str]]:
    return {
        "matter": list(Matter),
        "state": list(State),
        "priority": list(Priority),
        "category": list(Category),
    }


def _units(edge: Edge, me: Staff) -> Sequence[str]:
    """The units that this account's region knows; of all regions where it has none."""
    known = edge.helpline.library().units
    regions = [me.operator.region] if me.operator.region else list(known)
    named = [row for region in regions for row in _matters(edge, region)]
    return sorted({unit for row in named for unit in row})


def _matters(edge: Edge, region: str) -> Sequence[Sequence[str]]:
    here = edge.helpline.library().units.get(Region(region))
    rows = [] if here is None else here.matters.values()
    return [[unit for unit in (row.lead, *row.joint) if unit] for row in rows]
