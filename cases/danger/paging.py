"""When an unacknowledged danger pages which tier outside the console, and what came of each try."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, UniqueConstraint
from sqlmodel import Field, SQLModel, col, func, select, update
from sqlmodel.sql.expression import SelectOfScalar

from cases import keys, operators
from cases.danger import alerts
from cases.danger.alerts import Alert
from cases.database import Session, UtcDateTime
from cases.operators import Operator
from cases.talk.conversations import Conversation, Mode
from knowledge.names import P0_HAZARDS, Hazard, Priority, Region

# After how long without an acknowledgement each tier is paged.
TIERS_AFTER = {
    1: timedelta(0),
    2: timedelta(minutes=1),
    3: timedelta(minutes=3),
    4: timedelta(minutes=5),
}
LAST_TIER = max(TIERS_AFTER)
# How often the last tier is paged of a danger to life that still nobody has acknowledged.
AGAIN_EVERY = timedelta(minutes=5)
# An urgent chat (P1) becomes an alert when nobody has taken it for so long; at once with nobody on
# duty.
P1_UNSEEN = timedelta(minutes=3)
LEASE = timedelta(seconds=30)
RETRY = timedelta(seconds=20)
MOST_TRIES = 30


class PageState(StrEnum):
    """How far a page has come."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    NEEDLESS = "needless"


