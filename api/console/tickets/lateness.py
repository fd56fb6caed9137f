"""The page of what is late: what I was told, the numbered orders, the list of the late."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from api.console import visit
from api.edge import EdgeOf, Now
from cases import audit, permissions
from cases.permissions import Action
from cases.ticket_rules.lateness import Stage
from cases.tickets import late_deliberations, nudges

router = APIRouter(prefix="/console/late", include_in_schema=False)


@router.get("")
def late(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """What this account was told; for supervisors the orders and the list besides."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.LIST_TICKETS)
        oversees = permissions.may(me.operator, Action.OVERSEE_TICKET)
        audit.record(session, me.operator.id, "listed what is late", "", now=now)
        values = {
            "told": nudges.for_me(session, me.operator),
            "to_hold": late_deliberations.for_me(session, me.operator),
            "oversees": oversees,
            "orders": nudges.orders(session, me.operator, Stage.ORDER) if oversees else (),
            "listed": nudges.orders(session, me.operator, Stage.LISTED) if oversees else (),
        }
        return visit.page(session, edge, me, "late.html", values, now=now)
