"""The 幸福清单: help a household has, the list of it, its delivery, and how many got theirs."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, BeforeValidator
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import labels, visit
from api.console.households import household_page
from api.edge import Edge, EdgeOf, Now
from api.pages import LOCAL
from cases import audit, permissions
from cases.database import Session
from cases.errors import CaseError, UnknownError
from cases.households import assistance, happiness_lists, households
from cases.households.households import Household
from cases.permissions import Action, Row
from knowledge import entitlements, prescreening
from knowledge.entitlements import Delivery, Occasion, Receipt, Received
from knowledge.household import Household as Facts
from knowledge.library import Library
from knowledge.names import Programme, Region

router = APIRouter(prefix="/console/happiness", include_in_schema=False)
WRONG_DAY = labels.notice("wrong_day")


class HelpForm(BaseModel):
    """Help as it is entered; without a last day it is still given."""

    programme: Programme
    what: Annotated[str, Form(min_length=1, max_length=200)]
    source: Annotated[str, Form(min_length=1, max_length=200)]
    since: date
    until: Annotated[date | None, BeforeValidator(lambda day: day or None)] = None
    csrf: str = ""


class DeliveryForm(BaseModel):
    """Who brought the list, when, and how it was taken."""

    by: Annotated[str, Form(min_length=1, max_length=100)]
    on: date
    receipt: Receipt
    csrf: str = ""


@dataclass(frozen=True)
class _Here:
    """A household on a page, and who looks at it."""

    me: Staff
    household: Household
    today: date


@router.get("")
def overview(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """送达率 with its definition, and which households should get a new list."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.SEE_DELIVERY)
        today = now.astimezone(LOCAL).date()
        among = [
            one
            for one in assistance.assisted(session, on=today)
            if permissions.may(me.operator, Action.SEE_DELIVERY, Row(region=one.region))
        ]
        owed = happiness_lists.owed(session, among, on=today)
        values = {
            "rate": happiness_lists.rate(session, among, on=today),
            "owed": [(households.read(session, one.household), one.occasion) for one in owed],
        }
        audit.record(session, me.operator.id, "listed households", "happiness lists", now=now)
        return visit.page(session, edge, me, "happiness.html", values, now=now)


@router.get("/{household_id}")
def one(request: Request, edge: EdgeOf, now: Now, household_id: str) -> HTMLResponse:
    """What a household receives and the lists it got; looking at it is recorded."""
    with edge.store.write() as session:
        here = _enter(session, request, edge, household_id, Action.SEE_HAPPINESS, now=now)
        audit.record(session, here.me.operator.id, "looked at help", here.household.id, now=now)
        return _page(session, edge, here, now=now)


@router.post("/{household_id}/help")
def record(
    request: Request, edge: EdgeOf, now: Now, household_id: str, form: Annotated[HelpForm, Form()]
) -> Response:
    """Write down help that the household has."""
    with edge.store.write() as session:
        visit.begin_with_form(session, request, edge, form.csrf, now=now)
        here = _enter(session, request, edge, household_id, Action.DELIVER_HAPPINESS, now=now)
        what, source = form.what.strip(), form.source.strip()
        received = Received(form.programme, what, form.since, source, form.until)
        me = here.me.operator.id
        try:
            kept = assistance.record(session, here.household, received, by=me, now=now)
        except CaseError:
            return _page(session, edge, here, now=now, notice=WRONG_DAY)
        audit.record(session, me, "recorded help", kept.id, now=now)
    return visit.to(f"/console/happiness/{household_id}")


@router.post("/{household_id}/help/{help_id}/end")
def end(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    help_id: str,
    csrf: Annotated[str, Form()] = "",
) -> Response:
    """The household has this help no more."""
    with edge.store.write() as session:
        visit.begin_with_form(session, request, edge, csrf, now=now)
        here = _enter(session, request, edge, household_id, Action.DELIVER_HAPPINESS, now=now)
        try:
            assistance.end(session, here.household, help_id, on=here.today, now=now)
        except UnknownError:
            raise
        except CaseError:
            return _page(session, edge, here, now=now, notice=WRONG_DAY)
        audit.record(session, here.me.operator.id, "ended help", help_id, now=now)
    return visit.to(f"/console/happiness/{household_id}")


