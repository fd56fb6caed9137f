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
    kept = await to_thread.run_sync(_kept, edge, name, address, now)
    if not await passwords.matches_in_turn(password, kept):
        await to_thread.run_sync(_count_failure, edge, name, address, now)
        raise UnauthorisedError(WRONG)
    return await to_thread.run_sync(_begin, edge, name, now)


def _kept(edge: Edge, name: str, address: str, now: datetime) -> str | None:
    with edge.store.read() as session:
        throttling.check_sign_in(session, name, address, now=now)
        operator = operators.by_name(session, _clean(name))
        known = operator is not None and operator.disabled_at is None
        return operator.password_hash if operator is not None and known else None


def _count_failure(edge: Edge, name: str, address: str, now: datetime) -> None:
    with edge.store.write() as session:
        throttling.count_failed_sign_in(session, name, address, now=now)


def _begin(edge: Edge, name: str, now: datetime) -> tuple[str, Operator]:
    with edge.store.write() as session:
        operator = operators.by_name(session, _clean(name))
        if operator is None or operator.disabled_at is not None:
            raise UnauthorisedError(WRONG)
        token, _ = operators.sign_in(session, operator, now=now)
        audit.record(session, operator.id, "signed in", operator.id, now=now)
    return token, operator


def _clean(name: str) -> str:
    # PostgreSQL refuses a NUL in a text; no account has one.
    return name.replace("\x00", "\ufffd").strip()
