"""What the dialogue may ask and do about being called back: the free hours, and one for oneself."""

from datetime import datetime

from cases.database import Session
from cases.desk import callbacks, slots
from cases.desk.callbacks import CallKind
from cases.dialogue.lookups import FreeHour, HourGone, HoursFree, HourTaken, TakeHour
from cases.errors import SlotFullError, UnknownError
from cases.talk.conversations import Conversation


def free(session: Session, conversation: Conversation, *, now: datetime) -> HoursFree:
    """The next free hours of the resident's place."""
    rows = slots.free(session, conversation.region, now=now)
    return HoursFree(tuple(FreeHour(row.id, row.starts_at) for row in rows))


def take(
    session: Session, conversation: Conversation, asked: TakeHour, *, now: datetime
) -> HourTaken | HourGone:
    """Promise a call, in an hour of its own or by whoever is free next; never one too many."""
    at = None
    if asked.hour is not None:
        try:
            at = slots.book(session, asked.hour, now=now).starts_at
        except (SlotFullError, UnknownError):
            return HourGone()
    callbacks.owe(
        session,
        conversation,
        CallKind.ASKED,
        phone=asked.phone,
        due_at=at or now,
        by=None,
        now=now,
        slot_id=asked.hour,
    )
    return HourTaken(at)
