"""What was turned away at the channels' doors, by hour: for who looks after them."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from api.console import visit
from api.edge import EdgeOf, Now
from cases import permissions
from cases.channels import refusals
from cases.permissions import Action

router = APIRouter(prefix="/console", include_in_schema=False)


@router.get("/refused")
def show(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """Channel, reason and how often; nothing of what was sent was kept."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.DIRECT_DESK)
        values = {"rows": refusals.latest(session)}
        return visit.page(session, edge, me, "refused.html", values, now=now)
