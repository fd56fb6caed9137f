"""Whether the service is alive, and what state each of its parts is in."""

from datetime import datetime, timedelta

from anyio import to_thread
from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import text

from api import lanes
from api.edge import Edge, EdgeOf, Now
from api.errors import AWAY
from cases import operators, throttles
from cases.danger import duty, going_live
from knowledge.loading import LibraryError

router = APIRouter(tags=["health"])
FINE = "ok"
AWAY_NOW = "away"
UNWRITTEN = "read only: nothing can be kept; is the disk full?"
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
    """The state of each part; 503 when one that residents need is away or cannot keep a word."""
    # public: states of parts only; asked by whatever watches the process.
    found = await to_thread.run_sync(_look, edge, now, limiter=lanes.health())
    response.status_code = 200 if found.ready else 503
    return found


def _look(edge: Edge, now: datetime) -> Ready:
    parts = {"database": AWAY_NOW, "knowledge": _knowledge(edge), "duty": NOBODY, "roster": GAPS}
    parts["live"] = NOT_LIVE
    parts["paging"] = NO_PAGING if edge.settings.paging_url is None else PAGING
    keeps = _keeps(edge, now)
    try:
        with edge.store.read() as session:
            session.connection().execute(text("SELECT 1"))
            parts["database"] = FINE if keeps else UNWRITTEN
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
    served = parts["database"] == FINE and parts["knowledge"] != AWAY_NOW
    return Ready(ready=served, parts=parts)


def _keeps(edge: Edge, now: datetime) -> bool:
    """Whether a row can be written: of a full disk all can be read, and no message be kept."""
    try:
        with edge.store.write() as session:
            throttles.count(session, "readiness", every=timedelta(hours=1), now=now)
    except AWAY:
        return False
    return True


def _knowledge(edge: Edge) -> str:
    try:
        return edge.helpline.library().version
    except LibraryError:
        return AWAY_NOW
