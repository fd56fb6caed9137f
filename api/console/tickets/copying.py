"""The copy of somebody's own records, handed over by a person who made sure whose they are."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from api import casework
from api.console import labels, visit
from api.edge import EdgeOf, Now
from api.resident import own_copy
from cases import audit
from cases.errors import CaseError, UnknownError
from cases.permissions import Action
from cases.tickets.tickets import Ticket
from knowledge.names import Category

router = APIRouter(prefix="/console/tickets", include_in_schema=False)
LONGEST = 200
NOT_ASKED = "Nobody asked for their own records with this ticket."
NOT_CHECKED = "Say how you made sure that it is the person themselves."


@router.post("/{number}/copy")
def copy(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    number: str,
    checked: Annotated[str, Form(max_length=LONGEST)] = "",
    csrf: Annotated[str, Form()] = "",
) -> Response:
    """The file for who asked by telephone or at a counter; how they were known stands in the story.

    Raises UnknownError for a ticket that is no such wish, CaseError without the check.
    """
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        ticket = casework.find(session, me.operator, Action.COPY_DATA, number)
        if ticket.resident_id is None or not asks(ticket):
            raise UnknownError(NOT_ASKED)
        if not checked.strip():
            raise CaseError(NOT_CHECKED)
        said = labels.notice("copy_given").format(checked=checked.strip())
        casework.remark(session, me.operator, ticket, said, now=now)
        audit.record(session, me.operator.id, "copied resident's data", ticket.id, now=now)
        return own_copy.download(session, edge, ticket.resident_id, now=now)


def asks(ticket: Ticket) -> bool:
    """Whether this is a wish about one's own data, of somebody whom the helpline knows."""
    return ticket.category == Category.RIGHTS and ticket.resident_id is not None
