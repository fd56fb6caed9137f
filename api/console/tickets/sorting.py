"""The page of a ticket's triage: what was suggested and why, and how it is sorted otherwise."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from api import casework
from api.auth import Staff
from api.console import visit
from api.edge import Edge, EdgeOf, Now
from cases import audit, permissions
from cases.database import Session
from cases.errors import CaseError, UnknownError
from cases.permissions import Action
from cases.tickets import notices, sortings, tickets, worklists
from cases.tickets.sortings import Sorting
from cases.tickets.tickets import Ticket
from knowledge import units
from knowledge.names import Category, Matter, Region

router = APIRouter(prefix="/console/tickets", include_in_schema=False)
Field = Annotated[str, Form(max_length=2000)]
WORDS = Path(__file__).parent / "sorting.toml"
# Codes behind a reason that the knowledge has names for.
NAMED = frozenset({"hazard", "programme"})


@router.get("/{number}/triage")
def triage(request: Request, edge: EdgeOf, now: Now, number: str) -> HTMLResponse:
    """What was suggested, why, what people made of it, and whom a law wants told."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_TICKET)
        ticket = casework.find(session, me.operator, Action.SEE_TICKET, number)
        audit.record(session, me.operator.id, "looked at triage", ticket.id, now=now)
        return _page(session, edge, me, ticket, now=now)


@router.post("/{number}/triage")
def correct(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    number: str,
    matter: Annotated[Matter, Form()],
    category: Annotated[Category, Form()],
    version: Annotated[int, Form()],
    unit: Field = "",
    reason: Field = "",
    csrf: Field = "",
    personal: Annotated[bool, Form()] = False,  # noqa: FBT002
) -> Response:
    """Sort it otherwise; the suggestion stays beside it."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.REFER_TICKET)
        ticket = casework.find_to_change(session, me.operator, Action.REFER_TICKET, number)
        where = units.responsible(edge.helpline.library(), matter, Region(ticket.region))
        better = Sorting(matter, category, unit.strip() or None, where.days, personal)
        refused = _refusal(session, me, ticket, better, reason.strip(), version, now=now)
        if refused:
            status = 409 if refused == "changed" else 422
            return _page(
                session, edge, me, ticket, now=now, notice=words()["notice"][refused], status=status
            )
    return visit.to(f"/console/tickets/{number}/triage")


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """The wording of this page and of the list of those to be told."""
    found: dict[str, dict[str, str]] = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return found


def _refusal(  # noqa: PLR0913, PLR0917
    session: Session,
    me: Staff,
    ticket: Ticket,
    better: Sorting,
    reason: str,
    version: int,
    *,
    now: datetime,
) -> str:
    """Which notice tells why it was not done; nothing when it was."""
    if ticket.version != version:
        return "changed"
    try:
        sortings.correct(session, ticket, better, reason=reason, by=me.operator.id, now=now)
    except UnknownError:
        return "accused"
    except CaseError:
        return "not_with_hotline" if reason else "no_reason"
    audit.record(session, me.operator.id, "sorted ticket otherwise", ticket.id, now=now)
    return ""


def _page(  # noqa: PLR0913
    session: Session,
    edge: Edge,
    me: Staff,
    ticket: Ticket,
    *,
    now: datetime,
    notice: str = "",
    status: int = 200,
) -> HTMLResponse:
    library = edge.helpline.library()
    row = worklists.row_of(ticket)
    here = library.units.get(Region(ticket.region))
    rows = () if here is None else here.matters.values()
    named = {unit for one in rows for unit in (one.lead, *one.joint) if unit}
    values = {
        "ticket": ticket,
        "suggested": sortings.suggestion(session, ticket),
        "reasons": sortings.reasons(session, ticket),
        "corrections": sortings.corrections(session, ticket),
        "owed": [
            (one, notices.receipt_of(session, one, ticket))
            for one in notices.of_ticket(session, ticket)
        ],
        "private": tickets.only_by_secret(ticket),
        "may_correct": permissions.may(me.operator, Action.REFER_TICKET, row)
        and ticket.state in sortings.WITH_HOTLINE,
        "matters": list(Matter),
        "categories": list(Category),
        "units": sorted(named - set(ticket.not_to)),
        "words": words(),
        "named": NAMED,
        "notice": notice,
    }
    return visit.page(session, edge, me, "triage.html", values, now=now, status=status)
