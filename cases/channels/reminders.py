"""What was promised for a certain day: claimed under a lease, sent at most once."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel, col, or_, select, update

from cases import keys
from cases.database import Session, UtcDateTime

FIRST_HOUR, LAST_HOUR = 8, 21
LEASE = timedelta(seconds=30)
BATCH = 50


class Kind(StrEnum):
    """What is reminded of."""

    VISIT = "visit"
    UNANSWERED = "unanswered"


class ReminderState(StrEnum):
    """How far a promise has come. `listed`: a person must see to it."""

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    LISTED = "listed"
    CANCELLED = "cancelled"


class Reminder(SQLModel, table=True):
    """One promise. Its key is the thing, the kind and the local date: never twice for one date."""

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("subject", "kind", "local_date"),
        CheckConstraint("state IN ('due','sending','sent','listed','cancelled')", name="state"),
        Index("ix_reminders_due", "state", "due_at"),
    )
    id: str = Field(primary_key=True)
    kind: str
    subject: str = Field(index=True)
    local_date: str
    zone: str
    due_at: datetime = Field(sa_type=UtcDateTime)
    state: str = ReminderState.DUE
    fence: int = 0
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    listed_why: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)


def promise(  # noqa: PLR0913
    session: Session, *, kind: Kind, subject: str, due: datetime, zone: str, now: datetime
) -> Reminder:
    """Promise a reminder at `due`; the same promise for the same local date is kept once.

    One that was taken back is promised anew; one that was sent is not sent again.
    """
    local_date = due.astimezone(ZoneInfo(zone)).date().isoformat()
    known = session.exec(
        select(Reminder).where(
            Reminder.subject == subject,
            Reminder.kind == kind,
            Reminder.local_date == local_date,
        )
    ).first()
    if known is not None:
        _promise_anew(session, known, due)
        return known
    reminder = Reminder(
        id=keys.new_id(),
        kind=kind,
        subject=subject,
        local_date=local_date,
        zone=zone,
        due_at=due,
        created_at=now,
    )
    session.add(reminder)
    session.flush()
    return reminder


def claim(session: Session, *, now: datetime, limit: int = BATCH) -> Sequence[Reminder]:
    """Take what is due under a lease; each row goes to one claimer, whose fence is the newest."""
    rows = session.exec(
        select(Reminder)
        .where(
            Reminder.due_at <= now,
            or_(
                Reminder.state == ReminderState.DUE,
                (col(Reminder.state) == ReminderState.SENDING) & (col(Reminder.leased_until) < now),
            ),
        )
        .order_by(col(Reminder.due_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        row.state = ReminderState.SENDING
        row.fence += 1
        row.leased_until = now + LEASE
        session.add(row)
    session.flush()
    return rows


def finish(session: Session, reminder: Reminder, *, now: datetime) -> bool:
    """Mark as sent, in the transaction that says it; False when the lease was lost or cancelled."""
    return _settle(session, reminder, {"state": ReminderState.SENT, "sent_at": now})


def list_for_person(session: Session, reminder: Reminder, why: str) -> bool:
    """Put it on a person's list: nobody could be told, or it is too late to be of use."""
    return _settle(session, reminder, {"state": ReminderState.LISTED, "listed_why": why})


def postpone(session: Session, reminder: Reminder, until: datetime) -> bool:
    """Let it wait, for the night is no time to remind anybody; False when the lease was lost."""
    return _settle(session, reminder, {"state": ReminderState.DUE, "due_at": until})


def waking(
    moment: datetime, zone: str, *, first: int = FIRST_HOUR, last: int = LAST_HOUR
) -> datetime:
    """The moment itself within these local hours, usually 08 to 21, else when they begin next."""
    local = moment.astimezone(ZoneInfo(zone))
    if first <= local.hour < last:
        return moment
    day = local.date() if local.hour < first else local.date() + timedelta(days=1)
    return datetime.combine(day, time(first), tzinfo=local.tzinfo)


def cancel(session: Session, *, kind: Kind, subject: str) -> None:
    """Take a promise back; what is already being sent is fenced off."""
    session.connection().execute(
        update(Reminder)
        .where(
            col(Reminder.subject) == subject,
            col(Reminder.kind) == kind,
            col(Reminder.state).in_([ReminderState.DUE, ReminderState.SENDING]),
        )
        .values(state=ReminderState.CANCELLED, fence=Reminder.fence + 1)
    )


def list_now(session: Session, *, subject: str, zone: str, why: str, now: datetime) -> Reminder:
    """Put something on a person's list at once; the same on the same day stands there once."""
    cancel(session, kind=Kind.UNANSWERED, subject=subject)
    row = promise(session, kind=Kind.UNANSWERED, subject=subject, due=now, zone=zone, now=now)
    row.state, row.listed_why = ReminderState.LISTED, why
    session.add(row)
    session.flush()
    return row


def settle(session: Session, subject: str) -> None:
    """Whatever was promised or listed about this is done with: the visit has its result."""
    for kind in Kind:
        cancel(session, kind=kind, subject=subject)
    session.connection().execute(
        update(Reminder)
        .where(col(Reminder.subject) == subject, col(Reminder.state) == ReminderState.LISTED)
        .values(state=ReminderState.CANCELLED)
    )


def seen_to(session: Session, reminder_id: str) -> bool:
    """A person has called; False when somebody else was first."""
    done = session.connection().execute(
        update(Reminder)
        .where(col(Reminder.id) == reminder_id, col(Reminder.state) == ReminderState.LISTED)
        .values(state=ReminderState.SENT)
    )
    return done.rowcount == 1


def listed(session: Session) -> Sequence[Reminder]:
    """What a person must see to, oldest first."""
    return session.exec(
        select(Reminder)
        .where(Reminder.state == ReminderState.LISTED)
        .order_by(col(Reminder.due_at))
    ).all()


def of_subject(session: Session, subject: str) -> Sequence[Reminder]:
    """The promises about one thing."""
    return session.exec(select(Reminder).where(Reminder.subject == subject)).all()


def _promise_anew(session: Session, known: Reminder, due: datetime) -> None:
    session.connection().execute(
        update(Reminder)
        .where(col(Reminder.id) == known.id, col(Reminder.state) == ReminderState.CANCELLED)
        .values(state=ReminderState.DUE, due_at=due, fence=Reminder.fence + 1)
    )
    session.refresh(known)


def _settle(session: Session, reminder: Reminder, values: dict[str, object]) -> bool:
    done = session.connection().execute(
        update(Reminder)
        .where(
            col(Reminder.id) == reminder.id,
            col(Reminder.state) == ReminderState.SENDING,
            col(Reminder.fence) == reminder.fence,
        )
        .values(**values, leased_until=None)
    )
    return done.rowcount == 1
