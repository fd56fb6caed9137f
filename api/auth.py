"""Who asks: a resident by the token of their conversation, or somebody of the staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request

from api import cookies, forms
from api.edge import Edge
from api.errors import UnauthorisedError
from cases import operators, permissions
from cases.database import Session
from cases.errors import CaseError, UnknownError
from cases.operators import Operator
from cases.permissions import Action
from cases.talk import conversations
from cases.talk.conversations import Conversation
from cases.tickets import worklists

PRESENCE_EVERY = timedelta(seconds=15)
BEARER = "bearer "
SAFE_METHODS = frozenset({"GET", "HEAD"})
NO_TOKEN = "Send the token of this conversation as Authorization: Bearer."  # noqa: S105
NOT_SIGNED_IN = "Sign in first."


@dataclass(frozen=True)
class Staff:
    """Somebody of the staff who is signed in, with the token of the form they may send."""

    operator: Operator
    token: str
    csrf: str


def chat_token(request: Request, edge: Edge) -> str | None:
    """The token of a conversation: from the header, else from our own page's cookie."""
    return _bearer(request) or _from_cookie(request, edge, cookies.CHAT)


def staff_token(request: Request, edge: Edge) -> str | None:
    """The token of a sign-in: from the header, else from the console's cookie."""
    return _bearer(request) or _from_cookie(request, edge, cookies.STAFF)


def resident(session: Session, request: Request, edge: Edge, wanted: str) -> Conversation:
    """The conversation that is wanted, opened by its own token.

    Raises UnauthorisedError without a token that opens anything, UnknownError for another's.
    """
    token = chat_token(request, edge)
    conversation = None if token is None else conversations.by_token(session, token)
    if conversation is None:
        raise UnauthorisedError(NO_TOKEN)
    if conversation.id != wanted:
        raise UnknownError("There is no such conversation.")
    return conversation


def reader(
    session: Session, request: Request, edge: Edge, wanted: str, *, now: datetime
) -> tuple[Conversation, Operator | None]:
    """The conversation that is wanted, for its resident or for the staff member who may read it."""
    token = staff_token(request, edge)
    here = None if token is None else operators.signed_in(session, token, now=now)
    if here is None:
        return resident(session, request, edge, wanted), None
    return chat_for(session, here.operator, Action.READ_CHAT, wanted), here.operator


def staff(session: Session, request: Request, edge: Edge, *, now: datetime) -> Staff:
    """Who is signed in; being here counts as being present. Raises UnauthorisedError."""
    token = staff_token(request, edge)
    here = None if token is None else operators.signed_in(session, token, now=now)
    if token is None or here is None:
        raise UnauthorisedError(NOT_SIGNED_IN)
    operator = here.operator
    if operator.present_at is None or abs(now - operator.present_at) > PRESENCE_EVERY:
        operators.note_present(session, operator.id, token, now=now)
    return Staff(operator, token, here.csrf)


def chat_for(session: Session, operator: Operator, action: Action, wanted: str) -> Conversation:
    """A conversation that somebody may do this to. Raises ForbiddenError, UnknownError."""
    permissions.require(operator, action)
    if not wanted.isalnum():
        raise UnknownError("There is no such conversation.")
    conversation = conversations.find(session, wanted)
    row = row_of(conversation)
    shut = worklists.kept_from(session, operator, conversation.id)
    if shut or not permissions.may(operator, action, row):
        # What somebody may not see looks like what does not exist.
        raise UnknownError("There is no such conversation.")
    return conversation


def may_see(session: Session, operator: Operator, action: Action, wanted: str) -> bool:
    """Whether somebody may do this to a conversation."""
    try:
        chat_for(session, operator, action, wanted)
    except CaseError:
        return False
    return True


def row_of(conversation: Conversation) -> permissions.Row:
    """What a decision about a chat needs of it."""
    return permissions.Row(
        region=conversation.region,
        lent=conversation.queue_region,
        owner=conversation.operator_id,
    )


def address(request: Request, edge: Edge) -> str:
    """Where the request comes from; another's word for it counts only from the trusted proxy."""
    direct = "" if request.client is None else request.client.host
    if direct and direct == edge.settings.trusted_proxy:
        forwarded = request.headers.get("x-forwarded-for", "")
        return forwarded.rsplit(",", 1)[-1].strip() or direct
    return direct


def _bearer(request: Request) -> str | None:
    header = request.headers.get("authorization", "")
    if not header.lower().startswith(BEARER):
        return None
    return header[len(BEARER) :].strip() or None


def _from_cookie(request: Request, edge: Edge, name: str) -> str | None:
    value = cookies.read(request, edge, name)
    if value is not None and request.method not in SAFE_METHODS:
        forms.check_origin(request)
    return value
