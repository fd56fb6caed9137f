"""How staff come in and go out: signing in, signing out, and the first administrator's link."""

from datetime import datetime
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Form, Request
from starlette.responses import HTMLResponse, Response

from api import auth, cookies, forms, pages, passwords, signing
from api.console import labels, visit
from api.console.opening_up import readiness, steps
from api.edge import Edge, EdgeOf, Now
from api.errors import ForgedError, UnauthorisedError
from cases import audit, operators
from cases.errors import UnknownError
from cases.operators import SESSION_LIFE, NameTakenError, Role

router = APIRouter(include_in_schema=False)
Field = Annotated[str, Form()]
WRONG = labels.notice("wrong_password")
STALE = labels.notice("stale")
WEAK = labels.notice("weak").format(shortest=passwords.SHORTEST)
TAKEN = labels.notice("name_taken")
LONGEST_NAME = 60


@router.get("/console/sign-in")
def ask(request: Request, edge: EdgeOf) -> HTMLResponse:
    """The sign-in page."""
    # public: this is where an account is proven.
    return _form(request, edge, "sign-in.html")


@router.post("/console/sign-in")
async def sign_in(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    name: Field = "",
    password: Field = "",
    csrf: Field = "",
) -> Response:
    """Prove an account; an unknown name and a wrong password look the same."""
    # public: this is where an account is proven; failures are counted.
    if not await to_thread.run_sync(_ours, request, edge, csrf):
        return _form(request, edge, "sign-in.html", notice=STALE, name=name, status=403)
    address = auth.address(request, edge)
    try:
        token, me = await signing.sign_in(edge, name, password, address=address, now=now)
    except UnauthorisedError:
        return _form(request, edge, "sign-in.html", notice=WRONG, name=name, status=401)
    return _welcome(edge, token, await to_thread.run_sync(_first_page, edge, me.role))


@router.post("/console/sign-out")
def sign_out(request: Request, edge: EdgeOf, now: Now, csrf: Field = "") -> Response:
    """End this sign-in."""
    # public: touches nothing but the sign-in of this very browser.
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        operators.sign_out(session, me.token, now=now)
        audit.record(session, me.operator.id, "signed out", me.operator.id, now=now)
    response = visit.to("/console/sign-in")
    cookies.drop(response, edge, cookies.STAFF)
    return response


@router.get("/setup/{token}")
def ask_first(request: Request, edge: EdgeOf, now: Now, token: str) -> HTMLResponse:
    """The page behind the one-time link."""
    # public: the one-time link is the proof.
    with edge.store.read() as session:
        if not operators.setup_link_valid(session, token, now=now):
            raise UnknownError("This link was used or is too old.")
    return _form(request, edge, "setup.html")


@router.post("/setup/{token}")
async def make_first(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    token: str,
    name: Field = "",
    password: Field = "",
    again: Field = "",
    csrf: Field = "",
) -> Response:
    """Make the first administrator and sign them in."""
    # public: the one-time link is the proof.
    if not await to_thread.run_sync(_ours, request, edge, csrf):
        raise ForgedError(forms.FORGED)
    weak = len(password) < passwords.SHORTEST or len(password) > passwords.LONGEST
    if weak or password != again or not 0 < len(name.strip()) <= LONGEST_NAME:
        return _form(request, edge, "setup.html", notice=WEAK, name=name, status=422)
    hashed = await passwords.hash_in_turn(password)
    try:
        signed_in = await to_thread.run_sync(_make, edge, token, name.strip(), hashed, now)
    except NameTakenError:
        return _form(request, edge, "setup.html", notice=TAKEN, name=name, status=422)
    return _welcome(edge, signed_in, readiness.HERE)


def _make(edge: Edge, token: str, name: str, hashed: str, now: datetime) -> str:
    with edge.store.write() as session:
        operators.use_setup_link(session, token, now=now)
        first = operators.add(session, name, role=Role.ADMIN, password_hash=hashed, now=now)
        signed_in, _ = operators.sign_in(session, first, now=now)
        audit.record(session, first.id, "made the first account", first.id, now=now)
    return signed_in


def _ours(request: Request, edge: Edge, csrf: str) -> bool:
    with edge.store.read() as session:
        return forms.is_ours(session, request, edge, csrf)


def _form(  # noqa: PLR0913
    request: Request,
    edge: Edge,
    template: str,
    *,
    notice: str = "",
    name: str = "",
    status: int = 200,
) -> HTMLResponse:
    seed = forms.seed_of(request, edge)
    with edge.store.read() as session:
        csrf = forms.token_for(session, seed)
    values = {
        "service": edge.settings.service_name,
        "csrf": csrf,
        "notice": notice,
        "name": name,
        "shortest": passwords.SHORTEST,
    }
    response = pages.page(f"console/{template}", values, status=status)
    cookies.keep(response, edge, cookies.FORM, seed, until=cookies.CHAT_KEPT)
    return response


def _first_page(edge: Edge, role: str) -> str:
    """Before any place is open to the public an administrator meets what is still missing."""
    if role != Role.ADMIN:
        return "/console"
    with edge.store.read() as session:
        return "/console" if steps.open_to_public(session) else readiness.HERE


def _welcome(edge: Edge, token: str, to: str) -> Response:
    response = visit.to(to)
    cookies.keep(response, edge, cookies.STAFF, token, until=SESSION_LIFE)
    return response
