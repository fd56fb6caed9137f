"""The form for what came of a visit; it works without signal and is kept once."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, BeforeValidator
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import labels, visit
from api.console.households import household_page, visit_rounds
from api.edge import Edge, EdgeOf, Now
from api.pages import LOCAL
from cases import audit, keys
from cases.database import Session
from cases.errors import CaseError, SlotFullError, UnknownError
from cases.households import households, visit_answers, visit_results, visits
from cases.households.households import Household
from cases.households.visit_results import Findings, Outcome, Told, WrongDayError
from cases.households.visits import Visit
from cases.permissions import Action

router = APIRouter(prefix="/console/visits", include_in_schema=False)
Story = Annotated[str, Form(max_length=2000)]
WRITTEN = labels.notice("result_written")
WRONG_DAY = labels.notice("wrong_visit_day")


class ResultForm(BaseModel):
    """What was found. Without `has_changed` nothing is adjusted."""

    client_id: Annotated[str, Form(min_length=8, max_length=64)]
    outcome: Outcome
    on: date
    has_changed: bool = False
    changed: Story = ""
    needs: Story = ""
    follow_up: Story = ""
    next_on: Annotated[date | None, BeforeValidator(lambda day: day or None)] = None
    csrf: str = ""

    def told(self) -> Told:
        """What is kept of it."""
        findings = Findings(
            changed=self.changed.strip() if self.has_changed else "",
            needs=self.needs.strip(),
            follow_up=self.follow_up.strip(),
        )
        return Told(self.client_id, self.outcome, findings, self.on, self.next_on)


@router.get("/{visit_id}")
def form(request: Request, edge: EdgeOf, now: Now, visit_id: str) -> HTMLResponse:
    """One visit: what it is for, and the form or what was written."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        row, household = _find(session, me, Action.SEE_HOUSEHOLD, visit_id)
        audit.record(session, me.operator.id, "looked at visit", row.id, now=now)
        return _page(session, edge, me, row, household, now=now)


@router.post("/{visit_id}")
def write(
    request: Request,
    edge: EdgeOf,
    now: Now,
    visit_id: str,
    form: Annotated[ResultForm, Form()],
) -> Response:
    """Write the result down; sent twice it stands once."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        row, household = _find(session, me, Action.EDIT_HOUSEHOLD, visit_id)
        try:
            _keep(session, me, household, form.told(), visit_id, now=now)
        except CaseError as error:
            session.rollback()
            row, household = _find(session, me, Action.EDIT_HOUSEHOLD, visit_id)
            wrong_day = isinstance(error, WrongDayError | SlotFullError)
            notice = WRONG_DAY if wrong_day else WRITTEN
            return _page(session, edge, me, row, household, now=now, notice=notice, draft=form)
        audit.record(session, me.operator.id, "wrote result of visit", row.id, now=now)
    return visit.to(f"/console/visits/{visit_id}")


def _keep(  # noqa: PLR0913
    session: Session,
    me: Staff,
    household: Household,
    told: Told,
    visit_id: str,
    *,
    now: datetime,
) -> None:
    """Keep the result and promise the next visit it names; the same form again does neither."""
    row = visits.find_for_update(session, visit_id)
    is_new = visit_results.of_visit(session, row) is None
    visit_results.write(session, household, row, told, by=me.operator.id, now=now)
    if is_new:
        again = visit_rounds.go_again(session, me.operator, household, row, told, now=now)
        if again is not None:
            audit.record(session, me.operator.id, "planned visit", again.id, now=now)


def _find(session: Session, me: Staff, action: Action, visit_id: str) -> tuple[Visit, Household]:
    if not visit_id.isalnum():
        raise UnknownError("There is no such visit.")
    row = visits.find(session, visit_id)
    return row, household_page.find(session, me, action, row.household_id)


def _page(  # noqa: PLR0913
    session: Session,
    edge: Edge,
    me: Staff,
    row: Visit,
    household: Household,
    *,
    now: datetime,
    notice: str = "",
    draft: ResultForm | None = None,
) -> HTMLResponse:
    result = visit_results.of_visit(session, row)
    values = {
        "visit": row,
        "stop": visit_rounds.at_the_door(session, row, household),
        "file": households.read(session, household),
        "answer": visit_answers.of_visit(session, row),
        "result": result,
        "findings": None if result is None else visit_results.read(session, household, result),
        "today": now.astimezone(LOCAL).date(),
        "draft": draft,
        "fresh": keys.new_id(),
        "notice": notice,
    }
    status = {"": 200, WRONG_DAY: 422}.get(notice, 409)
    return visit.page(session, edge, me, "visit.html", values, now=now, status=status)
