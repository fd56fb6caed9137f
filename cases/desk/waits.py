"""What is kept of every wait, so that the next one is told honestly or called unknown."""

import statistics
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Index
from sqlalchemy.orm import aliased
from sqlmodel import Field, SQLModel, col, func, or_, select, update

from cases import keys
from cases.database import Session, UtcDateTime
from cases.desk import forecasts, routing
from cases.desk.forecasts import Calibration, Range, Served, Situation
from cases.talk.conversations import Conversation
from knowledge.names import Priority, Region

# From how many of the newest waits, costs and told ranges something is concluded.
WAITS_KEPT = 60
COSTS_KEPT = 60
TOLD_KEPT = 200
# It broke, or could make nothing of what was said.
BOTS_OWN_FAILURES = ("bot_failed", "voice", "unclear_emergency", "prescreen_stuck")


class Wait(SQLModel, table=True):
    """How long one resident waited, and what was foreseen when they asked.

    `seconds` and `served_at` are None while they wait; `cost_s` (effort times seconds) until the
    talk has ended.
    """

    __tablename__ = "waits"
    __table_args__ = (
        Index("ix_waits_latest", "priority", "served_at"),
        Index("ix_waits_alike", "region", "at_once", "served_at"),
    )
    id: str = Field(primary_key=True)
    conversation_id: str | None = Field(default=None, foreign_key="conversations.id", index=True)
    region: str | None = None
    priority: str
    # Why a person was asked for, in the words of `queue_reason`.
    reason: str | None = None
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    measure_s: float | None = None
    at_once: bool | None = None
    low_s: int | None = None
    high_s: int | None = None
    seconds: int | None = None
    served_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    cost_s: float | None = None


def begin(
    session: Session, conversation: Conversation, situation: Situation, *, now: datetime
) -> None:
    """Somebody asks for a person: keep what is foreseen now, told or not."""
    foreseen = foresee(session, conversation.region, situation)
    session.add(
        Wait(
            id=keys.new_id(),
            conversation_id=conversation.id,
            region=conversation.region,
            priority=conversation.queue_priority or Priority.P2,
            reason=conversation.queue_reason,
            asked_at=now,
            measure_s=forecasts.measure(situation),
            at_once=forecasts.is_at_once(situation),
            low_s=None if foreseen is None else foreseen.low_s,
            high_s=None if foreseen is None else foreseen.high_s,
        )
    )
    session.flush()


def serve(session: Session, conversation: Conversation, *, now: datetime) -> None:
    """A person has come: how long it was, from the first asking."""
    if conversation.queued_at is None:
        return
    asked = aliased(Wait)
    mine = asked.conversation_id == conversation.id
    newest = select(asked.id).where(mine).order_by(col(asked.asked_at).desc()).limit(1)
    session.connection().execute(
        update(Wait)
        .where(col(Wait.id) == newest.scalar_subquery(), col(Wait.served_at).is_(None))
        .values(
            seconds=max(int((now - conversation.queued_at).total_seconds()), 0),
            served_at=now,
            priority=func.coalesce(conversation.queue_priority, Wait.priority),
        )
    )


def end(session: Session, conversation: Conversation, *, now: datetime) -> None:
    """The talk has ended: what it cost of somebody's capacity."""
    row = _newest(session, conversation)
    if row is None or row.served_at is None or conversation.taken_at is None:
        return
    held = max((now - conversation.taken_at).total_seconds(), 1.0)
    row.cost_s = held * routing.effort(conversation.queue_priority)
    session.add(row)
    session.flush()


def reasons(session: Session, region: str | None, *, since: datetime) -> Mapping[str, int]:
    """Why persons were asked for since a moment, and how often; of one region or of all."""
    rows = session.exec(
        select(Wait.reason, func.count())
        .where(col(Wait.asked_at) >= since, col(Wait.reason).is_not(None), *_near(region))
        .group_by(col(Wait.reason))
    )
    return {reason: count for reason, count in rows if reason is not None}


def failures(
    session: Session, region: str | None, *, since: datetime, limit: int = 30
) -> Sequence[Wait]:
    """The conversations in which the bot itself came to nothing, the newest first."""
    return session.exec(
        select(Wait)
        .where(col(Wait.asked_at) >= since, col(Wait.reason).in_(BOTS_OWN_FAILURES), *_near(region))
        .order_by(col(Wait.asked_at).desc())
        .limit(limit)
    ).all()


def cost(session: Session) -> float | None:
    """What a chat cost of late, in effort times seconds; None when too few are known."""
    newest = session.exec(
        select(Wait.cost_s)
        .where(col(Wait.cost_s).is_not(None), col(Wait.served_at).is_not(None))
        .order_by(col(Wait.served_at).desc())
        .limit(COSTS_KEPT)
    )
    costs = [cost for cost in newest if cost is not None]
    return statistics.fmean(costs) if len(costs) >= forecasts.ENOUGH_SERVED else None


def foresee(session: Session, region: str | None, situation: Situation) -> Range | None:
    """In which range others like this waited of late; None when too few are known."""
    at_once = forecasts.is_at_once(situation)
    return forecasts.forecast(_served(session, region, at_once=at_once), situation)


def told(session: Session, region: str | None) -> Calibration:
    """How good the newest ranges of a region's line were."""
    # Of hundreds of waits what is compared alone: it is read for everybody who stands in line.
    statement = select(Wait.low_s, Wait.high_s, Wait.seconds).where(
        col(Wait.served_at).is_not(None), col(Wait.high_s).is_not(None)
    )
    if region not in {None, Region.NATIONAL}:
        statement = statement.where(Wait.region == region)
    rows = session.exec(statement.order_by(col(Wait.served_at).desc()).limit(TOLD_KEPT))
    return forecasts.calibrate([_served_as(low, high, waited) for low, high, waited in rows])


def _near(region: str | None) -> Sequence[ColumnElement[bool]]:
    """What a region's staff are told of: their own and what has no place."""
    if region is None:
        return ()
    return (or_(Wait.region == region, col(Wait.region).is_(None)),)


def _served(session: Session, region: str | None, *, at_once: bool) -> list[Served]:
    statement = select(Wait.measure_s, Wait.seconds).where(
        col(Wait.at_once) == at_once,
        col(Wait.served_at).is_not(None),
        col(Wait.measure_s).is_not(None),
    )
    if region not in {None, Region.NATIONAL}:
        statement = statement.where(Wait.region == region)
    rows = session.exec(statement.order_by(col(Wait.served_at).desc()).limit(WAITS_KEPT))
    return [
        Served(measure_s or forecasts.AT_ONCE_S, at_once, None, None, seconds or 0)
        for measure_s, seconds in rows
    ]


def _served_as(low_s: int | None, high_s: int | None, seconds: int | None) -> Served:
    return Served(
        forecasts.AT_ONCE_S, at_once=True, low_s=low_s, high_s=high_s, waited_s=seconds or 0
    )


def _newest(session: Session, conversation: Conversation) -> Wait | None:
    return session.exec(
        select(Wait)
        .where(Wait.conversation_id == conversation.id)
        .order_by(col(Wait.asked_at).desc())
        .limit(1)
    ).first()
