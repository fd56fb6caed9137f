"""How long what is kept, what is due, when it was last erased: numbers; and what is held back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from api import casework
from api.auth import Staff
from api.console import labels, visit
from api.edge import Edge, EdgeOf, Now
from api.pages import LOCAL
from cases import audit, permissions
from cases.database import Session
from cases.errors import CaseError, ForbiddenError
from cases.permissions import Action
from cases.retention import archives, daily, holds
from cases.retention.terms import Kept, Term, Terms

router = APIRouter(prefix="/console", include_in_schema=False)
Field = Annotated[str, Form()]
NO_HOLD = labels.notice("no_hold")


class HoldForm(BaseModel):
    """A ticket that must not be erased, and why."""

    number: Annotated[str, Form(max_length=40)] = ""
    why: Annotated[str, Form(max_length=holds.LONGEST)] = ""
    csrf: str = ""


@dataclass(frozen=True)
class Line:
    """One class as the page shows it. `erased` and `needed` are those of the last run."""

    kept: Kept
    term: Term
    due: int
    erased: int
    needed: int


@router.get("/keeping")
def shows(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """The table, the last run, and the holds."""
    # permissions are asked in page, for the page and for the form that was not right.
    return page(request, edge, now)


@router.post("/keeping/holds")
def hold(request: Request, edge: EdgeOf, now: Now, form: Annotated[HoldForm, Form()]) -> Response:
    """Keep a ticket from being erased."""
    try:
        with edge.store.write() as session:
            me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
            number = form.number.strip()
            ticket = casework.find(session, me.operator, Action.HOLD_DATA, number)
            holds.place(session, ticket, why=form.why, by=me.operator.id, now=now)
            audit.record(session, me.operator.id, "held ticket", ticket.id, now=now)
    except ForbiddenError:
        raise
    except CaseError:
        return page(request, edge, now, NO_HOLD)
    return visit.to("/console/keeping")


@router.post("/keeping/holds/{hold_id}/end")
def end(request: Request, edge: EdgeOf, now: Now, hold_id: str, csrf: Field = "") -> Response:
    """Let the term count again."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.HOLD_DATA)
        ended = holds.end(session, hold_id, by=me.operator.id, now=now)
        audit.record(session, me.operator.id, "ended hold on ticket", ended.ticket_id, now=now)
    return visit.to("/console/keeping")


def page(request: Request, edge: Edge, now: datetime, notice: str = "") -> HTMLResponse:
    """The page, also for a form that was not right."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_RETENTION)
        may_hold = permissions.may(me.operator, Action.HOLD_DATA)
        run = daily.last(session, now=now)
        held = holds.standing(session) if may_hold else ()
        values = {
            "run": run,
            "rests": run is not None and daily.rests(session, run.day),
            "lines": _lines(session, edge.helpline.terms, now=now),
            "most": daily.MOST_COUNTED,
            "holds": held,
            "may_hold": may_hold,
            **_archived(session, me, now=now),
            "notice": notice,
            "hour": daily.HOUR,
        }
        if held:
            audit.record(session, me.operator.id, "looked at holds", "all", now=now)
        return visit.page(session, edge, me, "keeping.html", values, now=now)


def _archived(session: Session, me: Staff, *, now: datetime) -> Mapping[str, object]:
    """The archived files without a name, and what two persons erased; nothing for auditors alone
    but the numbers."""
    may = permissions.may(me.operator, Action.ERASE_ARCHIVE)
    found = archives.listed(session, today=now.astimezone(LOCAL).date())
    if may and found:
        audit.record(session, me.operator.id, "looked at archived households", "all", now=now)
    return {
        "may_erase": may,
        "archived": found,
        "due_files": sum(one.due for one in found),
        "erased": archives.erased(session),
    }


def _lines(session: Session, in_force: Terms, *, now: datetime) -> Sequence[Line]:
    run = daily.last(session, now=now)
    counted = {} if run is None else daily.counts(session, run.day)
    nothing = daily.ErasedCount(day=daily.day_of(now), kept="")
    return [
        Line(
            kept,
            term,
            due=daily.due_now(session, kept, in_force, now=now),
            erased=counted.get(kept, nothing).erased,
            needed=counted.get(kept, nothing).needed,
        )
        for kept, term in in_force.items()
    ]
