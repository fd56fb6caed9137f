"""Calls that come in: the caller's conversation, typed by the operator who listens."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Field, SQLModel, col, select

from cases import keys, residents
from cases.database import Session, UtcDateTime
from cases.residents import Resident
from cases.talk import conversations, threads
from cases.talk.conversations import Conversation
from knowledge.names import Region

# While the call goes on what is said is read out; afterwards it goes on the list of calls.
CHANNEL, AFTERWARDS, BY_HAND = "phone", "call", "hand"


class PhoneCall(SQLModel, table=True):
    """One call; `missed` ones are called back."""

    __tablename__ = "phone_calls"
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id", unique=True)
    by: str = Field(foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    missed: bool = False


def begin(  # noqa: PLR0913
    session: Session,
    *,
    region: Region | None,
    phone: str | None,
    by: str,
    now: datetime,
    missed: bool = False,
) -> Conversation:
    """A call comes in, or was missed: a conversation of its own, with the number it came from."""
    chat = conversations.open_new(session, region=region, channel=CHANNEL, now=now).conversation
    if phone is not None:
        resident = session.get_one(Resident, chat.resident_id)
        residents.keep_contact(session, resident, phone, now=now)
    ended = now if missed else None
    call = PhoneCall(
        id=keys.new_id(), conversation_id=chat.id, by=by, at=now, ended_at=ended, missed=missed
    )
    session.add(call)
    session.flush()
    return chat


def of(session: Session, chat: Conversation) -> PhoneCall | None:
    """The call of a conversation; None for one that is written."""
    return session.exec(select(PhoneCall).where(PhoneCall.conversation_id == chat.id)).first()


def end(session: Session, call: PhoneCall, *, now: datetime) -> None:
    """The caller has hung up: what comes later is told by a call to the number they gave."""
    if call.ended_at is not None:
        return
    call.ended_at = now
    session.add(call)
    chat = conversations.find(session, call.conversation_id)
    resident = session.get_one(Resident, chat.resident_id)
    known = residents.contacts(session, resident)
    # A number leads to one conversation; others of it, and those without one, are a person's.
    free = bool(known) and threads.find(session, AFTERWARDS, known[0].value) is None
    chat.channel = AFTERWARDS if free else BY_HAND
    session.add(chat)
    session.flush()
    if free:
        threads.begin(session, chat, known[0].value)


def going_on(session: Session, operator_id: str) -> Sequence[PhoneCall]:
    """The calls somebody is in, the oldest first."""
    return session.exec(
        select(PhoneCall)
        .where(PhoneCall.by == operator_id, col(PhoneCall.ended_at).is_(None))
        .order_by(col(PhoneCall.at))
    ).all()
