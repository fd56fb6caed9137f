"""What is kept of the resident of a conversation, as far as it may be told there."""

from sqlalchemy.orm import Mapped
from sqlmodel import col, func, select

from cases.database import Session
from cases.dialogue.checklists import KeptChecklist
from cases.dialogue.lookups import HeldData
from cases.households import households
from cases.residents import ContactWay, Resident
from cases.retention import daily
from cases.retention.terms import Kept
from cases.talk.attachments import Attachment
from cases.talk.conversations import Conversation
from cases.talk.messages import Message
from cases.tickets import tickets
from cases.tickets.tickets import Ticket

# Where a link is read by who asked for it. A text message names no matter, a call carries none.
BY_LINK = frozenset({"web", "telegram", "wechat"})


def held(session: Session, conversation: Conversation) -> HeldData:
    """How much there is. What opens to its own word alone is not named, nor a number's digits:
    whoever holds the telephone for a moment learns nothing with which to open more."""
    mine = Ticket.resident_id == conversation.resident_id
    rows = session.exec(
        select(Ticket)
        .where(mine, col(Ticket.erased_at).is_(None))
        .order_by(col(Ticket.opened_at).desc())
    )
    named = [ticket for ticket in rows if not tickets.only_by_secret(ticket)]
    phones = select(func.count()).where(ContactWay.resident_id == conversation.resident_id)
    return HeldData(
        lines=_count(session, conversation, col(Message.conversation_id)),
        since=session.get_one(Resident, conversation.resident_id).created_at,
        files=_count(session, conversation, col(Attachment.conversation_id)),
        lists=_count(session, conversation, col(KeptChecklist.conversation_id)),
        phones=session.exec(phones).one(),
        tickets=tuple(ticket.number for ticket in named),
        going_on=tuple(ticket.number for ticket in named if not ticket.ended),
        in_file=households.reached_by(session, conversation.id) is not None,
        days=daily.days_in_force(session)[Kept.CONVERSATIONS],
        by_link=conversation.channel in BY_LINK,
    )


def _count(session: Session, conversation: Conversation, names: Mapped[str]) -> int:
    """How many rows name a conversation of the same resident, on whichever channel."""
    theirs = select(Conversation.id).where(Conversation.resident_id == conversation.resident_id)
    return session.exec(select(func.count()).where(names.in_(theirs))).one()