class Page(SQLModel, table=True):
    """One tier that is to be paged for one alert; once, however many processes look. Numbers behind
    the last tier are that tier again."""

    __tablename__ = "pages"
    __table_args__ = (UniqueConstraint("alert_id", "tier"),)
    id: str = Field(primary_key=True)
    alert_id: str = Field(foreign_key="alerts.id")
    tier: int
    state: str = Field(default=PageState.WAITING, index=True)
    due_at: datetime = Field(sa_type=UtcDateTime)
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PageTry(SQLModel, table=True):
    """One attempt to send a page. `answer` is the receiver's status or why there was none."""

    __tablename__ = "page_tries"
    id: str = Field(primary_key=True)
    page_id: str = Field(foreign_key="pages.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answer: str | None = None


@dataclass(frozen=True)
class Claimed:
    """A page that this process sends now."""

    page: str
    attempt: str
    tier: int
    priority: Priority
    region: str | None
    opened_at: datetime


def raise_unseen(session: Session, *, now: datetime) -> int:
    """Ring for urgent chats that nobody takes; returns how many began to ring."""
    there = operators.on_duty(session, now=now)
    waiting = session.exec(select(Conversation).where(*_urgent(), ~_rung().exists())).all()
    return sum([_ring(session, chat.id, now=now) for chat in waiting if _late(chat, there, now)])


def plan(session: Session, *, now: datetime) -> int:
    """Write down the tiers whose minute has come for alerts that nobody has acknowledged."""
    open_ones = alerts.open_alerts(session)
    return sum(
        _write_down(session, alert, now=now)
        for alert in open_ones
        if _unplanned(session, alert, now=now)
    )


def claim(session: Session, *, now: datetime, limit: int = 20) -> Sequence[Claimed]:
    """Take pages that are due; what a killed process had claimed is taken again by its lease."""
    due = session.exec(
        select(Page)
        .where(
            Page.state == PageState.WAITING,
            Page.due_at <= now,
            col(Page.leased_until).is_(None) | (col(Page.leased_until) < now),
        )
        .order_by(col(Page.due_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    claimed = []
    for page in due:
        alert = session.get_one(Alert, page.alert_id)
        if alert.acknowledged_at is not None:
            page.state = PageState.NEEDLESS
            session.add(page)
            continue
        page.leased_until = now + LEASE
        attempt = PageTry(id=keys.new_id(), page_id=page.id, at=now)
        session.add(page)
        session.add(attempt)
        chat = session.get_one(Conversation, alert.conversation_id)
        claimed.append(_claimed(page, attempt, alert, chat))
    session.flush()
    return claimed


def settle(session: Session, done: Claimed, *, sent: bool, answer: str, now: datetime) -> None:
    """Note what came of an attempt; one that failed is repeated until there were too many."""
    attempt = session.get_one(PageTry, done.attempt)
    attempt.answer, attempt.ended_at = answer[:200], now
    session.add(attempt)
    tried = session.exec(select(func.count()).where(PageTry.page_id == done.page)).one()
    state = PageState.FAILED if tried >= MOST_TRIES else PageState.WAITING
    session.connection().execute(
        update(Page)
        .where(col(Page.id) == done.page, col(Page.state) == PageState.WAITING)
        .values(state=PageState.SENT if sent else state, leased_until=None, due_at=now + RETRY)
    )


def of_alert(session: Session, alert_id: str) -> Sequence[Page]:
    """The pages of one alert, the first tier first."""
    return session.exec(
        select(Page).where(Page.alert_id == alert_id).order_by(col(Page.tier))
    ).all()


def latest(session: Session, *, limit: int = 50) -> Sequence[tuple[PageTry, Page]]:
    """The newest attempts with their pages, for the duty page."""
    return session.exec(
        select(PageTry, Page)
        .join(Page, col(PageTry.page_id) == Page.id)
        .order_by(col(PageTry.at).desc())
        .limit(limit)
    ).all()


def _rung() -> SelectOfScalar[str]:
    """The alerts of a chat since it waits."""
    return select(Alert.id).where(
        Alert.conversation_id == Conversation.id,
        col(Alert.opened_at) >= col(Conversation.queued_at),
    )


def _urgent() -> tuple[ColumnElement[bool], ...]:
    return col(Conversation.mode) == Mode.QUEUED, col(Conversation.queue_priority) == Priority.P1


def _late(chat: Conversation, there: Sequence[Operator], now: datetime) -> bool:
    """Whether those in whose line it stands have had their time; nobody there has none."""
    anywhere = chat.region in {None, Region.NATIONAL}
    lines = {None, chat.region, chat.queue_region}
    manned = any(anywhere or one.region in lines for one in there)
    waited = now - (chat.queued_at or now)
    return waited >= (P1_UNSEEN if manned else timedelta(0))


def _ring(session: Session, chat_id: str, *, now: datetime) -> int:
    """Whoever locks the chat looks once more: of two processes that look at once one rings."""
    chat = session.exec(
        select(Conversation)
        .where(Conversation.id == chat_id, *_urgent())
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).first()
    if chat is None or session.exec(_rung().where(Conversation.id == chat_id)).first() is not None:
        return 0
    alerts.raise_for(session, chat.id, _hazard(chat), region=chat.region, ticket_id=None, now=now)
    return 1


def _unplanned(session: Session, alert: Alert, *, now: datetime) -> Sequence[int]:
    planned = set(session.exec(select(Page.tier).where(Page.alert_id == alert.id)))
    return [tier for tier in _due(alert, now=now) if tier not in planned]


def _due(alert: Alert, *, now: datetime) -> Mapping[int, datetime]:
    """The tiers whose minute has come. Of a danger to life the last one is paged again and again,
    each time under the next number; what was missed meanwhile is not made up for."""
    moments = {tier: alert.opened_at + after for tier, after in TIERS_AFTER.items()}
    due = {tier: at for tier, at in moments.items() if at <= now}
    rounds = (now - moments[LAST_TIER]) // AGAIN_EVERY
    if alert.hazard in P0_HAZARDS and rounds > 0:
        due[LAST_TIER + rounds] = moments[LAST_TIER] + rounds * AGAIN_EVERY
    return due


def _write_down(session: Session, alert: Alert, *, now: datetime) -> int:
    """As long as the alert is held no other process plans it, nor stumbles over these rows."""
    held = session.exec(
        select(Alert.id)
        .where(Alert.id == alert.id, col(Alert.acknowledged_at).is_(None))
        .with_for_update(skip_locked=True)
    ).first()
    due = [] if held is None else _unplanned(session, alert, now=now)
    moments = _due(alert, now=now)
    for tier in due:
        page = Page(id=keys.new_id(), alert_id=alert.id, tier=tier, due_at=moments[tier])
        session.add(page)
    session.flush()
    return len(due)


def _hazard(chat: Conversation) -> Hazard:
    reason = chat.queue_reason or ""
    return Hazard(reason) if reason in set(Hazard) else Hazard.NONE


def _claimed(page: Page, attempt: PageTry, alert: Alert, chat: Conversation) -> Claimed:
    # What is not known to be P1 is taken for the gravest.
    grave = alert.hazard in P0_HAZARDS or chat.queue_priority != Priority.P1
    return Claimed(
        page=page.id,
        attempt=attempt.id,
        tier=min(page.tier, LAST_TIER),
        priority=Priority.P0 if grave else Priority.P1,
        region=alert.region,
        opened_at=alert.opened_at,
    )
