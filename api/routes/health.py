"""Whether the service is alive, and what state each of its parts is in."""

from datetime import datetime

from anyio import to_thread
from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import text

from api import lanes
from api.edge import Edge, EdgeOf, Now
from api.errors import AWAY
from cases import operators
from cases.danger import duty, going_live
from knowledge.loading import LibraryError

router = APIRouter(tags=["health"])
FINE = "ok"
AWAY_NOW = "away"
NO_GAPS = "somebody at every hour"
GAPS = "gaps: not ready to go live"
NOT_LIVE = "no place is open to the public"
PAGING = "on"
NO_PAGING = "off: nobody is rung outside the console"
NOBODY = "nobody can be rung"
SOMEBODY = "somebody can be rung"


class Alive(BaseModel):
    """The process answers."""

    status: str = FINE


class Ready(BaseModel):
    """`ready` is false when residents cannot be served; `duty` does not make it so."""

    ready: bool
    parts: dict[str, str]


@router.get("/healthz")
async def alive() -> Alive:
    """The process is alive."""
    # public: says nothing about anybody; asked by whatever watches the process.
    return Alive()


@router.get("/readyz")
async def ready(response: Response, edge: EdgeOf, now: Now) -> Ready:
    """The state of each part; 503 when one that residents need is away."""
    # public: states of parts only; asked by whatever watches the process.
    found = await to_thread.run_sync(_look, edge, now, limiter=lanes.health())
    response.status_code = 200 if found.ready else 503
    return found


def _look(edge: Edge, now: datetime) -> Ready:
    parts = {"database": AWAY_NOW, "knowledge": _knowledge(edge), "duty": NOBODY, "roster": GAPS}
    parts["live"] = NOT_LIVE
    parts["paging"] = NO_PAGING if edge.settings.paging_url is None else PAGING
    try:
        with edge.store.read() as session:
            session.connection().execute(text("SELECT 1"))
            parts["database"] = FINE
            shifts = duty.roster(session)
            parts["roster"] = NO_GAPS if not duty.gaps(shifts, duty.SERVED) else GAPS
            opened = [row.region for row in going_live.live(session)]
            parts["live"] = " ".join(opened) or NOT_LIVE
            if operators.on_duty(session, now=now):
                parts["duty"] = SOMEBODY
    except AWAY:
        parts["duty"] = NOBODY
    if edge.helpline.rasa is not None:
        # Residents are served without it.
        parts["rasa"] = str(edge.helpline.rasa.state)
    served = AWAY_NOW not in {parts["database"], parts["knowledge"]}
    return Ready(ready=served, parts=parts)


def _knowledge(edge: Edge) -> str:
    try:
        return edge.helpline.library().version
    except LibraryError:
        return AWAY_NOW
