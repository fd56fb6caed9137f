"""Calls that are owed to residents: when, who tried, what came of it, and what is next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel, col, func, select

from cases import events, keys, residents
from cases.channels import outbox
from cases.database import Session, UtcDateTime
from cases.desk import routing, slots
from cases.errors import CaseError, MoveError, UnknownError
from cases.sealed import Place
from cases.talk import conversations, messages
from cases.talk.conversations import Conversation

MOST_ATTEMPTS = 3
# When a call that reached nobody is tried again; a danger does not wait.
AGAIN_AFTER = timedelta(minutes=30)
DANGER_AGAIN_AFTER = timedelta(minutes=3)
LONGEST_NOTE = 500


class CallKind(StrEnum):
    """Why somebody is to be called."""

    ASKED = "asked"
    MISSED = "missed"
    DANGER = "danger"
    FOLLOW_UP = "follow_up"
    # Somebody was asked how they are and has not answered.
    CARE = "care"
    # Something is to be told to somebody who has nothing but a telephone.
    TELL = "tell"


class CallState(StrEnum):
    """How far a call has come."""

    OPEN = "open"
    DONE = "done"
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"


class CallOutcome(StrEnum):
    """What came of one attempt."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    SWITCHED_OFF = "switched_off"
    WRONG_NUMBER = "wrong_number"
    ANOTHER_TIME = "another_time"
    DECLINED = "declined"


class NextStep(StrEnum):
    """What is done after an attempt."""

    NOTHING = "nothing"
    AGAIN = "again"
    WRITE = "write"
    VISIT = "visit"
    POLICE = "police"


ENDING = frozenset({CallOutcome.REACHED, CallOutcome.DECLINED})
# What may follow when somebody in danger cannot be reached.
SAFE_ENDS = frozenset({NextStep.VISIT, NextStep.POLICE})


class CallBack(SQLModel, table=True):
    """One call that is owed. The number is sealed under the resident's key."""

    __tablename__ = "callbacks"
    __table_args__ = (Index("ix_callbacks_owed", "state", "due_at"),)
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id", index=True)
    region: str | None = None
    kind: str
    state: str = CallState.OPEN
    due_at: datetime = Field(sa_type=UtcDateTime)
    slot_id: str | None = Field(default=None, foreign_key="callback_slots.id", index=True)
    sealed_phone: bytes | None = None
    made_by: str | None = Field(default=None, foreign_key="operators.id", index=True)
    made_at: datetime = Field(sa_type=UtcDateTime)


