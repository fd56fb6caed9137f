"""The page of a household's service plans: what was found, what is offered, given, asked, due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from api.auth import Staff
from api.console import visit
from api.console.households import household_page
from api.edge import Edge, EdgeOf, Now
from api.pages import LOCAL
from bot import reviewing
from cases import audit, keys, permissions
from cases.database import Session
from cases.household_rules import plan_steps
from cases.household_rules.plan_steps import ItemState, PlanActor, PlanMove
from cases.households import (
    households,
    need_assessments,
    people,
    reckoning,
    service_items,
    service_records,
)
from cases.households.file_bodies import PartKind
from cases.households.households import Household
from cases.households.service_items import ItemBody, ServiceItem, ServiceStep, StepBody
from cases.households.service_records import Asked, DeliveryBody, ServiceDelivery, ServiceOpinion
from cases.permissions import Action, Row
from cases.tickets import told_needs
from knowledge import needs
from knowledge.names import Programme, Region
from knowledge.needs import Match, ServiceList
from knowledge.occasions import Kind

router = APIRouter(prefix="/console", include_in_schema=False)


@dataclass(frozen=True)
class Shown:
    """One service as it stands on the page, with all that belongs to it."""

    row: ServiceItem
    body: ItemBody
    actor: PlanActor
    moves: tuple[PlanMove, ...]
    steps: Sequence[tuple[ServiceStep, StepBody]]
    deliveries: Sequence[tuple[ServiceDelivery, DeliveryBody]]
    opinions: Sequence[tuple[ServiceOpinion, str]]

    @property
    def hours(self) -> float:
        """How long was given in all, in hours."""
        return sum(one.minutes or 0 for one, _ in self.deliveries) / 60


@router.get("/plans")
def overview(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """What is asked of running services and what was told of needs: both wait for a person."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.PLAN_SERVICES)
        rows = [
            (row, households.read(session, household))
            for row, household in service_records.waiting(session, region=me.operator.region)
        ]
        told = [
            (ticket, households.read(session, households.find(session, home)))
            for ticket, home in told_needs.households_waiting(session, region=me.operator.region)
        ]
        audit.record(session, me.operator.id, "listed households", "plans", now=now)
        values = {"rows": rows, "told": told, "today": today_of(now)}
        return visit.page(session, edge, me, "service-wishes.html", values, now=now)


@router.get("/households/{household_id}/plan")
def page(request: Request, edge: EdgeOf, now: Now, household_id: str) -> HTMLResponse:
    """The plans of a household; looking at them is recorded."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        household = household_page.find(session, me, Action.SEE_HOUSEHOLD, household_id)
        audit.record(session, me.operator.id, "looked at plan", household.id, now=now)
        return show(session, edge, me, household, now=now)


def show(  # noqa: PLR0913
    session: Session,
    edge: Edge,
    me: Staff,
    household: Household,
    *,
    now: datetime,
    notice: str = "",
) -> HTMLResponse:
    """The page; with a notice something that was sent could not be done."""
    region = Region(household.region)
    services = list_of(edge, region)
    assessed = need_assessments.latest(session, household)
    asked = service_records.requests(session, household)
    items = _items(session, household, asked)
    rules = reviewing.rules(session, edge.helpline.library(), now=now)
    reckoning.reckon(session, household, rules, now=now)
    due = [one for one in reckoning.of_household(session, household) if one.kind == Kind.NEEDS]
    values: Mapping[str, object] = {
        "file": households.read(session, household),
        "services": services,
        "people": [
            one for one in people.of_household(session, household) if one.kind is PartKind.MEMBER
        ],
        "assessed": [(one, _matched(services, one, items)) for one in assessed],
        "told": told_needs.waiting(session, household),
        "items": items,
        "asked": asked,
        "dues": due,
        "rules": plan_steps,
        "may_plan": permissions.may(
            me.operator, Action.PLAN_SERVICES, Row(region=household.region)
        ),
        "today": now.astimezone(LOCAL).date(),
        "fresh": keys.new_id(),
        "notice": notice,
    }
    template = "service-plan.html"
    status = 422 if notice else 200
    return visit.page(session, edge, me, template, values, now=now, status=status)


def list_of(edge: Edge, region: Region) -> ServiceList | None:
    """The published service list of a place; None where it has none."""
    return edge.helpline.library().rules.services.get(region)


def cadence_of(session: Session, edge: Edge, household: Household, *, now: datetime) -> str | None:
    """The rule by which the place assesses again; None where it has none."""
    rules = reviewing.rules(session, edge.helpline.library(), now=now)
    found = rules.book.for_region(Region(household.region), rules.on)
    served = Programme.SERVICE_ASSISTANCE
    names = (one.id for one in found if one.kind is Kind.NEEDS and served in one.programmes)
    return next(names, None)


def today_of(now: datetime) -> date:
    """The local day."""
    return now.astimezone(LOCAL).date()


def _items(session: Session, household: Household, asked: Sequence[Asked]) -> list[Shown]:
    waiting = {one.row.item_id for one in asked if one.row.settled_at is None}
    found = []
    for one in service_items.of_household(session, household):
        state = ItemState(one.row.state)
        found.append(
            Shown(
                one.row,
                one.body,
                plan_steps.next_actor(state, asked=one.row.id in waiting),
                plan_steps.possible(state),
                service_items.steps(session, household, one.row),
                service_records.deliveries(session, household, one.row),
                service_records.opinions(session, household, one.row),
            )
        )
    return found


def _matched(
    services: ServiceList | None, one: need_assessments.Opened, items: list[Shown]
) -> tuple[Match, ...]:
    """What fits a person and is not in the plan yet, the gravest need first."""
    if services is None:
        return ()
    person = [item for item in items if item.row.person_id == one.row.person_id]
    there = {
        item.row.service_id
        for item in person
        if item.row.state in {ItemState.PROPOSED, ItemState.AGREED}
    }
    found = needs.match(services, one.found.assessment())
    return tuple(match for match in found if match.service.id not in there)
