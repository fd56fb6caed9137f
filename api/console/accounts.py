"""Who works here: the administrator's page of accounts, and one's own."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, Response

from api import auth, passwords, throttling
from api.console import labels, visit
from api.edge import Edge, EdgeOf, Now
from cases import audit, operators, permissions
from cases.errors import CaseError
from cases.operators import NameTakenError, Role
from cases.permissions import Action
from knowledge.names import Region, Tongue

router = APIRouter(prefix="/console", include_in_schema=False)
Field = Annotated[str, Form()]
TAKEN = labels.notice("name_taken")
INCOMPLETE = labels.notice("incomplete").format(shortest=passwords.SHORTEST)
NOT_YOURSELF = labels.notice("not_yourself")
WEAK = labels.notice("weak").format(shortest=passwords.SHORTEST)
NOT_PROVEN = labels.notice("not_proven")
RENEWED = labels.notice("renewed")

# In writing everybody can talk: nobody is asked for it.
SPOKEN = tuple(one for one in Tongue if one is not Tongue.TEXT)


class TonguesForm(BaseModel):
    """What somebody speaks besides the common language."""

    csrf: str = ""
    tongues: list[Tongue] = []


class AccountForm(BaseModel):
    """A new account."""

    name: Annotated[str, Form(min_length=1, max_length=60)]
    role: Role
    region: Region | Literal[""] = ""
    unit: Annotated[str, Form(max_length=100)] = ""
    password: str = ""
    csrf: str = ""


class PasswordForm(BaseModel):
    """A new password for oneself, proven by the one before."""

    csrf: str = ""
    current: str = ""
    password: str = ""
    again: str = ""


@router.get("/account")
def own(
    request: Request,
    edge: EdgeOf,
    now: Now,
    renewed: bool = False,  # noqa: FBT001, FBT002
) -> HTMLResponse:
    """One's own account; where those arrive who have neither queue nor tickets."""
    # public: permissions are not asked, it shows nothing but the account that is signed in.
    return _own(request, edge, now, RENEWED if renewed else "", status=200)


@router.post("/account/password")
def renew_own(
    request: Request, edge: EdgeOf, now: Now, form: Annotated[PasswordForm, Form()]
) -> Response:
    """Take a new password; every other sign-in of the account ends."""
    # public: permissions are not asked, the password of this very account is the proof.
    address = auth.address(request, edge)
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        throttling.begin_sign_in(session, me.operator.name, address, now=now)
    proven = passwords.matches(form.current, me.operator.password_hash)
    with edge.store.write() as session:
        if proven:
            throttling.end_sign_in(session, me.operator.name, now=now)
        else:
            throttling.note_failed_sign_in(session, address, now=now)
    if not proven:
        return _own(request, edge, now, NOT_PROVEN, status=422)
    if form.password != form.again:
        return _own(request, edge, now, WEAK, status=422)
    try:
        _renew(edge, me.operator.id, form.password, by=me.operator.id, keep=me.token, now=now)
    except passwords.TooWeakError:
        return _own(request, edge, now, WEAK, status=422)
    return visit.to("/console/account?renewed=true")


@router.post("/account/tongues")
def speak(
    request: Request, edge: EdgeOf, now: Now, form: Annotated[TonguesForm, Form()]
) -> Response:
    """Say what one speaks besides the common language."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.TAKE_CHAT)
        operators.speak(session, me.operator, form.tongues)
        audit.record(session, me.operator.id, "said what they speak", me.operator.id, now=now)
    return visit.to("/console/account")


@router.get("/staff")
def lists(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """All accounts."""
    # permissions are asked in _page, for the list and for the form that was not right.
    return _page(request, edge, now)


@router.post("/staff")
def add(request: Request, edge: EdgeOf, now: Now, form: Annotated[AccountForm, Form()]) -> Response:
    """Make an account."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        permissions.require(me.operator, Action.MANAGE_STAFF)
    try:
        # Hashing takes long; nothing is held open meanwhile.
        hashed = passwords.hash_new(form.password)
        _add(edge, form, hashed, by=me.operator.id, now=now)
    except NameTakenError:
        return _page(request, edge, now, TAKEN)
    except (CaseError, passwords.TooWeakError):
        return _page(request, edge, now, INCOMPLETE)
    return visit.to("/console/staff")


@router.post("/staff/{operator_id}/password")
def renew(  # noqa: PLR0913, PLR0917
    request: Request,
    edge: EdgeOf,
    now: Now,
    operator_id: str,
    password: Field = "",
    csrf: Field = "",
) -> Response:
    """Give somebody who forgot theirs a new password; their sign-ins end."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.MANAGE_STAFF)
        operators.find(session, operator_id)
    try:
        _renew(edge, operator_id, password, by=me.operator.id, keep=None, now=now)
    except passwords.TooWeakError:
        return _page(request, edge, now, INCOMPLETE)
    return visit.to("/console/staff")


@router.post("/staff/{operator_id}/disable")
def disable(
    request: Request, edge: EdgeOf, now: Now, operator_id: str, csrf: Field = ""
) -> Response:
    """Close an account."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.MANAGE_STAFF)
        if operator_id == me.operator.id:
            raise CaseError(NOT_YOURSELF)
        operators.disable(session, operator_id, now=now)
        audit.record(session, me.operator.id, "disabled account", operator_id, now=now)
    return visit.to("/console/staff")


def _own(request: Request, edge: Edge, now: datetime, notice: str, *, status: int) -> HTMLResponse:
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        values = {"tongues": SPOKEN, "notice": notice, "shortest": passwords.SHORTEST}
        return visit.page(session, edge, me, "account.html", values, now=now, status=status)


def _renew(  # noqa: PLR0913
    edge: Edge, operator_id: str, password: str, *, by: str, keep: str | None, now: datetime
) -> None:
    # Hashing takes long; nothing is held open meanwhile.
    hashed = passwords.hash_new(password)
    with edge.store.write() as session:
        operator = operators.find(session, operator_id)
        operators.renew_password(session, operator, hashed, keep=keep, now=now)
        audit.record(session, by, "renewed password", operator_id, now=now)


def _page(request: Request, edge: Edge, now: datetime, notice: str = "") -> HTMLResponse:
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.MANAGE_STAFF)
        values = {
            "people": operators.everyone(session),
            "roles": list(Role),
            "regions": list(Region),
            "on_duty": {row.id for row in operators.on_duty(session, now=now)},
            "notice": notice,
            "shortest": passwords.SHORTEST,
        }
        status = 422 if notice else 200
        return visit.page(session, edge, me, "staff.html", values, now=now, status=status)


def _add(edge: Edge, form: AccountForm, hashed: str, *, by: str, now: datetime) -> None:
    with edge.store.write() as session:
        made = operators.add(
            session,
            form.name.strip(),
            role=form.role,
            password_hash=hashed,
            region=form.region or None,
            unit=form.unit.strip() or None,
            now=now,
        )
        audit.record(session, by, "made account", made.id, now=now)
