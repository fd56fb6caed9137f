"""Whether a form was sent from our own page: an origin that is ours and a token that it carried."""

import hmac
import secrets
from urllib.parse import urlsplit

from fastapi import Request

from api import cookies
from api.edge import Edge
from api.errors import ForgedError
from cases.database import Session

HEADER = "X-CSRF-Token"
FORGED = "This form is no longer valid; reload the page and send it once more."
OPAQUE = "null"
OURS = frozenset({"same-origin", "none"})


def check_origin(request: Request) -> None:
    """Raises ForgedError when the browser says that another site sent this."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in OURS:
        raise ForgedError(FORGED)
    origin = request.headers.get("origin")
    # Pages that send no referrer send their own origin as null.
    if (
        origin is not None
        and origin != OPAQUE
        and urlsplit(origin).netloc != request.headers.get("host")
    ):
        raise ForgedError(FORGED)


def seed_of(request: Request, edge: Edge) -> str:
    """The random value behind this browser's tokens: the one it keeps, else a new one."""
    return cookies.read(request, edge, cookies.FORM) or secrets.token_urlsafe(24)


def token_for(session: Session, seed: str) -> str:
    """The token that a form of the browser with this seed carries."""
    return session.vault.blind("form", seed)


def is_ours(session: Session, request: Request, edge: Edge, sent: str) -> bool:
    """Whether this form was rendered for this browser."""
    seed = cookies.read(request, edge, cookies.FORM)
    return seed is not None and matches(sent, token_for(session, seed))


def matches(sent: str, expected: str) -> bool:
    """Whether two tokens are equal, in constant time."""
    return hmac.compare_digest(sent.encode("utf-8", "replace"), expected.encode())


def require_ours(session: Session, request: Request, edge: Edge, token: str) -> None:
    """Raises ForgedError unless the form came from a page of ours in this very browser."""
    if not is_ours(session, request, edge, token):
        raise ForgedError(FORGED)
