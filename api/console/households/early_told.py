"""The step with which a caseworker decides on a change that was told before there was a file."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from starlette.responses import Response

from api.console import labels, visit
from api.console.households import household_page
from api.edge import EdgeOf, Now
from cases import audit
from cases.errors import CaseError
from cases.households import early_changes
from cases.permissions import Action

router = APIRouter(prefix="/console/households", include_in_schema=False)
SETTLED = labels.notice("early_settled")


class Verdict(StrEnum):
    """Whether it belongs to this household."""

    TAKE = "take"
    LEAVE = "leave"


class VerdictForm(BaseModel):
    """What was found."""

    verdict: Verdict
    csrf: str = ""


@router.post("/{household_id}/early/{change_id}")
def decide(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    change_id: str,
    form: Annotated[VerdictForm, Form()],
) -> Response:
    """Put it into the file, or leave it out for good."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        household = household_page.find(session, me, Action.EDIT_HOUSEHOLD, household_id)
        settle = early_changes.take if form.verdict is Verdict.TAKE else early_changes.leave
        try:
            settle(session, household, change_id, by=me.operator.id, now=now)
        except CaseError:
            session.rollback()
            return household_page.show(session, edge, me, household, now=now, notice=SETTLED)
        done = f"{form.verdict} early change"
        audit.record(session, me.operator.id, done, household.id, now=now)
    return visit.to(f"/console/households/{household_id}")
