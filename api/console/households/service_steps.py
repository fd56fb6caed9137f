"""The forms of a service plan: assessed, offered, agreed, given, found good or not, ended."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, BeforeValidator
from starlette.responses import Response

from api.auth import Staff
from api.console import labels, visit
from api.console.households import household_page, service_plan
from api.edge import Edge, EdgeOf, Now
from bot import offering
from cases import audit
from cases.database import Session
from cases.errors import CaseError, StaleError, UnknownError
from cases.household_rules.plan_steps import PlanMove
from cases.households import need_assessments, people, service_items, service_records
from cases.households.households import Household
from cases.households.need_assessments import Found
from cases.households.service_items import StepBody
from cases.households.service_records import Delivered, Opinion
from cases.permissions import Action
from knowledge.names import Region
from knowledge.needs import Dimension, Grade

router = APIRouter(prefix="/console/households", include_in_schema=False)
WRONG, MOVED = labels.notice("wrong_plan"), labels.notice("plan_moved")
UNREACHED = labels.notice("plan_unreached")
Line = Annotated[str, Form(max_length=300)]
Story = Annotated[str, Form(max_length=2000)]
Csrf = Annotated[str, Form()]
Part = Annotated[float | None, BeforeValidator(lambda told: told or None)]
Work = Callable[[Session, Staff, Household], str]
MINUTES, FEN = 60, 100


class AssessmentForm(BaseModel):
    """What was found of one person; `grades` are pairs `dimension:grade`."""

    person_id: str
    on: date
    grades: Annotated[list[str], Form(max_length=20)] = []
    wishes: Annotated[list[str], Form(max_length=100)] = []
    given: Annotated[list[str], Form(max_length=100)] = []
    refused: Annotated[list[str], Form(max_length=100)] = []
    note: Story = ""
    csrf: str = ""

    def found(self, whom: str) -> Found:
        """What is kept of it. Raises CaseError for a grade that there is not."""
        pairs = [pair.partition(":") for pair in self.grades if pair]
        try:
            grades = {Dimension(name): Grade(int(grade)) for name, _, grade in pairs}
        except ValueError as error:
            raise CaseError("There is no such dimension or grade.") from error
        return Found(
            whom=whom,
            grades=grades,
            wishes=tuple(self.wishes),
            given=tuple(self.given),
            refused=tuple(self.refused),
            note=self.note.strip(),
        )


class AnswerForm(BaseModel):
    """A yes or no that somebody gave to a caseworker."""

    move: PlanMove
    agreed_by: Line = ""
    arranged: Line = ""
    csrf: str = ""


class DeliveryForm(BaseModel):
    """What was given, when, by whom, how long or how much."""

    client_id: Annotated[str, Form(min_length=8, max_length=64)]
    on: date
    what: Annotated[str, Form(min_length=1, max_length=300)]
    by_whom: Annotated[str, Form(min_length=1, max_length=100)]
    hours: Annotated[Part, Form(ge=0, le=24)] = None
    yuan: Annotated[Part, Form(ge=0, le=100000)] = None
    signed: bool = False
    csrf: str = ""

    def told(self) -> Delivered:
        """What is kept of it."""
        return Delivered(
            self.client_id,
            self.on,
            self.what.strip(),
            self.by_whom.strip(),
            self.signed,
            minutes=None if self.hours is None else round(self.hours * MINUTES),
            amount_fen=None if self.yuan is None else round(self.yuan * FEN),
        )


class ReferralForm(BaseModel):
    """Who takes a service over, whether it is a state organ, what it is told, who agreed."""

    to: Annotated[str, Form(min_length=1, max_length=100)]
    given: Annotated[str, Form(min_length=1, max_length=500)]
    organ: bool = False
    agreed_by: Line = ""
    csrf: str = ""


@router.post("/{household_id}/plan/assessments")
def assess(
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    form: Annotated[AssessmentForm, Form()],
) -> Response:
    """Write down what was found of a person."""

    def work(session: Session, me: Staff, household: Household) -> str:
        kept = need_assessments.assess(
            session,
            household,
            form.person_id,
            form.found(name_of(session, household, form.person_id)),
            on=form.on,
            today=service_plan.today_of(now),
            cadence=service_plan.cadence_of(session, edge, household, now=now),
            by=me.operator.id,
            now=now,
        )
        return kept.id

    return changed(request, edge, household_id, form.csrf, work, now=now)


@router.post("/{household_id}/plan/offers")
def offer(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    person_id: Annotated[str, Form()],
    chosen: Annotated[list[str], Form(max_length=40)],
    csrf: Csrf = "",
) -> Response:
    """Put the services that were ticked into a person's plan."""

    def work(session: Session, me: Staff, household: Household) -> str:
        services = service_plan.list_of(edge, Region(household.region))
        found = [None if services is None else services.service(one) for one in chosen]
        whom = name_of(session, household, person_id)
        for service in found:
            if service is None:
                raise UnknownError("The list has no such service.")
            by = me.operator.id
            service_items.offer(session, household, person_id, whom, service, by=by, now=now)
        return household.id

    return changed(request, edge, household_id, csrf, work, now=now)


