"""The page that gives a household with nothing but a telephone its line: text messages or calls."""

import re
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import labels, visit
from api.console.households import household_page
from api.edge import Edge, EdgeOf, Now
from cases import audit
from cases.database import Session
from cases.errors import CaseError
from cases.households import households, phone_lines
from cases.households.households import Household
from cases.households.phone_lines import Way
from cases.permissions import Action
from knowledge.names import Region

router = APIRouter(prefix="/console/phone-lines", include_in_schema=False)
TELEPHONE = re.compile(r"\+?\d{7,15}")
SPACES = re.compile(r"[\s()-]")


class LineForm(BaseModel):
    """A telephone and how it is reached."""

    household: str
    phone: Annotated[str, Form(max_length=40)]
    way: Way
    csrf: str = ""


@router.get("/new")
def ask(
    request: Request, edge: EdgeOf, now: Now, household: Annotated[str, Query()]
) -> HTMLResponse:
    """The form for one household."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        found = household_page.find(session, me, Action.EDIT_HOUSEHOLD, household)
        return _page(session, edge, me, found, now=now)


@router.post("")
def open_line(
    request: Request, edge: EdgeOf, now: Now, form: Annotated[LineForm, Form()]
) -> Response:
    """From now on reminders and what comes of tickets go to this telephone."""
    phone = SPACES.sub("", form.phone)
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        found = household_page.find(session, me, Action.EDIT_HOUSEHOLD, form.household)
        if not TELEPHONE.fullmatch(phone):
            return _page(session, edge, me, found, now=now, notice=labels.notice("no_telephone"))
        try:
            line = phone_lines.open_line(
                session, phone, form.way, region=Region(found.region), now=now
            )
        except CaseError:
            return _page(session, edge, me, found, now=now, notice=labels.notice("other_way"))
        phone_lines.reach(session, found, line)
        audit.record(session, me.operator.id, "opened telephone line", found.id, now=now)
    return visit.to(f"/console/households/{form.household}")


def _page(  # noqa: PLR0913
    session: Session,
    edge: Edge,
    me: Staff,
    household: Household,
    *,
    now: Now,
    notice: str = "",
) -> HTMLResponse:
    audit.record(session, me.operator.id, "looked at household", household.id, now=now)
    values = {
        "file": households.read(session, household),
        "ways": list(Way),
        "by_text": edge.settings.sms_url is not None,
        "notice": notice,
    }
    status = 422 if notice else 200
    return visit.page(session, edge, me, "phone-line.html", values, now=now, status=status)