class CallAttempt(SQLModel, table=True):
    """One attempt, numbered from 1."""

    __tablename__ = "call_attempts"
    __table_args__ = (UniqueConstraint("callback_id", "number"),)
    id: str = Field(primary_key=True)
    callback_id: str = Field(foreign_key="callbacks.id")
    number: int
    by: str = Field(foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    outcome: str
    next_step: str
    sealed_note: bytes | None = None


@dataclass(frozen=True)
class Tried:
    """What is written down of an attempt."""

    outcome: CallOutcome
    next_step: NextStep
    note: str = ""


def owe(  # noqa: PLR0913
    session: Session,
    chat: Conversation,
    kind: CallKind,
    *,
    phone: str | None,
    due_at: datetime,
    by: str | None,
    now: datetime,
    slot_id: str | None = None,
) -> CallBack:
    """Promise a call. One that is open for the same reason is kept, moved and not doubled."""
    conversations.find_for_update(session, chat.id)
    row = session.exec(
        select(CallBack).where(
            CallBack.conversation_id == chat.id,
            CallBack.kind == kind,
            CallBack.state == CallState.OPEN,
        )
    ).first() or CallBack(
        id=keys.new_id(),
        conversation_id=chat.id,
        region=chat.region,
        kind=kind,
        due_at=due_at,
        made_by=by,
        made_at=now,
    )
    if row.slot_id is not None:
        # The new hour is booked already, be it the same one again.
        slots.give_back(session, row.slot_id)
    row.due_at, row.slot_id = due_at, slot_id
    if phone is not None:
        key = residents.key_of(session, chat.resident_id)
        row.sealed_phone = keys.seal(session, key, _phone_place(row.id), phone)
    session.add(row)
    session.flush()
    _tell(session, row, now=now)
    return row


def attempt(session: Session, wanted: str, tried: Tried, *, by: str, now: datetime) -> CallBack:
    """Write down an attempt. After the third that reached nobody it is given up, with a next step.

    Raises UnknownError, MoveError when it is no longer owed, CaseError for a next step that leaves
    somebody in danger alone.
    """
    row = _open(session, wanted)
    chat = conversations.find(session, row.conversation_id)
    number = _tried(session, row) + 1
    state = _after(row, tried, number)
    again = DANGER_AGAIN_AFTER if row.kind == CallKind.DANGER else AGAIN_AFTER
    made = CallAttempt(
        id=keys.new_id(),
        callback_id=row.id,
        number=number,
        by=by,
        at=now,
        outcome=tried.outcome,
        next_step=tried.next_step,
    )
    if tried.note:
        key = residents.key_of(session, chat.resident_id)
        note = tried.note[:LONGEST_NOTE]
        made.sealed_note = keys.seal(session, key, _note_place(made.id), note)
    row.state = state
    if state is CallState.OPEN:
        row.due_at = now + again
    if state is CallState.GIVEN_UP:
        # What could not be told goes where everything goes that did not arrive.
        for untold in outbox.answered_with(session, row.conversation_id, receipt_of(row.id)):
            outbox.bounced(session, untold.id, now=now)
    session.add(made)
    session.add(row)
    session.flush()
    _tell(session, row, now=now)
    return row


def cancel(session: Session, wanted: str, *, now: datetime) -> CallBack:
    """The resident needs no call any more. Raises UnknownError, MoveError."""
    row = _open(session, wanted)
    if row.kind == CallKind.DANGER:
        raise CaseError("Somebody in danger is called until they are reached.")
    row.state = CallState.CANCELLED
    if row.slot_id is not None:
        slots.give_back(session, row.slot_id)
    session.add(row)
    session.flush()
    _tell(session, row, now=now)
    return row


def receipt_of(call: str) -> str:
    """What stands on a message that is told by this call."""
    return f"call:{call}"


def to_tell(session: Session, row: CallBack) -> Sequence[str]:
    """The words of a call, in order; none when it is owed for another reason."""
    if row.kind != CallKind.TELL:
        return ()
    rows = outbox.answered_with(session, row.conversation_id, receipt_of(row.id))
    return [messages.line_of(session, one).text for one in rows]


def heard_from_robot(
    session: Session, wanted: str, outcome: CallOutcome, *, now: datetime
) -> CallBack:
    """What came of a robot's call; whoever it did not reach is called by a person now.

    Raises UnknownError, MoveError when it is no longer owed.
    """
    row = _open(session, wanted)
    if outcome in ENDING:
        row.state = CallState.DONE
    row.due_at = min(row.due_at, now)
    session.add(row)
    session.flush()
    _tell(session, row, now=now)
    return row


def owed(session: Session, *, region: str | None = None, limit: int = 200) -> Sequence[CallBack]:
    """The calls that are owed: dangers first, then by the hour they are due. With a region those
    of its line, so that another region's many do not hide its own."""
    statement = select(CallBack).where(CallBack.state == CallState.OPEN)
    if region is not None:
        statement = statement.join(
            Conversation, col(CallBack.conversation_id) == Conversation.id
        ).where(routing.seen_from(region))
    return session.exec(
        statement.order_by((col(CallBack.kind) != CallKind.DANGER), col(CallBack.due_at)).limit(
            limit
        )
    ).all()


def of_chat(session: Session, conversation_id: str) -> Sequence[CallBack]:
    """The calls of one conversation, the oldest first."""
    return session.exec(
        select(CallBack)
        .where(CallBack.conversation_id == conversation_id)
        .order_by(col(CallBack.made_at))
    ).all()


def attempts(session: Session, row: CallBack) -> Sequence[CallAttempt]:
    """What was tried, the first attempt first."""
    return session.exec(
        select(CallAttempt)
        .where(CallAttempt.callback_id == row.id)
        .order_by(col(CallAttempt.number))
    ).all()


def phone_of(session: Session, row: CallBack) -> str:
    """The number to call; empty when none was given."""
    if row.sealed_phone is None:
        return ""
    chat = conversations.find(session, row.conversation_id)
    key = residents.key_of(session, chat.resident_id)
    return keys.unseal(session, key, _phone_place(row.id), row.sealed_phone)


def note_of(session: Session, row: CallBack, made: CallAttempt) -> str:
    """What was written beside an attempt."""
    if made.sealed_note is None:
        return ""
    chat = conversations.find(session, row.conversation_id)
    key = residents.key_of(session, chat.resident_id)
    return keys.unseal(session, key, _note_place(made.id), made.sealed_note)


def danger_open(session: Session, conversation_id: str) -> bool:
    """Whether somebody in danger fell silent and has not been reached yet."""
    rows = of_chat(session, conversation_id)
    return any(one.kind == CallKind.DANGER and one.state == CallState.OPEN for one in rows)


def _after(row: CallBack, tried: Tried, number: int) -> CallState:
    if tried.outcome in ENDING:
        return CallState.DONE
    if number >= MOST_ATTEMPTS and tried.next_step is NextStep.AGAIN:
        raise CaseError("After the last attempt there is no other: choose what is done instead.")
    last = tried.next_step is not NextStep.AGAIN
    if last and row.kind == CallKind.DANGER and tried.next_step not in SAFE_ENDS:
        raise CaseError("Somebody in danger who cannot be reached is looked for: choose how.")
    return CallState.GIVEN_UP if last else CallState.OPEN


def _open(session: Session, wanted: str) -> CallBack:
    row = session.exec(
        select(CallBack)
        .where(CallBack.id == wanted)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise UnknownError("There is no such call.")
    if row.state != CallState.OPEN:
        raise MoveError("This call is no longer owed; look at the list again.")
    return row


def _tried(session: Session, row: CallBack) -> int:
    return session.exec(
        select(func.count()).select_from(CallAttempt).where(CallAttempt.callback_id == row.id)
    ).one()


def _tell(session: Session, row: CallBack, *, now: datetime) -> None:
    about = {"conversation": row.conversation_id, "call": row.id}
    events.publish(session, events.Kind.QUEUE, about, now=now)


def _phone_place(row: str) -> Place:
    return Place("callbacks", "phone", row)


def _note_place(row: str) -> Place:
    return Place("call_attempts", "note", row)
