"""What the browser keeps for us: three tokens that no script reads and no other site sends."""

from datetime import timedelta

from fastapi import Request
from starlette.responses import Response

from api.edge import Edge

CHAT = "helpline_chat"
STAFF = "helpline_staff"
FORM = "helpline_form"
CHAT_KEPT = timedelta(days=7)


def read(request: Request, edge: Edge, name: str) -> str | None:
    """The cookie's value, if the browser sent one."""
    return request.cookies.get(_name(edge, name)) or None


def keep(
    response: Response, edge: Edge, name: str, value: str, *, until: timedelta | None = None
) -> None:
    """Let the browser keep it: HttpOnly, SameSite=Strict, Secure under https."""
    response.set_cookie(
        _name(edge, name),
        value,
        max_age=None if until is None else int(until.total_seconds()),
        path="/",
        secure=edge.secure,
        httponly=True,
        samesite="strict",
    )


def drop(response: Response, edge: Edge, name: str) -> None:
    """Let the browser forget it."""
    response.delete_cookie(
        _name(edge, name), path="/", secure=edge.secure, httponly=True, samesite="strict"
    )


def _name(edge: Edge, name: str) -> str:
    # A browser accepts the prefix only for Secure cookies of exactly this host.
    return f"__Host-{name}" if edge.secure else name
