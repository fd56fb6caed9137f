"""What is said but has not left yet: who sends it, in which order, and how that ended.

On a channel that is pulled, visible is sent and nothing comes here. On one that is pushed a row is
claimed under a lease before anything leaves. When a lease runs out nobody knows whether the
resident has it: an emergency is sent again, anything else goes on a person's list.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import col, or_, select, update

from cases import events
from cases.database import Session
from cases.talk.messages import Delivery, Lane, Message, Sender
from cases.talk.threads import Thread

# A sender's time-out must stay below half of it.
LEASE = timedelta(seconds=20)
NOT_HELD = timedelta()
# What may go back with the push that asked for it.
ANSWERS = (Lane.EMERGENCY, Lane.BOT)
UNSENT = (Delivery.PENDING, Delivery.SENDING)


class Why(StrEnum):
    """Why something stands on a person's list; it stands where its receipt would."""

    REFUSED = "refused"
    SHUT = "shut"
    TOO_LATE = "too_late"
    FORGOTTEN = "forgotten"
    NO_WAY = "no_way"
    UNPROVEN = "unproven"
    BOUNCED = "bounced"


def waiting(
    session: Session, channel: str, *, now: datetime, held: timedelta = NOT_HELD
) -> frozenset[Lane]:
    """The lanes of a channel in which something may leave now; a look, no claim.

    `held`: for so long an answer is left to the push that asked for it.
    """
    found = session.exec(
        select(Message.lane)
        .join(Thread, col(Thread.conversation_id) == Message.conversation_id)
        .where(*_ready(channel, now=now, held=held))
        .distinct()
    )
    return frozenset(Lane(lane) for lane in found)


