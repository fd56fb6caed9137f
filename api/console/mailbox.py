"""The page on which somebody of the staff says where to be told that something waits."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from api.console import visit
from api.edge import EdgeOf, Now
from cases import audit, mails, permissions
from cases.operators import Operator
from cases.permissions import Action

router = APIRouter(prefix="/console/mail", include_in_schema=False)
ADDRESS = r"^$|^[^@\s<>,;:\"]{1,64}@[A-Za-z0-9.-]{1,200}$"


class MailForm(BaseModel):
    """An address, or nothing to end it."""

    address: Annotated[str, Form(max_length=270, pattern=ADDRESS)] = ""
    csrf: str = ""


@router.get("")
def show(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """The own address, and what waits now."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, _reason(me.operator))
        values = {
            "address": mails.address_of(session, me.operator),
            "waiting": mails.waiting_for(session, me.operator, now=now),
            "ahead": mails.ahead(session, me.operator, now=now),
            "is_on": edge.settings.smtp_url is not None,
        }
        return visit.page(session, edge, me, "mail.html", values, now=now)


@router.post("")
def keep(request: Request, edge: EdgeOf, now: Now, form: Annotated[MailForm, Form()]) -> Response:
    """Keep it."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, _reason(me.operator))
        mails.subscribe(session, me.operator, form.address, now=now)
        audit.record(session, me.operator.id, "changed own mail", me.operator.id, now=now)
    return visit.to("/console/mail")


def _reason(operator: Operator) -> Action:
    """By what right somebody gets mail: the desk, or households to look after."""
    at_desk = permissions.may(operator, Action.SEE_QUEUE)
    return Action.SEE_QUEUE if at_desk else Action.EDIT_HOUSEHOLD
