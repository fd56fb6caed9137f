"""Who gets the next chat: the waiting line, taking a chat with one winner, handing it back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, ScalarSelect, String, bindparam, literal
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import ReturningUpdate
from sqlmodel import and_, col, func, or_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from cases import events, hours, operators
from cases.database import Session
from cases.desk import routing, waits
from cases.desk.forecasts import Situation
from cases.errors import FullError, MoveError, TakenError
from cases.hours import Channel
from cases.talk import conversations
from cases.talk.conversations import Conversation, Mode
from knowledge.names import Matter, Priority, Region

# A console says every 20 seconds that it is there, and every 10 it is looked whether one is gone:
# whoever was left waits again within a minute.
ABANDONED_AFTER = timedelta(seconds=48)
# Whoever takes the next one seldom looks further down.
FIRST_IN_LINE = 3

Found = TypeVar("Found")


@dataclass(frozen=True)
class Standing:
    """Where somebody stands in line; 1 is next. Seconds are None while nothing is known.

    `opens_at` is when somebody is there again, out of hours; None within them.
    """

    position: int
    wait_low_s: int | None
    wait_high_s: int | None
    opens_at: datetime | None = None


def enqueue(  # noqa: PLR0913
    session: Session,
    conversation: Conversation,
    *,
    reason: str,
    priority: Priority,
    matter: Matter | None,
    now: datetime,
) -> None:
    """Ask for a person. Waiting counts from the first asking; a graver reason raises the class."""
    if conversation.mode == Mode.OPERATOR:
        return
    first = conversation.mode == Mode.BOT
    if first:
        conversation.mode = Mode.QUEUED
        conversation.queued_at = conversation.queued_at or now
        conversation.queue_priority = priority
        conversation.queue_reason = reason
        conversation.queue_matter = matter
    elif conversation.queue_priority is None or priority < conversation.queue_priority:
        conversation.queue_priority = priority
        conversation.queue_reason = reason
    session.add(conversation)
    session.flush()
    if first:
        waits.begin(session, conversation, _situation(session, conversation, now=now), now=now)
        conversations.tell_mode(session, conversation, now=now)
    else:
        about = {"conversation": conversation.id, "mode": conversation.mode}
        events.publish(session, events.Kind.QUEUE, about, now=now)


def waiting(session: Session, *, region: Region | None = None) -> Sequence[Conversation]:
    """Everybody who waits: P0 before P1 before the rest, inside a class those whom a silent
    operator left, then the longest first."""
    return session.exec(_ordered(select(Conversation), region)).all()


def in_line(session: Session, *, region: Region | None = None) -> Iterator[Conversation]:
    """The same, one after the other: of a long line only those who are looked at are read."""
    first = session.exec(_ordered(select(Conversation), region).limit(FIRST_IN_LINE)).all()
    yield from first
    if len(first) == FIRST_IN_LINE:
        seen = {one.id for one in first}
        names = session.exec(_ordered(select(Conversation.id), region)).all()
        yield from (conversations.find(session, name) for name in names if name not in seen)


def anybody_waits(session: Session) -> bool:
    """Whether there is a line at all."""
    one = select(Conversation.id).where(Conversation.mode == Mode.QUEUED).limit(1)
    return session.exec(one).first() is not None


def held_by(session: Session, operator_id: str) -> Sequence[Conversation]:
    """The chats an operator holds, oldest first."""
    return session.exec(
        select(Conversation)
        .where(Conversation.operator_id == operator_id, Conversation.mode == Mode.OPERATOR)
        .order_by(col(Conversation.taken_at))
    ).all()


def take(
    session: Session, conversation_id: str, operator: operators.Operator, *, now: datetime
) -> Conversation:
    """Take a chat: one UPDATE, one winner. It raises the epoch, so a late bot reply is refused.

    A colleague to whom it is offered takes it from whoever holds it. Raises TakenError with the
    winner's name, FullError when it weighs more than the room that is left, UnknownError.
    """
    known = session.get(Conversation, conversation_id)
    first = known is not None and known.taken_at is None
    taken = _move(session, conversation_id, operator, now=now)
    if taken is None:
        conversation = conversations.find(session, conversation_id)
        session.refresh(conversation)
        return _lost(session, conversation, operator)
    if first:
        # A chat that came back has been served: its clock would count the talk as waiting.
        waits.serve(session, taken, now=now)
    return taken


def give(
    session: Session, conversation: Conversation, operator: operators.Operator, *, now: datetime
) -> bool:
    """Put a chat into somebody's hands, whoever holds it; False when there is no room for it."""
    conversation.offered_to = operator.id
    session.add(conversation)
    session.flush()
    if _move(session, conversation.id, operator, now=now) is not None:
        return True
    session.refresh(conversation)
    conversation.offered_to = None
    session.add(conversation)
    session.flush()
    return False


