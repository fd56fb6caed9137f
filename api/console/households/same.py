"""Files that may be of one household: looked at side by side, decided by a person, undone."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import labels, visit
from api.console.households import household_page
from api.edge import Edge, EdgeOf, Now
from cases import audit, permissions
from cases.database import Session
from cases.errors import CaseError, UnknownError
from cases.households import households, people, same_household
from cases.households.households import Household
from cases.households.same_household import Decision
from cases.permissions import Action, Row
from knowledge.names import Region

router = APIRouter(prefix="/console/households", include_in_schema=False)
Field = Annotated[str, Form()]
WRONG = labels.notice("wrong_merge")
Work = Callable[[Session, Staff, Household], str]


@router.get("/same")
def proposed(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """Pairs that hold the same person, with what speaks for it."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.MERGE_HOUSEHOLD)
        region = None if me.operator.region is None else Region(me.operator.region)
        pairs = []
        for one in same_household.proposals(session, region=region):
            first, second = (households.find(session, row) for row in (one.one_id, one.other_id))
            pairs.append((one, _opened(session, first), _opened(session, second)))
        audit.record(session, me.operator.id, "listed households", "same person", now=now)
        return visit.page(session, edge, me, "household-same.html", {"pairs": pairs}, now=now)


@router.post("/{household_id}/same")
def decide(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    other: Field,
    decision: Annotated[Decision, Form()],
    why: Annotated[str, Form(max_length=500)] = "",
    csrf: Field = "",
) -> Response:
    """One household or two; the file in the address is the one that is kept."""

    def work(session: Session, me: Staff, household: Household) -> str:
        second = household_page.find(session, me, Action.MERGE_HOUSEHOLD, other)
        by = me.operator.id
        if decision is Decision.SAME:
            same_household.merge(session, household, second, why=why, by=by, now=now)
        elif decision is Decision.DIFFERENT:
            same_household.decide(session, household, second, decision, why=why, by=by, now=now)
        else:
            same_household.unmerge(session, second, why=why, by=by, now=now)
        return household.id

    return _changed(request, edge, household_id, csrf, work, now=now)


@router.post("/{household_id}/split")
def split(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    name: Annotated[str, Form(min_length=1, max_length=100)],
    leaving: Annotated[list[str], Form()],
    address: Annotated[str, Form(max_length=300)] = "",
    csrf: Field = "",
) -> Response:
    """Some of the people get a file of their own."""

    def work(session: Session, me: Staff, household: Household) -> str:
        fresh = same_household.split(
            session,
            household,
            leaving,
            name=name.strip(),
            address=address.strip(),
            by=me.operator.id,
            now=now,
        )
        return fresh.id

    return _changed(request, edge, household_id, csrf, work, now=now)


@router.post("/find")
def by_number(
    request: Request, edge: EdgeOf, now: Now, number: Field = "", csrf: Field = ""
) -> HTMLResponse:
    """The files that hold a person of this identity number, which never stands in an address."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.SEE_HOUSEHOLD)
        found = [
            households.read(session, row)
            for row in people.files_of(session, number)
            if permissions.may(me.operator, Action.SEE_HOUSEHOLD, Row(region=row.region))
        ]
        audit.record(session, me.operator.id, "looked for household", "number", now=now)
        return visit.page(session, edge, me, "household-find.html", {"files": found}, now=now)


def _opened(session: Session, household: Household) -> tuple[object, object]:
    return households.read(session, household), people.of_household(session, household)


def _changed(  # noqa: PLR0913
    request: Request, edge: Edge, household_id: str, csrf: str, work: Work, *, now: datetime
) -> Response:
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        household = household_page.find(session, me, Action.MERGE_HOUSEHOLD, household_id)
        try:
            to = work(session, me, household)
        except UnknownError:
            raise
        except CaseError:
            session.rollback()
            fresh = household_page.find(session, me, Action.MERGE_HOUSEHOLD, household_id)
            return household_page.show(session, edge, me, fresh, now=now, notice=WRONG)
        audit.record(session, me.operator.id, "decided about households", to, now=now)
    return visit.to(f"/console/households/{to}")
