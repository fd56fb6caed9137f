"""How an account is proven: the name, the password, and not too many failures before."""

from datetime import datetime

from anyio import to_thread

from api import passwords, throttling
from api.edge import Edge
from api.errors import UnauthorisedError
from cases import audit, operators
from cases.operators import Operator

WRONG = "The name or the password is wrong."


async def sign_in(
    edge: Edge, name: str, password: str, *, address: str, now: datetime
) -> tuple[str, Operator]:
    """The token of a new session. Raises UnauthorisedError, LimitedError."""
    # However somebody writes a name, it is one name, and its failures are counted as one.
    known_as = _clean(name)
    kept = await to_thread.run_sync(_kept, edge, known_as, address, now)
    if not await passwords.matches_in_turn(password, kept):
        await to_thread.run_sync(_note_failure, edge, address, now)
        raise UnauthorisedError(WRONG)
    return await to_thread.run_sync(_begin, edge, known_as, kept, now)


def _kept(edge: Edge, name: str, address: str, now: datetime) -> str | None:
    with edge.store.write() as session:
        throttling.begin_sign_in(session, name, address, now=now)
        operator = operators.by_name(session, name)
        known = operator is not None and operator.disabled_at is None
        return operator.password_hash if operator is not None and known else None


def _note_failure(edge: Edge, address: str, now: datetime) -> None:
    with edge.store.write() as session:
        throttling.note_failed_sign_in(session, address, now=now)


def _begin(edge: Edge, name: str, proven: str | None, now: datetime) -> tuple[str, Operator]:
    with edge.store.write() as session:
        operator = operators.by_name(session, name)
        if operator is None or operator.disabled_at is not None:
            raise UnauthorisedError(WRONG)
        if operator.password_hash != proven:
            # It was renewed while the old one was looked at.
            raise UnauthorisedError(WRONG)
        throttling.end_sign_in(session, name, now=now)
        token, _ = operators.sign_in(session, operator, now=now)
        audit.record(session, operator.id, "signed in", operator.id, now=now)
    return token, operator


def _clean(name: str) -> str:
    # PostgreSQL refuses a NUL in a text; no account has one.
    return name.replace("\x00", "\ufffd").strip()