@router.post("/{household_id}/plan/ask")
def ask(request: Request, edge: EdgeOf, now: Now, household_id: str, csrf: Csrf = "") -> Response:
    """Ask the household in the chat, one service after the other."""

    def work(session: Session, _: Staff, household: Household) -> str:
        offering.ask(session, household, wary=edge.settings.wary_channels, now=now)
        return household.id

    return changed(request, edge, household_id, csrf, work, now=now, wrong=UNREACHED)


@router.post("/{household_id}/plan/{item_id}/answer")
def answer(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    item_id: str,
    form: Annotated[AnswerForm, Form()],
) -> Response:
    """Take a yes or no that was given to a caseworker, with who gave it."""

    def work(session: Session, me: Staff, household: Household) -> str:
        service_items.answer(
            session,
            household,
            service_items.find(session, household, item_id),
            form.move,
            agreed_by=form.agreed_by,
            arranged=form.arranged,
            by=me.operator.id,
            today=service_plan.today_of(now),
            now=now,
        )
        return item_id

    return changed(request, edge, household_id, form.csrf, work, now=now)


@router.post("/{household_id}/plan/{item_id}/deliveries")
def deliver(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    item_id: str,
    form: Annotated[DeliveryForm, Form()],
) -> Response:
    """Write down that a service was given."""

    def work(session: Session, me: Staff, household: Household) -> str:
        item = service_items.find(session, household, item_id)
        kept = service_records.deliver(
            session,
            household,
            item,
            form.told(),
            by=me.operator.id,
            today=service_plan.today_of(now),
            now=now,
        )
        return kept.id

    return changed(request, edge, household_id, form.csrf, work, now=now)


@router.post("/{household_id}/plan/{item_id}/opinions")
def rate(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    item_id: str,
    opinion: Annotated[Opinion, Form()],
    text: Story = "",
    csrf: Csrf = "",
) -> Response:
    """Write down how a service was found."""

    def work(session: Session, me: Staff, household: Household) -> str:
        item, by = service_items.find(session, household, item_id), me.operator.id
        on, words = service_plan.today_of(now), text.strip()
        return service_records.rate(
            session, household, item, opinion, words, on=on, by=by, now=now
        ).id

    return changed(request, edge, household_id, csrf, work, now=now)


@router.post("/{household_id}/plan/{item_id}/change")
def change(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    item_id: str,
    arranged: Line = "",
    agreed_by: Line = "",
    csrf: Csrf = "",
) -> Response:
    """Arrange a service in another way."""

    def work(session: Session, me: Staff, household: Household) -> str:
        item, by = service_items.find(session, household, item_id), me.operator.id
        service_items.change(
            session, household, item, arranged, agreed_by=agreed_by, by=by, now=now
        )
        return item_id

    return changed(request, edge, household_id, csrf, work, now=now)


@router.post("/{household_id}/plan/{item_id}/refer")
def refer(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    item_id: str,
    form: Annotated[ReferralForm, Form()],
) -> Response:
    """Pass a service on to another provider."""

    def work(session: Session, me: Staff, household: Household) -> str:
        item = service_items.find(session, household, item_id)
        to = StepBody(to=form.to, given=form.given, organ=form.organ, agreed_by=form.agreed_by)
        service_items.refer(session, household, item, to, by=me.operator.id, now=now)
        return item_id

    return changed(request, edge, household_id, form.csrf, work, now=now)


@router.post("/{household_id}/plan/{item_id}/stop")
def stop(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    item_id: str,
    why: Line = "",
    heard: Line = "",
    csrf: Csrf = "",
) -> Response:
    """End a service, with why and who was heard."""

    def work(session: Session, me: Staff, household: Household) -> str:
        service_items.stop(
            session,
            household,
            service_items.find(session, household, item_id),
            why,
            heard=heard,
            by=me.operator.id,
            today=service_plan.today_of(now),
            now=now,
        )
        return item_id

    return changed(request, edge, household_id, csrf, work, now=now)


@router.post("/{household_id}/plan/requests/{request_id}")
def settle(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    request_id: str,
    outcome: Line = "",
    csrf: Csrf = "",
) -> Response:
    """Note what a person did about a wish."""

    def work(session: Session, me: Staff, household: Household) -> str:
        by = me.operator.id
        service_records.settle(session, household, request_id, outcome, by=by, now=now)
        return request_id

    return changed(request, edge, household_id, csrf, work, now=now)


def name_of(session: Session, household: Household, person_id: str) -> str:
    """How a person of the file is called. Raises UnknownError."""
    known = people.of_household(session, household)
    names = (one.person.name for one in known if one.part_id == person_id)
    name = next(names, None)
    if name is None:
        raise UnknownError("There is no such person in this file.")
    return name


def changed(  # noqa: PLR0913
    request: Request,
    edge: Edge,
    household_id: str,
    csrf: str,
    work: Work,
    *,
    now: datetime,
    action: Action = Action.PLAN_SERVICES,
    wrong: str = WRONG,
) -> Response:
    """Do it and come back to the plan; what could not be done is said on its page."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        household = household_page.find(session, me, action, household_id)
        try:
            done = work(session, me, household)
        except UnknownError:
            raise
        except CaseError as error:
            session.rollback()
            fresh = household_page.find(session, me, action, household_id)
            notice = MOVED if isinstance(error, StaleError) else wrong
            return service_plan.show(session, edge, me, fresh, now=now, notice=notice)
        audit.record(session, me.operator.id, "changed plan", done, now=now)
    return visit.to(f"/console/households/{household_id}/plan")
