"""When a waiting chat goes up to the staff of all regions, or where its line's rule says."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import col, select

from cases import events, operators
from cases.database import Session
from cases.desk import routing
from cases.desk.passing import How, Passing
from cases.desk.routing import ANYWHERE, OVERFLOW_AFTER, QueueRule
from cases.operators import Operator
from cases.talk.conversations import Conversation, Mode
from knowledge.names import Priority

IMMEDIATELY = timedelta(0)


def overflow(session: Session, *, now: datetime) -> Sequence[Conversation]:
    """Lend chats that wait too long, or in whose line nobody speaks with them, to the line the rule
    names; what has gone up before goes along when its line is moved. What somebody has just passed
    to a line stays there while that line has somebody."""
    in_force = routing.rules(session)
    there = operators.on_duty(session, now=now)
    passed = _passed(session)
    lent = []
    for chat in _waiting(session, in_force):
        rule = _rule_for(in_force, chat)
        if not _goes_on(rule, chat):
            continue
        patience = _patience(rule, chat, there, passed)
        if patience is not None and now - (chat.queued_at or now) >= patience:
            chat.overflowed_at = now
            chat.queue_region = ANYWHERE if rule is None else rule.to_region
            session.add(chat)
            session.flush()
            about = {"conversation": chat.id, "mode": chat.mode}
            events.publish(session, events.Kind.QUEUE, about, now=now)
            lent.append(chat)
    return lent


def _waiting(session: Session, in_force: Sequence[QueueRule]) -> Sequence[Conversation]:
    """Those that may go on: no other row is locked."""
    went = col(Conversation.overflowed_at)
    newest = max((rule.made_at for rule in in_force), default=None)
    return session.exec(
        select(Conversation)
        .where(
            Conversation.mode == Mode.QUEUED,
            went.is_(None) if newest is None else went.is_(None) | (went < newest),
            col(Conversation.region).is_not(None),
            col(Conversation.region) != ANYWHERE,
        )
        .with_for_update(skip_locked=True)
    ).all()


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