@router.post("/{household_id}/lists")
def make(
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    csrf: Annotated[str, Form()] = "",
) -> Response:
    """Make the list of today."""
    with edge.store.write() as session:
        visit.begin_with_form(session, request, edge, csrf, now=now)
        here = _enter(session, request, edge, household_id, Action.DELIVER_HAPPINESS, now=now)
        given = [one.received for one in assistance.of_household(session, here.household)]
        occasion = happiness_lists.owed_to(session, here.household, on=here.today)
        made = entitlements.compose(
            household_id,
            given,
            _verdicts(edge.helpline.library(), here, given),
            on=here.today,
            occasion=occasion or Occasion.CHANGE,
        )
        me = here.me.operator.id
        kept = happiness_lists.keep(session, here.household, made, by=me, now=now)
        audit.record(session, me, "made happiness list", kept.id, now=now)
    return visit.to(f"/console/happiness/{household_id}/lists/{kept.id}")


@router.get("/{household_id}/lists/{list_id}")
def read(request: Request, edge: EdgeOf, now: Now, household_id: str, list_id: str) -> HTMLResponse:
    """One list in large letters, to be shown, read out or printed."""
    with edge.store.write() as session:
        here = _enter(session, request, edge, household_id, Action.SEE_HAPPINESS, now=now)
        kept = happiness_lists.find(session, here.household, list_id)
        audit.record(session, here.me.operator.id, "looked at list", kept.id, now=now)
        return _list_page(session, edge, here, kept, now=now)


@router.post("/{household_id}/lists/{list_id}/deliver")
def deliver(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    list_id: str,
    form: Annotated[DeliveryForm, Form()],
) -> Response:
    """Note that somebody brought the list, and that it was signed for or read out."""
    with edge.store.write() as session:
        visit.begin_with_form(session, request, edge, form.csrf, now=now)
        here = _enter(session, request, edge, household_id, Action.DELIVER_HAPPINESS, now=now)
        kept = happiness_lists.find(session, here.household, list_id)
        delivery = Delivery(form.by.strip(), form.on, form.receipt)
        me = here.me.operator.id
        try:
            happiness_lists.deliver(
                session, here.household, kept, delivery, by=me, today=here.today
            )
        except CaseError:
            return _list_page(session, edge, here, kept, now=now, notice=WRONG_DAY)
        audit.record(session, me, "delivered happiness list", kept.id, now=now)
    return visit.to(f"/console/happiness/{household_id}/lists/{list_id}")


def _enter(  # noqa: PLR0913
    session: Session,
    request: Request,
    edge: Edge,
    household_id: str,
    leave: Action,
    *,
    now: datetime,
) -> _Here:
    me = visit.begin(session, request, edge, now=now)
    household = household_page.find(session, me, leave, household_id)
    return _Here(me, household, now.astimezone(LOCAL).date())


def _verdicts(library: Library, here: _Here, given: list[Received]) -> list[prescreening.Verdict]:
    region = Region(here.household.region)
    return list(
        prescreening.evaluate(
            library.rules,
            Facts.from_json(entitlements.told_by(given, on=here.today)),
            region=region,
            on=here.today,
            local=library.local(region),
        )
    )


def _page(
    session: Session, edge: Edge, here: _Here, *, now: datetime, notice: str = ""
) -> HTMLResponse:
    may = permissions.may(
        here.me.operator, Action.DELIVER_HAPPINESS, Row(region=here.household.region)
    )
    values = {
        "file": households.read(session, here.household),
        "help": assistance.of_household(session, here.household),
        "lists": happiness_lists.of_household(session, here.household),
        "owed": happiness_lists.owed_to(session, here.household, on=here.today),
        "programmes": list(Programme),
        "today": here.today,
        "may_deliver": may,
        "notice": notice,
    }
    status = 422 if notice else 200
    template = "household-help.html"
    return visit.page(session, edge, here.me, template, values, now=now, status=status)


def _list_page(  # noqa: PLR0913
    session: Session,
    edge: Edge,
    here: _Here,
    kept: happiness_lists.KeptList,
    *,
    now: datetime,
    notice: str = "",
) -> HTMLResponse:
    may = permissions.may(
        here.me.operator, Action.DELIVER_HAPPINESS, Row(region=here.household.region)
    )
    values = {
        "file": households.read(session, here.household),
        "kept": kept,
        "made": happiness_lists.read(session, here.household, kept),
        "today": here.today,
        "may_deliver": may,
        "notice": notice,
    }
    status = 422 if notice else 200
    template = "happiness-list.html"
    return visit.page(session, edge, here.me, template, values, now=now, status=status)
