"""Asking a group how it is: whom it would reach, the pace, stop and go on, what came of it."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, BeforeValidator, ValidationError
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import labels, visit
from api.edge import Edge, EdgeOf, Now
from api.pages import LOCAL
from bot import accounts
from cases import audit, keys, permissions
from cases.care import campaigns, care_answers, groups
from cases.care.campaigns import Campaign, Wish
from cases.care.groups import Found, Group, Reach
from cases.database import Session
from cases.errors import CaseError, UnknownError
from cases.households import households
from cases.permissions import Action, Row
from handlers import wellbeing
from handlers.speech import NOTHING
from knowledge import care
from knowledge.names import Programme, Region

router = APIRouter(prefix="/console/care", include_in_schema=False)
Field = Annotated[str, Form()]
Age = Annotated[int | None, BeforeValidator(lambda age: age or None)]
WRONG = labels.notice("wrong_care")
OVER = labels.notice("care_over")
USUAL_PACE = 30


class Chosen(BaseModel):
    """The group and the reason, as they are chosen on the page."""

    region: Region
    reason: str
    street: str = ""
    age_from: Age = None
    age_until: Age = None
    alone: bool = False
    programme: Annotated[Programme | None, BeforeValidator(lambda one: one or None)] = None

    def group(self) -> Group:
        """Whom it is for. Raises CaseError for a reason nobody knows and ages the wrong way."""
        ages = (self.age_from or 0, self.age_until or 200)
        if self.reason not in care.reasons() or not 0 <= ages[0] <= ages[1]:
            raise CaseError(WRONG)
        return Group(
            self.region,
            self.street.strip()[:100],
            self.age_from,
            self.age_until,
            self.alone,
            self.programme,
        )


class Begun(Chosen):
    """The same with the pace, sent to begin; the same `form_id` begins once."""

    form_id: Annotated[str, Form(min_length=8, max_length=64)]
    a_minute: int = USUAL_PACE
    csrf: str = ""


@router.get("")
def overview(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """What was asked of late, and the form for a new one."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.RUN_CARE)
        return _overview(session, edge, me, now=now)


@router.get("/look")
def look(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """How many households the choice would reach, and how many not and why; nothing is said."""
    chosen = _chosen(request)
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(
            me.operator, Action.RUN_CARE, Row(region=None if chosen is None else chosen.region)
        )
        try:
            group = chosen.group() if chosen is not None else None
        except CaseError:
            group = None
        if chosen is None or group is None:
            return _overview(session, edge, me, now=now, notice=WRONG)
        audit.record(session, me.operator.id, "looked for care", chosen.region, now=now)
    found = _found(edge, group, now=now)
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        return _preview(session, edge, me, chosen, found, now=now)


@router.post("")
def begin(request: Request, edge: EdgeOf, now: Now, form: Annotated[Begun, Form()]) -> Response:
    """Begin; whoever agrees is written to at the pace that was chosen."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.RUN_CARE, Row(region=form.region))
    try:
        wish = Wish(form.form_id, form.group(), care.reasons()[form.reason], form.a_minute)
        found = _found(edge, wish.group, now=now)
        with edge.store.write() as session:
            campaign = campaigns.begin(session, wish, found, by=me.operator.id, now=now)
            audit.record(session, me.operator.id, "began care", campaign.id, now=now)
    except CaseError:
        with edge.store.write() as session:
            me = visit.begin(session, request, edge, now=now)
            return _overview(session, edge, me, now=now, notice=WRONG)
    return visit.to(f"/console/care/{campaign.id}")


@router.get("/{campaign_id}")
def one(request: Request, edge: EdgeOf, now: Now, campaign_id: str) -> HTMLResponse:
    """What came of it so far, and who is left to a person."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        campaign = _find(session, me, campaign_id)
        audit.record(session, me.operator.id, "looked at care", campaign.id, now=now)
        return _page(session, edge, me, campaign, now=now)


@router.post("/{campaign_id}/stop")
def stop(request: Request, edge: EdgeOf, now: Now, campaign_id: str, csrf: Field = "") -> Response:
    """Say nothing more from this instant."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        campaigns.stop(session, _find(session, me, campaign_id).id, now=now)
        audit.record(session, me.operator.id, "stopped care", campaign_id, now=now)
    return visit.to(f"/console/care/{campaign_id}")


@router.post("/{campaign_id}/go-on")
def go_on(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    campaign_id: str,
    a_minute: Annotated[int, Form()] = USUAL_PACE,
    csrf: Field = "",
) -> Response:
    """Go on with those to whom nothing was said yet."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        campaign = _find(session, me, campaign_id)
        try:
            campaigns.go_on(session, campaign.id, a_minute=a_minute, now=now)
        except CaseError:
            return _page(session, edge, me, campaign, now=now, notice=OVER)
        audit.record(session, me.operator.id, "went on with care", campaign_id, now=now)
    return visit.to(f"/console/care/{campaign_id}")


def _chosen(request: Request) -> Chosen | None:
    try:
        return Chosen.model_validate(dict(request.query_params))
    except ValidationError:
        return None


def _found(edge: Edge, group: Group, *, now: datetime) -> list[Found]:
    """Read apart: thousands of files are opened and nobody waits for it to write."""
    with edge.store.read() as session:
        return list(groups.find(session, group, on=now.astimezone(LOCAL).date()))


def _find(session: Session, me: Staff, campaign_id: str) -> Campaign:
    permissions.require(me.operator, Action.RUN_CARE)
    campaign = campaigns.find(session, campaign_id)
    if not permissions.may(me.operator, Action.RUN_CARE, Row(region=campaign.region)):
        raise UnknownError("There is no such campaign.")
    return campaign


def _overview(
    session: Session, edge: Edge, me: Staff, *, now: datetime, notice: str = ""
) -> HTMLResponse:
    region = None if me.operator.region is None else Region(me.operator.region)
    values = {
        "campaigns": campaigns.newest(session, region=region),
        "reasons": care.reasons(),
        "programmes": list(Programme),
        "regions": [region] if region else [one for one in Region if one is not Region.NATIONAL],
        "notice": notice,
    }
    status = 422 if notice else 200
    return visit.page(session, edge, me, "care.html", values, now=now, status=status)


def _preview(  # noqa: PLR0913
    session: Session, edge: Edge, me: Staff, chosen: Chosen, found: list[Found], *, now: datetime
) -> HTMLResponse:
    speech, hotline = edge.helpline.speech, accounts.hotline(edge.settings)
    spoken = speech.render(wellbeing.first(chosen.reason, hotline), NOTHING)
    values = {
        "chosen": chosen,
        "reason": care.reasons()[chosen.reason],
        "counts": {one: sum(each.reach is one for each in found) for one in Reach},
        "text": spoken.text,
        "buttons": [label for label, _ in spoken.choices],
        "usual": USUAL_PACE,
        "fresh": keys.new_id(),
    }
    return visit.page(session, edge, me, "care-look.html", values, now=now)


def _page(  # noqa: PLR0913
    session: Session, edge: Edge, me: Staff, campaign: Campaign, *, now: datetime, notice: str = ""
) -> HTMLResponse:
    rows = [
        (row, households.read(session, household), ticket, made)
        for row, household, ticket, made in care_answers.to_see_to(session, campaign)
    ]
    values = {
        "campaign": campaign,
        "reason": care.reasons().get(campaign.reason),
        "results": care_answers.results(session, campaign),
        "rows": rows,
        "notice": notice,
    }
    status = 409 if notice else 200
    return visit.page(session, edge, me, "care-results.html", values, now=now, status=status)
