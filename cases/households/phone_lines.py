"""How somebody with nothing but a telephone is reached: by text messages, or by calls."""

from datetime import datetime
from enum import StrEnum

from cases import residents
from cases.database import Session
from cases.errors import CaseError
from cases.households.households import Household
from cases.residents import ContactKind, Resident
from cases.talk import conversations, threads
from cases.talk.conversations import Conversation
from knowledge.names import Region


class Way(StrEnum):
    """The channel by which a telephone is reached."""

    SMS = "sms"
    CALL = "call"


def open_line(
    session: Session, phone: str, way: Way, *, region: Region | None, now: datetime
) -> Conversation:
    """The conversation with this telephone: the one there is, else a new one, saying nothing.

    Raises CaseError for a number that is reached the other way already: one telephone, one way.
    """
    for other in Way:
        known = threads.find(session, other, phone)
        if known is not None and other is way:
            return known
        if known is not None:
            raise CaseError("This telephone is reached the other way already; change it there.")
    opened = conversations.open_new(session, region=region, channel=way, now=now)
    threads.begin(session, opened.conversation, phone)
    resident = session.get_one(Resident, opened.conversation.resident_id)
    kind = ContactKind.TEXT_ONLY if way is Way.SMS else ContactKind.CALL
    residents.keep_contact(session, resident, phone, kind=kind, now=now)
    return opened.conversation


def reach(session: Session, household: Household, line: Conversation) -> None:
    """From now on what is said to this household is said there."""
    household.conversation_id = line.id
    session.add(household)
    session.flush()