def load_of(session: Session, operator_id: str) -> int:
    """The effort of the chats an operator holds."""
    return session.exec(select(_load(literal(operator_id)))).one()


def loads(session: Session) -> Mapping[str, int]:
    """The effort that each operator holds who holds anything."""
    rows = session.exec(
        select(Conversation.operator_id, func.sum(routing.effort_of(Conversation)))
        .where(Conversation.mode == Mode.OPERATOR, col(Conversation.operator_id).is_not(None))
        .group_by(col(Conversation.operator_id))
    )
    return {holder: int(held) for holder, held in rows if holder is not None}


def put_back(session: Session, conversation: Conversation, *, now: datetime) -> None:
    """A chat that somebody held waits again, with its place."""
    conversation.mode = Mode.QUEUED
    conversation.operator_id = None
    conversation.offered_to = None
    conversation.queued_at = conversation.queued_at or now
    conversation.queue_priority = conversation.queue_priority or Priority.P2
    session.add(conversation)
    session.flush()
    conversations.tell_mode(session, conversation, now=now)


def hand_back(session: Session, conversation: Conversation, *, now: datetime) -> None:
    """Give the chat back to the bot. Raises MoveError when nobody holds it."""
    if conversation.mode != Mode.OPERATOR:
        raise MoveError("Nobody holds this chat; there is nothing to hand back.")
    waits.end(session, conversation, now=now)
    _clear(session, conversation, now=now)


def leave(session: Session, conversation: Conversation, *, now: datetime) -> None:
    """Somebody who waits needs no line any more: a person is with them by telephone."""
    if conversation.mode == Mode.QUEUED:
        _clear(session, conversation, now=now)


def _clear(session: Session, conversation: Conversation, *, now: datetime) -> None:
    conversation.mode = Mode.BOT
    conversation.operator_id = None
    conversation.taken_at = None
    conversation.queued_at = None
    conversation.queue_priority = None
    conversation.queue_reason = None
    conversation.queue_matter = None
    conversation.queue_region = None
    conversation.queue_head = False
    conversation.overflowed_at = None
    conversation.offered_to = None
    session.add(conversation)
    session.flush()
    conversations.tell_mode(session, conversation, now=now)


def return_abandoned(session: Session, *, now: datetime) -> Sequence[Conversation]:
    """Chats whose operator's console is gone go back in line, with their place."""
    gone = session.exec(
        select(Conversation)
        .join(operators.Operator, col(Conversation.operator_id) == operators.Operator.id)
        .where(
            Conversation.mode == Mode.OPERATOR,
            or_(
                col(operators.Operator.present_at).is_(None),
                col(operators.Operator.present_at) < now - ABANDONED_AFTER,
            ),
            col(Conversation.taken_at) < now - ABANDONED_AFTER,
        )
        .with_for_update(of=Conversation, skip_locked=True)
    ).all()
    for conversation in gone:
        put_back(session, conversation, now=now)
    return gone


def standing(session: Session, conversation: Conversation, *, now: datetime) -> Standing | None:
    """Where this conversation stands; None when it does not wait.

    A range is told while somebody is there to take the next, within hours, and as long as the
    ranges told before came true (`forecasts.Calibration`); else it is unknown.
    """
    if conversation.mode != Mode.QUEUED or conversation.queued_at is None:
        return None
    situation = _situation(session, conversation, now=now)
    closed = hours.opens_at(session, conversation.region, Channel.CHAT, now=now)
    known = closed is None and situation.capacity > 0
    foreseen = waits.foresee(session, conversation.region, situation) if known else None
    if foreseen is not None and not waits.told(session, conversation.region).holds:
        foreseen = None
    return Standing(
        position=situation.ahead + 1,
        wait_low_s=None if foreseen is None else foreseen.low_s,
        wait_high_s=None if foreseen is None else foreseen.high_s,
        opens_at=closed,
    )


def on_duty_for(
    session: Session, region: str | None, *, now: datetime
) -> Sequence[operators.Operator]:
    """Who is there for a chat of this region; for one that has named none, whoever is there."""
    anywhere = region in {None, Region.NATIONAL}
    there = operators.on_duty(session, now=now)
    return [one for one in there if anywhere or one.region in {None, region}]


