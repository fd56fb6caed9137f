"""Whether a household agreed to be asked how it is: written down, or taken back."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from api.console import visit
from api.console.households import household_page
from api.edge import EdgeOf, Now
from api.pages import LOCAL
from cases import audit
from cases.care import care_answers, groups
from cases.households import file_parts
from cases.households.file_bodies import Note, PartKind
from cases.households.file_parts import Draft
from cases.permissions import Action

router = APIRouter(prefix="/console/households", include_in_schema=False)
Field = Annotated[str, Form()]
Line = Annotated[str, Form(max_length=300)]


@router.post("/{household_id}/care-consent")
def agree(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    household_id: str,
    whom: Line = "",
    csrf: Field = "",
) -> Response:
    """The household agrees; said twice it stands once."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        household = household_page.find(session, me, Action.EDIT_HOUSEHOLD, household_id)
        if not care_answers.agrees(session, household):
            today = now.astimezone(LOCAL).date()
            said = Note(whom=whom.strip())
            draft = Draft(PartKind.CONSENT, said, code=groups.CARE, first=today)
            file_parts.write(session, household, draft, by=me.operator.id, now=now)
        audit.record(session, me.operator.id, "noted care consent", household_id, now=now)
    return visit.to(f"/console/households/{household_id}")


@router.post("/{household_id}/care-consent/end")
def end(request: Request, edge: EdgeOf, now: Now, household_id: str, csrf: Field = "") -> Response:
    """The household wants it no more; what waits to be said to it is not said."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        household = household_page.find(session, me, Action.EDIT_HOUSEHOLD, household_id)
        care_answers.withdraw(session, household, by=me.operator.id, now=now)
        audit.record(session, me.operator.id, "ended care consent", household_id, now=now)
    return visit.to(f"/console/households/{household_id}")
