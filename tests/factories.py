"""Rows with the fewest words. Alice owns it, Bob is a colleague, Charlie a stranger."""

from datetime import datetime

from cases import conversations, operators
from cases.conversations import Conversation
from cases.database import Session
from cases.operators import Operator, Role
from knowledge.names import Region


def an_operator(  # noqa: PLR0913
    session: Session,
    name: str = "Alice",
    *,
    role: Role = Role.OPERATOR,
    region: Region | None = None,
    unit: str | None = None,
    now: datetime,
) -> Operator:
    """A staff account that is present on its console."""
    operator = operators.add(
        session, name, role=role, password_hash="none", region=region, unit=unit, now=now
    )
    operator.present_at = now
    session.add(operator)
    session.flush()
    return operator


def a_conversation(
    session: Session, *, region: Region | None = Region.ZICHUAN, now: datetime
) -> Conversation:
    """A conversation with somebody unknown."""
    return conversations.open_new(session, region=region, channel="web", now=now).conversation
