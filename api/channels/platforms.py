"""Where other systems, 12345 platforms for example, hand in cases and take them back."""

from datetime import datetime
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api import lanes
from api.channels import door, signed
from api.edge import Edge, EdgeOf, Now
from api.errors import UnusableError
from cases import audit, platform_cases
from cases.channels.refusals import Why
from cases.errors import UnknownError
from cases.platform_cases import HandedIn, PlatformCase
from cases.ticket_rules.lifecycle import NextActor, State
from handlers import passed_on
from knowledge.names import Region

router = APIRouter(prefix="/api/platforms", tags=["platforms"])
Name = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
LONGEST = 4000


class Case(BaseModel):
    """A case as it is handed in; `case` is the platform's own name for it."""

    model_config = ConfigDict(extra="forbid")

    case: str = Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")
    text: str = Field(min_length=1, max_length=LONGEST)
    region: Region | None = None
    phone: str | None = Field(default=None, max_length=20)


class TakenBack(BaseModel):
    """Why a platform wants a case back."""

    reason: str = Field(min_length=1, max_length=500)


class Told(BaseModel):
    """Something that was said to whoever the case is about."""

    at: datetime | None
    text: str


class Standing(BaseModel):
    """How far a case is."""

    case: str
    number: str
    state: State
    next_actor: NextActor
    next_due: datetime | None
    unit: str | None
    taken_back: bool
    said: list[Told]


@router.post("/{platform}/cases", openapi_extra={"requestBody": {"required": True}})
async def hand_in(request: Request, edge: EdgeOf, now: Now, platform: Name) -> Standing:
    """Hand in a case (`{case, text, region?, phone?}`). Again it is the same case; another text
    under the same name is refused with 409."""
    # public: opens to nobody but who holds this platform's secret.
    _, body = await _opened(request, edge, platform, now=now)
    try:
        case = Case.model_validate(body)
    except ValidationError as error:
        raise await _malformed(edge, now=now) from error
    return await to_thread.run_sync(_take, edge, platform, case, now, limiter=lanes.intake())


@router.post("/{platform}/cases/{name}/standing")
async def ask(request: Request, edge: EdgeOf, now: Now, platform: Name, name: Name) -> Standing:
    """How far a case is. The body is `{}` and `webhook-id` is the name of the case."""
    # public: opens to nobody but who holds this platform's secret.
    given, _ = await _opened(request, edge, platform, now=now)
    _same_case(given, name)
    return await to_thread.run_sync(_standing, edge, platform, name, limiter=lanes.intake())


@router.post("/{platform}/cases/{name}/take-back")
async def take_back(
    request: Request, edge: EdgeOf, now: Now, platform: Name, name: Name
) -> Standing:
    """Take a case back (`{reason}`). An emergency goes on all the same and answers 422."""
    # public: opens to nobody but who holds this platform's secret.
    given, body = await _opened(request, edge, platform, now=now)
    _same_case(given, name)
    try:
        asked = TakenBack.model_validate(body)
    except ValidationError as error:
        raise await _malformed(edge, now=now) from error
    return await to_thread.run_sync(
        _take_back, edge, (platform, name), asked.reason, now, limiter=lanes.intake()
    )


async def _opened(
    request: Request, edge: Edge, platform: str, *, now: datetime
) -> tuple[str, object]:
    secret = edge.settings.platforms.get(platform)
    if secret is None:
        raise UnknownError("There is no such platform.")
    key = secret.get_secret_value()
    return await signed.opened(request, edge, platform_cases.CHANNEL, key, now=now)


async def _malformed(edge: Edge, *, now: datetime) -> Exception:
    await door.refuse(edge, platform_cases.CHANNEL, Why.MALFORMED, now=now)
    return UnusableError("This is not the JSON that is described in /openapi.json.")


def _same_case(given: str, name: str) -> None:
    # The signature covers the id and not the address: so the id names the case.
    if given != name:
        raise UnusableError("The webhook-id must be the name of the case.")


def _take(edge: Edge, platform: str, case: Case, now: datetime) -> Standing:
    helpline = edge.helpline
    said = helpline.interpreter.read(case.text, now=now)
    opened = passed_on.commands(said, helpline.library(), region=case.region, phone=case.phone)
    handed = HandedIn(platform, case.case, case.text, case.region)
    with edge.store.write() as session:
        row = platform_cases.take(session, handed, opened, now=now)
        audit.record(session, f"platform {platform}", "handed in case", row.id, now=now)
        return _shape(platform_cases.standing(session, row), row)


def _standing(edge: Edge, platform: str, name: str) -> Standing:
    with edge.store.read() as session:
        row = platform_cases.find(session, platform, name)
        if row is None:
            raise UnknownError("There is no such case.")
        return _shape(platform_cases.standing(session, row), row)


def _take_back(edge: Edge, which: tuple[str, str], reason: str, now: datetime) -> Standing:
    platform, name = which
    with edge.store.write() as session:
        row = platform_cases.find(session, platform, name)
        if row is None:
            raise UnknownError("There is no such case.")
        if not platform_cases.take_back(session, row, reason, now=now):
            raise UnusableError("A person sees to this one: it is urgent, or it has moved on.")
        audit.record(session, f"platform {platform}", "took back case", row.id, now=now)
        return _shape(platform_cases.standing(session, row), row)


def _shape(found: platform_cases.Standing, row: PlatformCase) -> Standing:
    return Standing(
        case=row.name,
        number=found.number,
        state=found.state,
        next_actor=found.next_actor,
        next_due=found.next_due,
        unit=found.unit,
        taken_back=row.taken_back_at is not None,
        said=[Told(at=line.at, text=line.text) for line in found.said],
    )
