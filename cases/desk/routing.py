"""Which line a chat waits in, what it weighs, where lines go, and why a chat is somebody's."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, case
from sqlmodel import Field, SQLModel, col, or_, select

from cases import events, keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from cases.operators import Operator, Role
from cases.talk.conversations import Conversation, Mode
from knowledge.names import Matter, Priority, Region, Tongue

# What a chat takes of an operator's capacity.
EFFORT = {Priority.P0: 3, Priority.P1: 2, Priority.P2: 1}
LIGHTEST = EFFORT[Priority.P2]
# After how long a chat goes up to the staff of all regions where no rule says otherwise.
OVERFLOW_AFTER = {
    Priority.P0: timedelta(0),
    Priority.P1: timedelta(minutes=3),
    Priority.P2: timedelta(minutes=10),
}
ANYWHERE = Region.NATIONAL


class Why(StrEnum):
    """Why a waiting chat is somebody's to take."""

    OFFERED = "offered"
    DANGER = "danger"
    RETURNED = "returned"
    LENT = "lent"
    OVERFLOWED = "overflowed"
    REGION = "region"
    NO_REGION = "no_region"
    MATTER = "matter"
    ALL_REGIONS = "all_regions"
    TONGUE = "tongue"
    NOBODY_KNOWS = "nobody_knows"
    NOBODY_SPEAKS = "nobody_speaks"


class QueueRule(SQLModel, table=True):
    """Chats of a region (and matter) wait in another region's line too, after some seconds.

    With 0 seconds the line is moved at once; rules of several regions to one merge their lines.
    """

    __tablename__ = "queue_rules"
    id: str = Field(primary_key=True)
    region: str = Field(index=True)
    matter: str | None = None
    to_region: str
    after_seconds: int
    made_by: str = Field(foreign_key="operators.id", index=True)
    made_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


def effort(priority: str | None) -> int:
    """What a chat of this class weighs; unknown is the lightest."""
    return EFFORT[Priority(priority or Priority.P2)]


def effort_of(row: type[Conversation]) -> ColumnElement[int]:
    """The same in SQL, so that capacity can be kept inside the taking UPDATE."""
    heavy = [(col(row.queue_priority) == one, weight) for one, weight in EFFORT.items()]
    return case(*heavy, else_=LIGHTEST)


def make_rule(  # noqa: PLR0913
    session: Session,
    region: Region,
    *,
    matter: Matter | None,
    to_region: Region,
    after: timedelta,
    by: str,
    now: datetime,
) -> QueueRule:
    """Let a line overflow into another one, instead of where it went before.

    Of two supervisors who move one line the last decides. Raises CaseError for a line into itself.
    """
    if region == to_region or after < timedelta(0):
        raise CaseError("A line overflows into another one, after 0 seconds or more.")
    for before in rules(session):
        if (before.region, before.matter) == (region, matter):
            end_rule(session, before.id, now=now)
    rule = QueueRule(
        id=keys.new_id(),
        region=region,
        matter=matter,
        to_region=to_region,
        after_seconds=int(after.total_seconds()),
        made_by=by,
        made_at=now,
    )
    session.add(rule)
    session.flush()
    return rule


def end_rule(session: Session, rule_id: str, *, now: datetime) -> None:
    """From now on the line keeps to itself again. Raises UnknownError."""
    rule = session.get(QueueRule, rule_id)
    if rule is None or rule.ended_at is not None:
        raise UnknownError("There is no such rule.")
    rule.ended_at = now
    session.add(rule)
    session.flush()


def rules(session: Session) -> Sequence[QueueRule]:
    """The rules in force, by region."""
    return session.exec(
        select(QueueRule)
        .where(col(QueueRule.ended_at).is_(None))
        .order_by(col(QueueRule.region), col(QueueRule.matter))
    ).all()


def in_danger(session: Session, chat: Conversation, reason: str, *, now: datetime) -> None:
    """A danger was named to the person who holds the chat: it is of the gravest class from now on,
    so that it waits before all others should they be gone."""
    if chat.mode != Mode.OPERATOR or chat.queue_priority == Priority.P0:
        return
    chat.queue_priority, chat.queue_reason = Priority.P0, reason
    session.add(chat)
    session.flush()
    about = {"conversation": chat.id, "mode": chat.mode}
    events.publish(session, events.Kind.QUEUE, about, now=now)


def seen_from(region: str) -> ColumnElement[bool]:
    """Which chats stand in the line of a region: its own, those without a place, those lent."""
    return or_(
        col(Conversation.region).is_(None),
        col(Conversation.region).in_([region, ANYWHERE]),
        col(Conversation.queue_region) == region,
    )


def reasons(operator: Operator, chat: Conversation) -> tuple[Why, ...]:
    """Why this waiting chat is in this operator's reach; empty when it is others' for now.

    Whom of these it takes for its matter and language, `whose.reasons` says.
    """
    if chat.offered_to is not None:
        return (Why.OFFERED,) if chat.offered_to == operator.id else ()
    danger = chat.queue_priority == Priority.P0
    if _left_to_supervisors(operator, chat):
        return ()
    place = _place(operator, chat)
    if place is None and not danger:
        return ()
    found = (
        Why.DANGER if danger else None,
        Why.RETURNED if chat.queue_head else None,
        place or Why.ALL_REGIONS,
    )
    return tuple(why for why in found if why is not None)


def reasons_held(operator: Operator, chat: Conversation) -> tuple[Why, ...]:
    """For what a chat that this operator holds is one of theirs; empty where for nothing of it."""
    matter = Why.MATTER if is_special(Why.MATTER, operator, chat) else None
    tongue = Why.TONGUE if is_special(Why.TONGUE, operator, chat) else None
    danger = Why.DANGER if chat.queue_priority == Priority.P0 else None
    return tuple(why for why in (danger, _place(operator, chat), matter, tongue) if why is not None)


def _left_to_supervisors(operator: Operator, chat: Conversation) -> bool:
    """After the last caution nobody else takes what is not urgent; danger and need stay everyone's.

    The line stands still, so the time at which it was asked says whether the rest is over.
    """
    if chat.resting_until is None or chat.queue_priority in {Priority.P0, Priority.P1}:
        return False
    asked = chat.queued_at
    return operator.role == Role.OPERATOR and asked is not None and asked < chat.resting_until


def _place(operator: Operator, chat: Conversation) -> Why | None:
    if chat.region is None or chat.region == ANYWHERE:
        return Why.NO_REGION
    if operator.region == chat.region:
        return Why.REGION
    if operator.region is not None:
        return Why.LENT if chat.queue_region == operator.region else None
    return Why.OVERFLOWED if chat.overflowed_at is not None else None


def knows(operator: Operator, chat: Conversation) -> bool:
    """Whether the chat's matter is this operator's; no matter is everybody's."""
    matter = chat.queue_matter
    return not operator.matters or matter is None or matter in operator.matters


def speaks(operator: Operator, chat: Conversation) -> bool:
    """Whether they can talk: in writing everybody can, else who says they speak the language."""
    return chat.tongue in {None, Tongue.TEXT} or chat.tongue in operator.tongues


def is_special(why: Why, operator: Operator, chat: Conversation) -> bool:
    """Whether it is for their skill that they are named first."""
    if why is Why.MATTER:
        return chat.queue_matter in operator.matters
    return chat.tongue in operator.tongues
