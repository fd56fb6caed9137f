"""What a resident may ask of their own data: what is held, to be forgotten, not to be after all."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import col, func, select

from cases import audit, residents
from cases.database import Session
from cases.households import households
from cases.retention import daily, erasing, holdings, needed
from cases.retention.terms import Kept
from cases.talk.attachments import Attachment
from cases.talk.conversations import Conversation
from cases.talk.messages import Message
from cases.tickets import tickets
from cases.tickets.tickets import Ticket

# The answer leaves first, and whoever thinks better of it has said so by then.
QUIET = timedelta(minutes=2)
BATCH = 20
RESIDENT = "resident"


@dataclass(frozen=True)
class Holds:
    """What is held of somebody. `phones` show their last four digits; `tickets` are those that
    may be named here; `days`: after how many a talk is erased by itself, None: never."""

    lines: int
    since: datetime
    files: int
    lists: int
    phones: tuple[str, ...]
    tickets: tuple[str, ...]
    going_on: tuple[str, ...]
    in_file: bool
    days: int | None


def look(session: Session, conversation: Conversation) -> Holds:
    """What is held of the resident of this conversation, as far as it may be told here."""
    theirs = select(Conversation.id).where(Conversation.resident_id == conversation.resident_id)
    resident = session.get_one(residents.Resident, conversation.resident_id)
    rows = session.exec(
        select(Ticket)
        .where(Ticket.resident_id == conversation.resident_id, col(Ticket.erased_at).is_(None))
        .order_by(col(Ticket.opened_at).desc())
    )
    named = [ticket for ticket in rows if not tickets.only_by_secret(ticket)]
    lists = holdings.table("checklists")
    kept = select(func.count()).select_from(lists).where(lists.c.conversation_id.in_(theirs))
    lines = select(func.count()).where(col(Message.conversation_id).in_(theirs))
    files = select(func.count()).where(col(Attachment.conversation_id).in_(theirs))
    return Holds(
        lines=session.exec(lines).one(),
        since=resident.created_at,
        files=session.exec(files).one(),
        lists=session.exec(kept).one(),
        phones=tuple(contact.value[-4:] for contact in residents.contacts(session, resident)),
        tickets=tuple(ticket.number for ticket in named),
        going_on=tuple(ticket.number for ticket in named if not ticket.ended),
        in_file=households.reached_by(session, conversation.id) is not None,
        days=daily.days_in_force(session)[Kept.CONVERSATIONS],
    )


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
