"""How a form changes one ticket: found, locked, done by its verb, or refused with a sentence."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeAlias

from fastapi import Request
from starlette.responses import Response

from api import casework
from api.auth import Staff
from api.console import visit
from api.console.tickets import ticketing
from api.edge import Edge
from cases import permissions
from cases.database import Session
from cases.permissions import Action
from cases.tickets.tickets import Ticket

Work = Callable[[Session, Staff, Ticket], None]
# Which sentence a refusal becomes; the first that fits. What is not here flies to the edge.
Refusals: TypeAlias = Sequence[tuple[type[Exception], str]]


def changed(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: Edge,
    number: str,
    csrf: str,
    leave: Action,
    work: Work,
    refusals: Refusals,
    *,
    now: datetime,
) -> Response:
    """Do the work on the locked ticket and lead back to its page."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, leave)
        ticket = casework.find_to_change(session, me.operator, leave, number)
        try:
            work(session, me, ticket)
        except tuple(kind for kind, _ in refusals) as error:
            name = next(name for kind, name in refusals if isinstance(error, kind))
            return ticketing.refused(session, edge, me, ticket, name, now=now)
    return visit.to(f"/console/tickets/{number}")
