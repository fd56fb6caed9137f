"""When a waiting chat goes up to the staff of all regions, or where its line's rule says."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import col, func, or_, select

from cases import events, operators
from cases.database import Session
from cases.desk import routing
from cases.desk.passing import How, Passing
from cases.desk.routing import ANYWHERE, OVERFLOW_AFTER, QueueRule
from cases.operators import Operator
from cases.talk.conversations import Conversation, Mode
from knowledge.names import Priority

IMMEDIATELY = timedelta(0)
USUAL = max(OVERFLOW_AFTER.values())


def overflow(session: Session, *, now: datetime) -> Sequence[Conversation]:
    """Lend chats that wait too long, or in whose line nobody speaks with them, to the line the rule
    names; what has gone up before goes along when its line is moved. What somebody has just passed
    to a line stays there while that line has somebody."""
    in_force = routing.rules(session)
    there = operators.on_duty(session, now=now)
    passed = _passed(session)
    lent = []
    for seen in _candidates(session, in_force, there, passed, now=now):
        rule = _rule_for(in_force, seen)
        patience = _patience(rule, seen, there, passed)
        if patience is None or now - (seen.queued_at or now) < patience:
            continue
        chat = _locked(session, seen) if _goes_on(rule, seen) else None
        if chat is None or not _goes_on(rule, chat):
            continue
        chat.overflowed_at = now
        chat.queue_region = ANYWHERE if rule is None else rule.to_region
        session.add(chat)
        session.flush()
        about = {"conversation": chat.id, "mode": chat.mode}
        events.publish(session, events.Kind.QUEUE, about, now=now)
        lent.append(chat)
    return lent


def _candidates(
    session: Session,
    in_force: Sequence[QueueRule],
    there: Sequence[Operator],
    passed: Mapping[str, str],
    *,
    now: datetime,
) -> Sequence[Conversation]:
    """Those whose time may be over. Nobody's row is locked by the look: of a long line few go on,
    and whoever takes one of the others must not wait for it."""
    went = col(Conversation.overflowed_at)
    newest = max((rule.made_at for rule in in_force), default=None)
    nobody = col(Conversation.region).not_in({one.region for one in there if one.region})
    return session.exec(
        select(Conversation).where(
            Conversation.mode == Mode.QUEUED,
            went.is_(None) if newest is None else went.is_(None) | (went < newest),
            col(Conversation.region).is_not(None),
            col(Conversation.region) != ANYWHERE,
            or_(
                _late(in_force, now=now),
                nobody,
                col(Conversation.tongue).is_not(None),
                col(Conversation.id).in_(passed),
            ),
        )
    ).all()


def _late(in_force: Sequence[QueueRule], *, now: datetime) -> ColumnElement[bool]:
    """Whether a chat waits as long as its class may, or as the quickest rule lets it."""
    quickest = min((timedelta(seconds=rule.after_seconds) for rule in in_force), default=USUAL)
    urgency = func.coalesce(col(Conversation.queue_priority), Priority.P2)
    limits = {one: min(usual, quickest) for one, usual in OVERFLOW_AFTER.items()}
    return or_(
        *(
            (urgency == one) & (col(Conversation.queued_at) <= now - limit)
            for one, limit in limits.items()
        )
    )


def _locked(session: Session, seen: Conversation) -> Conversation | None:
    """The chat as it is now, nobody else's until the commit; None when somebody has it already."""
    return session.exec(
        select(Conversation)
        .where(Conversation.id == seen.id, Conversation.mode == Mode.QUEUED)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).first()


def _goes_on(rule: QueueRule | None, chat: Conversation) -> bool:
    """What has gone up already goes on only where a rule that was made since says so."""
    if chat.overflowed_at is None:
        return True
    return rule is not None and rule.made_at > chat.overflowed_at


def _passed(session: Session) -> Mapping[str, str]:
    """To which region's line somebody has passed a chat that waits there still."""
    rows = session.exec(
        select(Passing.conversation_id, Passing.to_region).where(
            col(Passing.end).is_(None),
            Passing.how == How.LINE,
            col(Passing.to_region).is_not(None),
        )
    )
    return {chat: region for chat, region in rows if region is not None}


def _rule_for(in_force: Sequence[QueueRule], chat: Conversation) -> QueueRule | None:
    fitting = [
        rule
        for rule in in_force
        if rule.region == chat.region and rule.matter in {None, chat.queue_matter}
    ]
    return max(fitting, key=lambda rule: (rule.matter is not None, rule.made_at), default=None)


def _patience(
    rule: QueueRule | None,
    chat: Conversation,
    there: Sequence[Operator],
    passed: Mapping[str, str],
) -> timedelta | None:
    """How long it may wait where it is; None as long as it waits where it was passed to."""
    line = passed.get(chat.id, chat.region)
    if not any(one.region == line and routing.speaks(one, chat) for one in there):
        return IMMEDIATELY
    if chat.id in passed:
        return None
    if rule is not None:
        return timedelta(seconds=rule.after_seconds)
    return OVERFLOW_AFTER[Priority(chat.queue_priority or Priority.P2)]