def claim(  # noqa: PLR0913
    session: Session,
    channel: str,
    lane: Lane,
    *,
    now: datetime,
    limit: int,
    held: timedelta = NOT_HELD,
) -> Sequence[Message]:
    """Messages of one lane of a channel that may leave now, at most the first of each chat.

    An emergency waits for nothing that stands before it in its chat.
    """
    statement = select(Message).join(Thread, col(Thread.conversation_id) == Message.conversation_id)
    if lane is not Lane.EMERGENCY:
        statement = statement.where(~_behind_another())
    rows = session.exec(
        statement.where(Message.lane == lane, *_ready(channel, now=now, held=held))
        .order_by(col(Message.created_at), col(Message.seq))
        .limit(limit)
        .with_for_update(of=Message, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    return _leased(session, rows, now=now)


def claim_answers(session: Session, conversation_id: str, *, now: datetime) -> Sequence[Message]:
    """All that waits to be said in one chat, in order, to go back with the push that asked for it.

    None of it when something before it is under way by another road.
    """
    rows = session.exec(
        select(Message)
        .where(Message.conversation_id == conversation_id, col(Message.delivery).in_(UNSENT))
        .order_by(col(Message.seq))
        .with_for_update(of=Message, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    if any(row.delivery == Delivery.SENDING or row.lane not in ANSWERS for row in rows):
        return ()
    return _leased(session, rows, now=now)


def answered_with(session: Session, conversation_id: str, receipt: str) -> Sequence[Message]:
    """What went back with one push, in order; the push may come again."""
    return session.exec(
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.receipt == receipt)
        .order_by(col(Message.seq))
    ).all()


def _leased(session: Session, rows: Sequence[Message], *, now: datetime) -> Sequence[Message]:
    for row in rows:
        row.delivery = Delivery.SENDING
        row.fence += 1
        row.attempts += 1
        row.leased_until = now + LEASE
        session.add(row)
    session.flush()
    return rows


def sent(session: Session, row: Message, receipt: str, *, now: datetime) -> bool:
    """It has left; False when the lease had run out and another has seen to it."""
    done = _settle(session, row, Delivery.SENT, receipt=receipt)
    if done and row.sender == Sender.OPERATOR:
        # Who wrote it sees that it left; of the bot's lines only what went wrong is told.
        _tell(session, row, now=now)
    return done


def again(session: Session, row: Message, *, at: datetime) -> bool:
    """It certainly has not left: try again at `at`."""
    return _settle(session, row, Delivery.PENDING, not_before=at)


def fail(session: Session, row: Message, why: Why, *, now: datetime) -> bool:
    """It will never leave by this channel; a person must reach the resident another way."""
    return _listed(session, row, Delivery.FAILED, why, now=now)


def unproven(session: Session, row: Message, *, now: datetime) -> bool:
    """Nobody knows whether it left: an emergency goes again, the rest on a person's list."""
    if row.lane == Lane.EMERGENCY:
        return again(session, row, at=now)
    return _listed(session, row, Delivery.LISTED, Why.UNPROVEN, now=now)


def sweep(session: Session, *, now: datetime, limit: int = 100) -> int:
    """Settle what was being sent by a process that is gone; returns how many."""
    rows = session.exec(
        select(Message)
        .where(Message.delivery == Delivery.SENDING, col(Message.leased_until) < now)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    return sum(unproven(session, row, now=now) for row in rows)


def abandon(session: Session, served: Collection[str], *, now: datetime, limit: int = 100) -> int:
    """Put on a person's list what no sender of ours can send by its channel; returns how many."""
    rows = session.exec(
        select(Message)
        .join(Thread, col(Thread.conversation_id) == Message.conversation_id)
        .where(Message.delivery == Delivery.PENDING, col(Thread.channel).not_in(served))
        .limit(limit)
        .with_for_update(of=Message, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    leased = _leased(session, rows, now=now)
    return sum(fail(session, row, Why.NO_WAY, now=now) for row in leased)


def for_a_person(session: Session, *, limit: int = 200) -> Sequence[Message]:
    """What may not have reached the resident, the oldest first."""
    return session.exec(
        select(Message)
        .where(col(Message.delivery).in_((Delivery.LISTED, Delivery.FAILED)))
        .order_by(col(Message.created_at))
        .limit(limit)
    ).all()


def why_of(row: Message) -> Why:
    """Why a message stands on a person's list."""
    if row.receipt in set(Why):
        return Why(row.receipt)
    # Whatever else stands there is the channel's own receipt: it had left.
    return Why.BOUNCED if row.delivery == Delivery.FAILED else Why.UNPROVEN


def bounced(session: Session, message_id: str, *, now: datetime) -> bool:
    """It had left and did not arrive: a person sees to it. False when it is on the list already."""
    done = session.connection().execute(
        update(Message)
        .where(
            col(Message.id) == message_id,
            col(Message.delivery).in_((Delivery.SENT, Delivery.SENDING)),
            col(Message.sender) != Sender.RESIDENT,
        )
        .values(delivery=Delivery.FAILED)
    )
    if done.rowcount == 1:
        _tell(session, session.get_one(Message, message_id), now=now)
    return done.rowcount == 1


def seen_to(session: Session, message_id: str, *, now: datetime) -> bool:
    """A person has reached the resident; False when somebody else was first."""
    done = session.connection().execute(
        update(Message)
        .where(
            col(Message.id) == message_id,
            col(Message.delivery).in_((Delivery.LISTED, Delivery.FAILED)),
        )
        .values(delivery=Delivery.SENT, receipt="person")
    )
    if done.rowcount == 1:
        _tell(session, session.get_one(Message, message_id), now=now)
    return done.rowcount == 1


def _ready(channel: str, *, now: datetime, held: timedelta) -> tuple[ColumnElement[bool], ...]:
    ready = (
        col(Message.delivery) == Delivery.PENDING,
        col(Thread.channel) == channel,
        or_(col(Message.not_before).is_(None), col(Message.not_before) <= now),
        or_(col(Thread.quiet_until).is_(None), col(Thread.quiet_until) <= now),
    )
    if not held:
        return ready
    old = col(Message.created_at) <= now - held
    return (*ready, or_(col(Message.lane).not_in(ANSWERS), old))


def _behind_another() -> ColumnElement[bool]:
    """Whether something that stands before the message in its chat has not left yet."""
    other = aliased(Message)
    return (
        select(other.id)
        .where(
            other.conversation_id == Message.conversation_id,
            other.seq < Message.seq,
            col(other.delivery).in_(UNSENT),
        )
        .exists()
    )


def _listed(session: Session, row: Message, how: Delivery, why: Why, *, now: datetime) -> bool:
    if not _settle(session, row, how, receipt=why):
        return False
    _tell(session, row, now=now)
    return True


def _tell(session: Session, row: Message, *, now: datetime) -> None:
    about = {"conversation": row.conversation_id, "delivery": row.id}
    events.publish(session, events.Kind.MESSAGE, about, now=now)


def _settle(
    session: Session,
    row: Message,
    how: Delivery,
    *,
    receipt: str | None = None,
    not_before: datetime | None = None,
) -> bool:
    done = session.connection().execute(
        update(Message)
        .where(
            col(Message.id) == row.id,
            col(Message.fence) == row.fence,
            col(Message.delivery) == Delivery.SENDING,
        )
        .values(delivery=how, receipt=receipt, not_before=not_before, leased_until=None)
    )
    return done.rowcount == 1
