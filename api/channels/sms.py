"""Where the text gateway tells what came in or did not arrive, and the robot what came of calls."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from anyio import to_thread
from fastapi import APIRouter, Request
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from api import lanes
from api.channels import door, signed
from api.edge import Edge, EdgeOf, Now
from bot import calling, sms, taking_in
from cases.channels import outbox
from cases.channels.refusals import Why
from cases.desk import callbacks
from cases.desk.callbacks import CallOutcome
from cases.errors import CaseError, UnknownError

router = APIRouter(include_in_schema=False)


class Receipt(BaseModel):
    """What became of a message of ours."""

    message: str
    state: Literal["delivered", "failed"]


class Result(BaseModel):
    """What came of a robot's call."""

    call: str
    outcome: CallOutcome


@router.post(sms.WEBHOOK)
async def texts(request: Request, edge: EdgeOf, now: Now) -> Response:
    """`sms.received` is kept before 204; `sms.receipt` of a failure puts it on a person's list."""
    # public: opens to nobody but who holds the gateway's secret.
    secret = edge.settings.sms_secret
    if secret is None:
        raise UnknownError("No gateway is set.")
    key = secret.get_secret_value()
    _, body = await signed.opened(request, edge, sms.CHANNEL, key, now=now)
    try:
        await to_thread.run_sync(_take_text, edge, body, now, limiter=lanes.intake())
    except (ValueError, ValidationError) as error:
        raise await door.refuse(edge, sms.CHANNEL, Why.MALFORMED, now=now) from error
    return Response(status_code=204)


@router.post(calling.WEBHOOK)
async def calls(request: Request, edge: EdgeOf, now: Now) -> Response:
    """What came of a robot's call; whoever was not reached stays on the list for a person."""
    # public: opens to nobody but who holds the robot's secret.
    secret = edge.settings.call_robot_secret
    if secret is None:
        raise UnknownError("No robot is set.")
    key = secret.get_secret_value()
    _, body = await signed.opened(request, edge, calling.CHANNEL, key, now=now)
    try:
        await to_thread.run_sync(_take_result, edge, body, now, limiter=lanes.intake())
    except ValidationError as error:
        raise await door.refuse(edge, calling.CHANNEL, Why.MALFORMED, now=now) from error
    return Response(status_code=204)


def _take_text(edge: Edge, body: Mapping[str, object], now: datetime) -> None:
    data = body.get("data")
    if not isinstance(data, dict):
        raise ValueError("There is no data in it.")  # noqa: TRY004
    if body.get("type") == "sms.received":
        taking_in.keep(edge.store, sms.CHANNEL, [sms.raw(data)], now=now)
        return
    receipt = Receipt.model_validate(data)
    if receipt.state == "failed":
        with edge.store.write() as session:
            outbox.bounced(session, receipt.message, now=now)


def _take_result(edge: Edge, body: Mapping[str, object], now: datetime) -> None:
    result = Result.model_validate(body.get("data"))
    with edge.store.write() as session:
        try:
            callbacks.heard_from_robot(session, result.call, result.outcome, now=now)
        except CaseError:
            # A person was quicker, or the result comes again: nothing is owed any more.
            return
