"""How a knock at a channel's door is turned away: recorded by hour, and nothing of it kept."""

from datetime import datetime

from anyio import to_thread
from fastapi import Request
from starlette.exceptions import HTTPException

from api.edge import Edge
from api.errors import EdgeError
from cases.channels import refusals
from cases.channels.refusals import Why


class RefusedAtDoorError(EdgeError):
    """It was not signed as agreed, or is no message; nothing of it was kept."""

    status = 403


class TooLargeError(EdgeError):
    """More was sent than this door takes."""

    status = 413


async def refuse(edge: Edge, channel: str, why: Why, *, now: datetime) -> EdgeError:
    """Record it; the error to raise."""
    await to_thread.run_sync(_count, edge, channel, why, now)
    if why is Why.TOO_LARGE:
        return TooLargeError("More was sent than this address takes.")
    return RefusedAtDoorError("This was not signed as agreed; nothing of it was kept.")


async def body_of(request: Request, edge: Edge, channel: str, *, now: datetime) -> bytes:
    """The body, as far as the limit lets it in; one that is larger is recorded."""
    try:
        return await request.body()
    except HTTPException as error:
        raise await refuse(edge, channel, Why.TOO_LARGE, now=now) from error


def _count(edge: Edge, channel: str, why: Why, now: datetime) -> None:
    with edge.store.write() as session:
        refusals.count(session, channel, why, now=now)
