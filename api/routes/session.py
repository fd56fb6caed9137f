"""Signing in and out as a program does."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, BeforeValidator, Field

from api import auth, cookies, shapes, signing
from api.edge import EdgeOf, Now
from cases import operators
from cases.operators import SESSION_LIFE, Role

router = APIRouter(prefix="/api/session", tags=["staff"])
Short = Annotated[str, BeforeValidator(shapes.readable), Field(min_length=1, max_length=200)]


class Credentials(BaseModel):
    """Name and password; `otp` for accounts that have a second factor."""

    name: Short
    password: Short
    otp: Annotated[str, Field(max_length=20)] | None = None


class SignedIn(BaseModel):
    """The token to send as Authorization: Bearer, and who you are."""

    token: str
    name: str
    role: Role
    region: str | None
    unit: str | None


@router.post("")
async def sign_in(
    request: Request, response: Response, edge: EdgeOf, now: Now, body: Credentials
) -> SignedIn:
    """Sign in. An unknown name and a wrong password look the same."""
    # public: this is where an account is proven; failures are counted.
    address = auth.address(request, edge)
    token, operator = await signing.sign_in(
        edge, body.name, body.password, address=address, now=now
    )
    cookies.keep(response, edge, cookies.STAFF, token, until=SESSION_LIFE)
    return SignedIn(
        token=token,
        name=operator.name,
        role=Role(operator.role),
        region=operator.region,
        unit=operator.unit,
    )


@router.delete("", status_code=204)
def sign_out(request: Request, response: Response, edge: EdgeOf, now: Now) -> None:
    """Sign out; the token opens nothing any more."""
    # public: whoever holds a token may end it; no row is touched but their own.
    token = auth.staff_token(request, edge)
    if token is not None:
        with edge.store.write() as session:
            operators.sign_out(session, token, now=now)
    cookies.drop(response, edge, cookies.STAFF)
