"""How a unit's own system answers a referral: signed as a webhook, taken once, safe to repeat."""

import hashlib
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field, ValidationError
from standardwebhooks import Webhook, WebhookVerificationError

from api import casework
from api.casework import Step
from api.edge import Edge, EdgeOf, Now
from api.errors import UnauthorisedError, UnusableError
from bot import receivers
from cases import permissions
from cases.database import Session
from cases.errors import UnknownError
from cases.operators import Operator, Role
from cases.permissions import Action
from cases.ticket_rules.lifecycle import Move
from cases.tickets import handovers, steps, worklists
from cases.tickets.handovers import ReceivedAnswer
from cases.tickets.tickets import Ticket

router = APIRouter(prefix="/api/receivers", tags=["receivers"])
MOST_BYTES = 20_000
NOT_SIGNED = "The signature, its time or the secret is not right; sign as Standard Webhooks say."
NOT_SO = "Send {move, reason}: accept, start, continue, send_back, progress, ask_resident, resolve."


class Answer(BaseModel, frozen=True, extra="forbid"):
    """What the unit has done. `reason` is the result, the question or why it comes back."""

    move: Literal["accept", "start", "continue", "send_back", "progress", "ask_resident", "resolve"]
    reason: str = Field(default="", max_length=2000)


class Taken(BaseModel):
    """Where the ticket stands after the answer."""

    number: str
    state: str


async def raw(request: Request) -> bytes:
    """The body as it was signed."""
    body = await request.body()
    if len(body) > MOST_BYTES:
        raise UnusableError(NOT_SO)
    return body


@router.post("/{region}/{unit}/tickets/{number}/answers", status_code=HTTPStatus.OK)
def answer(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    region: str,
    unit: str,
    number: str,
    body: Annotated[bytes, Depends(raw)],
) -> Taken:
    """Take an answer. The same `webhook-id` again gives the same answer and moves nothing."""
    _verify(request, edge, region, unit, body)
    webhook_id = request.headers["webhook-id"]
    fingerprint = hashlib.sha256(number.upper().encode() + b"\x1f" + body).hexdigest()
    with edge.store.write() as session:
        who = _as_staff(region, unit, now=now)
        ticket = casework.find_to_change(session, who, Action.WORK_TICKET, number)
        if ticket.lead_unit != unit:
            raise UnknownError("There is no such ticket.")
        before = handovers.answered(session, unit, webhook_id, fingerprint)
        if before is None:
            _carry_out(session, edge, who, ticket, _read(body), now=now)
            session.add(
                ReceivedAnswer(
                    unit=unit,
                    webhook_id=webhook_id,
                    fingerprint=fingerprint,
                    ticket_id=ticket.id,
                    state=ticket.state,
                    at=now,
                )
            )
        return Taken(number=ticket.number, state=before or ticket.state)


def _verify(request: Request, edge: Edge, region: str, unit: str, body: bytes) -> None:
    """Raises UnauthorisedError, also for a unit that has no system: nobody learns which have."""
    receiver = receivers.find(edge.settings.data, region, unit)
    if receiver is None:
        raise UnauthorisedError(NOT_SIGNED)
    headers = {name: request.headers.get(name, "") for name in HEADERS}
    try:
        Webhook(receiver.secret.get_secret_value()).verify(body, headers)
    except (WebhookVerificationError, ValueError) as error:
        raise UnauthorisedError(NOT_SIGNED) from error


HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


def _read(body: bytes) -> Answer:
    try:
        return Answer.model_validate_json(body)
    except ValidationError as error:
        raise UnusableError(NOT_SO) from error


def _as_staff(region: str, unit: str, *, now: datetime) -> Operator:
    """A unit's system may do what a caseworker of the unit may, and no more; it is never kept."""
    return Operator(
        id=f"system of {unit}",
        name=unit,
        role=Role.CASEWORKER,
        region=region,
        unit=unit,
        password_hash="",
        created_at=now,
    )


def _carry_out(  # noqa: PLR0913
    session: Session, edge: Edge, who: Operator, ticket: Ticket, told: Answer, *, now: datetime
) -> None:
    speech = edge.helpline.speech
    if told.move == "progress":
        casework.report_progress(session, who, ticket, told.reason, speech=speech, now=now)
        return
    step = Step(Move(told.move), told.reason.strip(), ticket.version)
    permissions.require(who, steps.leave_for(step.what, ticket), worklists.row_of(ticket))
    casework.take_step(session, who, ticket, step, speech=speech, now=now)
