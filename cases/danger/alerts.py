"""A danger to life stays open until a person says: I have seen it."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Field, SQLModel, col, select, update

from cases import events, keys
from cases.database import Session, UtcDateTime
from cases.errors import UnknownError
from knowledge.names import P0_HAZARDS, Hazard


class Alert(SQLModel, table=True):
    """One P0 (or P1 that nobody has seen): rings on every console until acknowledged."""

    __tablename__ = "alerts"
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id", index=True)
    ticket_id: str | None = Field(default=None, foreign_key="tickets.id", index=True)
    hazard: str
    region: str | None = None
    opened_at: datetime = Field(sa_type=UtcDateTime)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    acknowledged_by: str | None = Field(default=None, foreign_key="operators.id", index=True)
    # When what was done about it was written down (`cases/danger/rescues.py`); of what wants no
    # such card, when it was seen.
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


def raise_for(  # noqa: PLR0913
    session: Session,
    conversation_id: str,
    hazard: Hazard,
    *,
    region: str | None,
    ticket_id: str | None,
    now: datetime,
) -> Alert:
    """Ring. A conversation whose alert is still open does not ring twice for the same danger."""
    known = session.exec(
        select(Alert).where(
            Alert.conversation_id == conversation_id,
            Alert.hazard == hazard,
            col(Alert.acknowledged_at).is_(None),
        )
    ).first()
    if known is not None:
        return known
    alert = Alert(
        id=keys.new_id(),
        conversation_id=conversation_id,
        ticket_id=ticket_id,
        hazard=hazard,
        region=region,
        opened_at=now,
    )
    session.add(alert)
    session.flush()
    events.publish(session, events.Kind.ALERT, {"alert": alert.id}, now=now)
    return alert


def ring_again(session: Session, conversation_id: str, *, now: datetime) -> None:
    """Whoever had seen the danger holds the chat no more, and what was done about it is not
    written down: it rings for the others. One that rings, or has its card, does not."""
    open_ones = [one for one in all_of(session, conversation_id) if one.closed_at is None]
    if not open_ones or any(one.acknowledged_at is None for one in open_ones):
        return
    last = open_ones[-1]
    raise_for(
        session,
        conversation_id,
        Hazard(last.hazard),
        region=last.region,
        ticket_id=last.ticket_id,
        now=now,
    )


def open_alerts(session: Session) -> Sequence[Alert]:
    """What nobody has acknowledged yet, oldest first."""
    return session.exec(
        select(Alert).where(col(Alert.acknowledged_at).is_(None)).order_by(col(Alert.opened_at))
    ).all()


def of_conversation(session: Session, conversation_id: str) -> Sequence[Alert]:
    """The open alerts of one conversation."""
    return session.exec(
        select(Alert)
        .where(Alert.conversation_id == conversation_id, col(Alert.acknowledged_at).is_(None))
        .order_by(col(Alert.opened_at))
    ).all()


def all_of(session: Session, conversation_id: str) -> Sequence[Alert]:
    """Every alert there ever was in one conversation, the oldest first."""
    return session.exec(
        select(Alert).where(Alert.conversation_id == conversation_id).order_by(col(Alert.opened_at))
    ).all()


def acknowledge(session: Session, alert_id: str, operator_id: str, *, now: datetime) -> Alert:
    """Stop the ringing; only the first one counts. Raises UnknownError."""
    first = session.connection().execute(
        update(Alert)
        .where(col(Alert.id) == alert_id, col(Alert.acknowledged_at).is_(None))
        .values(acknowledged_at=now, acknowledged_by=operator_id)
    )
    alert = session.get(Alert, alert_id, populate_existing=True)
    if alert is None:
        raise UnknownError("There is no such alert.")
    if first.rowcount == 1:
        if alert.hazard not in P0_HAZARDS:
            alert.closed_at = now
            session.add(alert)
        events.publish(session, events.Kind.ALERT, {"alert": alert.id}, now=now)
    return alert
