"""Which staff want mail: counts, never contents; one an hour for news, one a day for what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlmodel import Field, SQLModel, col, func, select, update
from sqlmodel.sql.expression import SelectOfScalar

from cases import keys, operators, permissions
from cases.database import Session, UtcDateTime
from cases.desk import callbacks
from cases.households import reckoning, visit_plans, visits
from cases.operators import Operator
from cases.permissions import Action, Row
from cases.sealed import Place
from cases.talk.conversations import Conversation, Mode
from cases.talk.messages import Delivery, Message
from cases.tickets import followups
from knowledge.names import Region
from knowledge.workdays import ZONE

EVERY = timedelta(hours=1)
DAY = timedelta(days=1)
SUMMARY_AT = 8
STUCK_AFTER = timedelta(minutes=10)


class Mailbox(SQLModel, table=True):
    """Where somebody of the staff wants mail; the address is sealed."""

    __tablename__ = "mailboxes"
    operator_id: str = Field(primary_key=True, foreign_key="operators.id")
    key_id: str = Field(foreign_key="data_keys.id", index=True)
    sealed_address: bytes
    told: int = 0
    due_at: datetime = Field(sa_type=UtcDateTime, index=True)


@dataclass(frozen=True)
class Waiting:
    """How much of what waits. `stuck`: messages that should have left long ago and have not."""

    chats: int
    calls: int
    follow_ups: int
    unreached: int
    stuck: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.chats + self.calls + self.follow_ups + self.unreached + self.stuck


NOTHING = Waiting(0, 0, 0, 0, 0)


@dataclass(frozen=True)
class Ahead:
    """What somebody's day brings: own visits of today, dates of households that are to be seen to.

    `listed`: reminders that nobody could be given.
    """

    visits: int = 0
    reviews: int = 0
    listed: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.visits + self.reviews + self.listed


@dataclass(frozen=True)
class Due:
    """A mail that this process sends now."""

    operator: str
    address: str
    waiting: Waiting
    ahead: Ahead

    @property
    def total(self) -> int:
        """All that it tells of."""
        return self.waiting.total + self.ahead.total


def subscribe(session: Session, operator: Operator, address: str, *, now: datetime) -> None:
    """Send this account mail from now on; an empty address ends it."""
    row = session.get(Mailbox, operator.id)
    if row is not None:
        session.delete(row)
        session.flush()
    if not address:
        return
    key = keys.create(session, now=now)
    sealed = keys.seal(session, key, _place(operator.id), address)
    session.add(Mailbox(operator_id=operator.id, key_id=key, sealed_address=sealed, due_at=now))
    session.flush()


def address_of(session: Session, operator: Operator) -> str:
    """Where this account gets mail; empty when it gets none."""
    row = session.get(Mailbox, operator.id)
    return "" if row is None else _address(session, row)


def waiting_for(session: Session, operator: Operator, *, now: datetime) -> Waiting:
    """What waits as far as this account may see the desk."""
    return waiting(session, now=now) if _sees_queue(operator) else NOTHING


def waiting(session: Session, *, now: datetime) -> Waiting:
    """What waits for a person now, in the whole house."""
    listed = (Delivery.LISTED, Delivery.FAILED)
    return Waiting(
        chats=_count(session, select(func.count()).where(Conversation.mode == Mode.QUEUED)),
        calls=len(callbacks.owed(session)),
        follow_ups=len(followups.calls(session)),
        unreached=_count(session, select(func.count()).where(col(Message.delivery).in_(listed))),
        stuck=stuck(session, now=now),
    )


def ahead(session: Session, operator: Operator, *, now: datetime) -> Ahead:
    """What the day brings this account; nothing where it may not look after households."""
    if not permissions.may(operator, Action.EDIT_HOUSEHOLD, Row(region=operator.region)):
        return Ahead()
    today = now.astimezone(ZONE).date()
    begin = datetime.combine(today, time(), tzinfo=ZONE)
    region = None if operator.region is None else Region(operator.region)
    return Ahead(
        visits=len(visit_plans.planned(session, operator.id, begin, begin + DAY)),
        reviews=reckoning.count_due(session, on=today, region=region),
        listed=visits.count_listed(session, region=region),
    )


def stuck(session: Session, *, now: datetime) -> int:
    """Messages that have waited to leave for longer than any channel is given."""
    return _count(
        session,
        select(func.count()).where(
            col(Message.delivery).in_((Delivery.PENDING, Delivery.SENDING)),
            col(Message.created_at) < now - STUCK_AFTER,
        ),
    )


def claim(session: Session, *, now: datetime) -> Sequence[Due]:
    """Whom to write to: once an hour at most, when more waits than was told.

    What still waits in the morning is told again, whether or not it was told before.
    """
    rows = session.exec(
        select(Mailbox).where(Mailbox.due_at <= now).with_for_update(skip_locked=True)
    ).all()
    if not rows:
        return ()
    found = waiting(session, now=now)
    due = []
    for row in rows:
        operator = operators.find(session, row.operator_id)
        news = found if _sees_queue(operator) else NOTHING
        brings = ahead(session, operator, now=now)
        # What the day brings is no news: it is summed up in the morning alone.
        is_morning = _is_morning_after(row, now)
        is_due = news.total + brings.total > 0 if is_morning else news.total > row.told
        if is_due and operator.disabled_at is None:
            due.append(Due(operator.id, _address(session, row), news, brings))
            row.due_at = now + EVERY
        row.told = news.total
        session.add(row)
    session.flush()
    return due


def again(session: Session, operator: str, *, at: datetime) -> None:
    """It did not leave: tell the same once more."""
    session.connection().execute(
        update(Mailbox).where(col(Mailbox.operator_id) == operator).values(told=0, due_at=at)
    )


def _is_morning_after(row: Mailbox, now: datetime) -> bool:
    last = (row.due_at - EVERY).astimezone(ZONE).date()
    here = now.astimezone(ZONE)
    return here.date() > last and here.hour >= SUMMARY_AT


def _count(session: Session, statement: SelectOfScalar[int]) -> int:
    return session.exec(statement).one()


def _address(session: Session, row: Mailbox) -> str:
    return keys.unseal(session, row.key_id, _place(row.operator_id), row.sealed_address)


def _place(operator: str) -> Place:
    return Place("mailboxes", "address", operator)


def _sees_queue(operator: Operator) -> bool:
    return permissions.may(operator, Action.SEE_QUEUE, Row(region=operator.region))