def _situation(session: Session, conversation: Conversation, *, now: datetime) -> Situation:
    mine = conversation.queue_priority or Priority.P2
    line = [] if conversation.region is None else [routing.seen_from(conversation.region)]
    ahead = session.exec(
        select(func.count())
        .select_from(Conversation)
        .where(Conversation.mode == Mode.QUEUED, _before(conversation, mine), *line)
    ).one()
    room, capacity = _room(session, conversation, now=now)
    return Situation(ahead=ahead, room=room, capacity=capacity, cost_s=waits.cost(session))


def _ordered(wanted: SelectOfScalar[Found], region: Region | None) -> SelectOfScalar[Found]:
    statement = wanted.where(Conversation.mode == Mode.QUEUED)
    if region is not None:
        statement = statement.where(routing.seen_from(region))
    return statement.order_by(
        col(Conversation.queue_priority),
        col(Conversation.queue_head).desc(),
        col(Conversation.queued_at),
        col(Conversation.id),
    )


def _before(conversation: Conversation, mine: str) -> ColumnElement[bool]:
    """Whether a chat stands before this one, in the order of `waiting`."""
    same = col(Conversation.queue_priority) == mine
    head = col(Conversation.queue_head).is_(conversation.queue_head)
    at = col(Conversation.queued_at)
    behind = or_(
        at < conversation.queued_at,
        and_(at == conversation.queued_at, col(Conversation.id) < conversation.id),
    )
    first = and_(same, head, behind)
    if not conversation.queue_head:
        first = or_(first, and_(same, col(Conversation.queue_head).is_(True)))
    return or_(col(Conversation.queue_priority) < mine, first)


def _load(operator_id: ColumnElement[str]) -> ScalarSelect[int]:
    held = aliased(Conversation)
    return (
        select(func.coalesce(func.sum(routing.effort_of(held)), 0))
        .where(held.mode == Mode.OPERATOR, held.operator_id == operator_id)
        .scalar_subquery()
    )


def _moving() -> ReturningUpdate[Conversation]:
    """The one UPDATE by which a chat comes into somebody's hands, within their capacity. It is a
    change that is told: it draws the chat's next number along."""
    taker = bindparam("taker", type_=String())
    free = col(Conversation.mode) != Mode.OPERATOR
    passed = and_(col(Conversation.offered_to) == taker, col(Conversation.operator_id) != taker)
    return (
        update(Conversation)
        .where(
            col(Conversation.id) == bindparam("chat"),
            or_(free, passed),
            _load(taker) + routing.effort_of(Conversation) <= bindparam("room"),
        )
        .values(
            mode=Mode.OPERATOR,
            operator_id=taker,
            offered_to=None,
            queue_head=False,
            taken_at=bindparam("at"),
            bot_epoch=Conversation.bot_epoch + 1,
            last_seq=Conversation.last_seq + 1,
        )
        .returning(Conversation)
        .execution_options(synchronize_session=False, populate_existing=True)
    )


MOVING = _moving()


def _move(
    session: Session, conversation_id: str, operator: operators.Operator, *, now: datetime
) -> Conversation | None:
    """Put a chat into somebody's hands and tell it; None when another has it or they are full.

    The operator's own row is locked first: all that adds to a load passes here, one by one.
    """
    capacity = session.exec(
        select(operators.Operator.capacity)
        .where(operators.Operator.id == operator.id)
        .with_for_update(key_share=True)
    ).one()
    told = {"chat": conversation_id, "taker": operator.id, "room": capacity, "at": now}
    taken = session.scalars(MOVING, told).first()
    if taken is not None:
        conversations.tell_mode(session, taken, now=now, seq=taken.last_seq)
    return taken


def _lost(
    session: Session, conversation: Conversation, operator: operators.Operator
) -> Conversation:
    holder = conversation.operator_id
    if holder == operator.id:
        return conversation
    if conversation.mode != Mode.OPERATOR or conversation.offered_to == operator.id:
        raise FullError("You hold as much as you can; hand one back or pass one on first.")
    raise TakenError("" if holder is None else operators.find(session, holder).name)


def _room(session: Session, chat: Conversation, *, now: datetime) -> tuple[int, int]:
    """How much more those on duty for this chat can hold, and how much they can in all: those of
    its region, of them those who speak its language if there are any."""
    near = on_duty_for(session, chat.region, now=now)
    speakers = [one for one in near if routing.speaks(one, chat)]
    there = {one.id: one.capacity for one in speakers or near}
    if not there:
        return 0, 0
    held = session.exec(
        select(func.coalesce(func.sum(routing.effort_of(Conversation)), 0)).where(
            Conversation.mode == Mode.OPERATOR, col(Conversation.operator_id).in_(there)
        )
    ).one()
    whole = sum(there.values())
    return whole - held, whole
