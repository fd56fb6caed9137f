"""A house with something in it to be erased, and the clock that erases."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import select

from bot import keeping
from cases import keys, residents
from cases.channels import inbox
from cases.database import Session, Store
from cases.keys import DataKey
from cases.retention import daily, terms
from cases.talk.attachments import FileKind, Harmless
from cases.talk.conversations import Conversation
from cases.ticket_rules.lifecycle import State
from cases.tickets import tickets, withdrawing
from cases.tickets.tickets import Ticket
from tests import factories

YEARS = timedelta(days=4 * 366)
PHOTO = Harmless(FileKind.PHOTO, "image/png", b"a photo")


def a_talk(session: Session, *, now: datetime) -> Conversation:
    """A conversation with a line, a photo and a telephone number."""
    chat = factories.a_conversation(session, now=now)
    resident = session.get_one(residents.Resident, chat.resident_id)
    residents.keep_contact(session, resident, "13800138000", now=now)
    line = inbox.receive(
        session, chat, external_id=keys.new_id(), text="家里困难", files=(PHOTO,), now=now
    )
    inbox.mark_answered(session, line, now=now)
    return chat


def ends(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """A ticket that went its whole way."""
    ticket.state, ticket.ended, ticket.closed_at = State.CLOSED, True, now
    ticket.next_due = None
    session.add(ticket)
    session.flush()


def an_ended_ticket(session: Session, chat: Conversation, *, now: datetime) -> Ticket:
    """A ticket of this conversation that was taken back the same day."""
    ticket = tickets.open_for(session, chat, factories.A_MATTER, now=now)
    withdrawing.by_resident(session, ticket, "不办了", now=now)
    return ticket


def night_falls(
    store: Store, now: datetime, decided: Mapping[str, int | None] | None = None
) -> Mapping[str, int]:
    """The erasing of the day; how many of each class went."""
    assert keeping.erase_due(store, terms.in_force(decided or {}), now=now)
    with store.read() as session:
        counted = daily.counts(session, daily.day_of(now))
        return {kept: one.erased for kept, one in counted.items() if one.erased}


def rests(store: Store, now: datetime) -> None:
    """A night on which nothing may be erased: the clock may be wrong."""
    assert not keeping.erase_due(store, terms.shipped(), now=now)
    with store.read() as session:
        assert not daily.counts(session, daily.day_of(now))


def is_destroyed(session: Session, key_id: str) -> bool:
    """Whether nothing under this key can ever be read again."""
    key = session.exec(select(DataKey).where(DataKey.id == key_id)).one()
    return key.wrapped == b"" and key.destroyed_at is not None
