"""What a resident told of needs in the chat is an assessment only once a person confirms it."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from api import casework
from api.auth import Staff
from api.console import labels
from api.console.households import service_plan, service_steps
from api.console.households.service_steps import AssessmentForm, Csrf, Line
from api.edge import EdgeOf, Now
from cases.database import Session
from cases.households import need_assessments
from cases.households.households import Household
from cases.permissions import Action
from cases.tickets import told_needs

router = APIRouter(prefix="/console/households", include_in_schema=False)


@router.post("/{household_id}/plan/told/{number}/confirm")
def confirm(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    number: str,
    form: Annotated[AssessmentForm, Form()],
) -> Response:
    """Keep the assessment as it was confirmed or corrected, beside what had been said."""

    def work(session: Session, me: Staff, household: Household) -> str:
        one = told_needs.find(session, household, number)
        whom = service_steps.name_of(session, household, form.person_id)
        kept = need_assessments.assess(
            session,
            household,
            form.person_id,
            form.found(whom).model_copy(update={"said": one.said}),
            on=form.on,
            today=service_plan.today_of(now),
            cadence=service_plan.cadence_of(session, edge, household, now=now),
            by=me.operator.id,
            now=now,
        )
        told_needs.confirm(session, one, kept, by=me.operator.id, now=now)
        return kept.id

    changed, action = service_steps.changed, Action.PLAN_SERVICES
    return changed(request, edge, household_id, form.csrf, work, now=now, action=action)


@router.post("/{household_id}/plan/told")
def take_in(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    number: Annotated[str, Form(min_length=1, max_length=40)],
    csrf: Csrf = "",
) -> Response:
    """Put a ticket in which needs were told into the file of the home that it is about."""

    def work(session: Session, me: Staff, household: Household) -> str:
        ticket = casework.find(session, me.operator, Action.SEE_TICKET, number.strip().upper())
        told_needs.take_in(session, household, ticket, now=now)
        return ticket.id

    wrong = labels.notice("nothing_told")
    changed = service_steps.changed
    return changed(request, edge, household_id, csrf, work, now=now, wrong=wrong)


@router.post("/{household_id}/plan/told/{number}/aside")
def put_aside(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    number: str,
    why: Line = "",
    csrf: Csrf = "",
) -> Response:
    """Nobody is assessed after it, with the reason."""

    def work(session: Session, me: Staff, household: Household) -> str:
        one = told_needs.find(session, household, number)
        told_needs.put_aside(session, one, why, by=me.operator.id, now=now)
        return one.ticket.id

    changed, action = service_steps.changed, Action.PLAN_SERVICES
    return changed(request, edge, household_id, csrf, work, now=now, action=action)
