"""Who asked to be forgotten, and when that is carried out: as soon as nothing is needed."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import col, select

from cases import audit
from cases.database import Session
from cases.retention import daily, erasing, needed
from cases.talk.conversations import Conversation

# The answer leaves first, and whoever thinks better of it has said so by then.
QUIET = timedelta(minutes=2)
BATCH = 100
RESIDENT = "resident"


def ask(session: Session, conversation: Conversation, *, now: datetime) -> None:
    """The resident wants to be forgotten: with every conversation of theirs, on every channel."""
    _set(session, conversation, now)
    audit.record(session, RESIDENT, "asked to be forgotten", conversation.id, now=now)


def take_back(session: Session, conversation: Conversation, *, now: datetime) -> None:
    """The resident does not want it any more."""
    _set(session, conversation, None)
    audit.record(session, RESIDENT, "is not to be forgotten", conversation.id, now=now)


def carry_out(session: Session, *, now: datetime, limit: int = BATCH) -> int:
    """Erase for those who asked, once nothing of theirs is needed; what is needed waits for the
    next look. Returns how many conversations were erased."""
    rows = session.exec(
        select(Conversation.id)
        .where(
            col(Conversation.erase_asked_at).is_not(None),
            col(Conversation.erased_at).is_(None),
            Conversation.active_at <= now - QUIET,
            ~needed.conversation(),
        )
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    reporting = needed.reporting(session, rows)
    gone = [one for one in rows if one not in reporting]
    erasing.forget_as_asked(session, gone, now=now)
    for one in gone:
        audit.record(session, daily.CLOCK, "forgot as asked", one, now=now)
    return len(gone)


def _set(session: Session, conversation: Conversation, at: datetime | None) -> None:
    session.connection().execute(
        update(Conversation)
        .where(
            col(Conversation.resident_id) == conversation.resident_id,
            col(Conversation.erased_at).is_(None),
        )
        .values(erase_asked_at=at)
    )
    session.refresh(conversation)
