"""How a chat passes from hand to hand: to a person or a line with a note, and back to whom."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import aliased
from sqlmodel import Field, SQLModel, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from cases import keys, operators, residents
from cases.database import Session, UtcDateTime
from cases.desk import queues
from cases.errors import FullError, MoveError, ReceiverError, UnknownError
from cases.operators import Operator, Role
from cases.sealed import Place
from cases.talk import conversations
from cases.talk.conversations import Conversation, Mode
from cases.talk.messages import Message, Sender
from knowledge.names import Matter, Priority, Region

# Whoever is offered a chat has this long; so has a line it was passed to.
PERSON_LIMIT = timedelta(minutes=2)
LINE_LIMIT = timedelta(minutes=10)
# How long a resident's words may stand unanswered before another person comes.
SILENT_AFTER = {
    Priority.P0: timedelta(minutes=2),
    Priority.P1: timedelta(minutes=5),
    Priority.P2: timedelta(minutes=10),
}
TALKING = frozenset({Role.OPERATOR, Role.SUPERVISOR, Role.ADMIN})
LONGEST_NOTE = 1000


class How(StrEnum):
    """In which way a chat left somebody's hands."""

    PERSON = "person"
    LINE = "line"
    SILENT = "silent"
    SUPERVISOR = "supervisor"


class End(StrEnum):
    """How a passing ended."""

    TAKEN = "taken"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    OVER = "over"


class Passing(SQLModel, table=True):
    """One passing. `told_at`: when the one who lost or got back the chat has read of it."""

    __tablename__ = "passings"
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id", index=True)
    how: str
    from_id: str = Field(foreign_key="operators.id", index=True)
    to_id: str | None = Field(default=None, foreign_key="operators.id", index=True)
    to_region: str | None = None
    to_matter: str | None = None
    was_lent: str | None = None
    was_matter: str | None = None
    sealed_note: bytes | None = None
    at: datetime = Field(sa_type=UtcDateTime)
    end: str | None = Field(default=None, index=True)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def to_person(
    session: Session, chat: Conversation, receiver: Operator, *, note: str, now: datetime
) -> Passing:
    """Offer a chat that somebody holds to a colleague; the sender keeps it until it is taken.

    Raises ReceiverError for a colleague who cannot take it, MoveError when nobody holds it.
    """
    sender = _holder(chat)
    fit = receiver.disabled_at is None and Role(receiver.role) in TALKING
    if not fit or receiver.id == sender:
        raise ReceiverError("This colleague cannot take chats; choose another one or a line.")
    settle(session, chat, End.OVER, now=now)
    chat.offered_to = receiver.id
    session.add(chat)
    passing = _keep(session, chat, How.PERSON, sender, note=note, to_id=receiver.id, now=now)
    conversations.tell_mode(session, chat, now=now)
    return passing


def to_line(  # noqa: PLR0913
    session: Session,
    chat: Conversation,
    *,
    region: Region | None,
    matter: Matter | None,
    note: str,
    now: datetime,
) -> Passing:
    """Put a chat that somebody holds into a line; it keeps its place. Raises MoveError."""
    sender = _holder(chat)
    settle(session, chat, End.OVER, now=now)
    passing = _keep(session, chat, How.LINE, sender, note=note, now=now)
    passing.to_region, passing.to_matter = region, matter
    chat.queue_region = region or chat.queue_region
    chat.queue_matter = matter or chat.queue_matter
    session.add(passing)
    queues.put_back(session, chat, now=now)
    return passing


def refuse(session: Session, chat: Conversation, operator: Operator, *, now: datetime) -> None:
    """Decline an offer: the chat stays with its sender, who is told. Raises MoveError."""
    if chat.offered_to != operator.id:
        raise MoveError("This chat is not offered to you any more.")
    chat.offered_to = None
    session.add(chat)
    settle(session, chat, End.REFUSED, now=now)
    conversations.tell_mode(session, chat, now=now)


def settle(session: Session, chat: Conversation, end: End, *, now: datetime) -> bool:
    """Close whatever passing of this chat is open; whether there was one."""
    open_ones = session.exec(_open().where(Passing.conversation_id == chat.id)).all()
    for passing in open_ones:
        passing.end, passing.ended_at = end, now
        session.add(passing)
    if chat.mode == Mode.OPERATOR and end is not End.TAKEN:
        chat.offered_to = None
        session.add(chat)
    session.flush()
    return bool(open_ones)


def take_over(session: Session, chat: Conversation, receiver: Operator, *, now: datetime) -> None:
    """A supervisor gives a held chat to somebody, themselves perhaps; the holder is told.

    Raises FullError, MoveError when nobody holds it.
    """
    before = _holder(chat)
    if before == receiver.id:
        return
    if not queues.give(session, chat, receiver, now=now):
        raise FullError("This colleague has no room; put one of their chats back first.")
    settle(session, chat, End.OVER, now=now)
    passing = _keep(session, chat, How.SUPERVISOR, before, note="", to_id=receiver.id, now=now)
    passing.end, passing.ended_at = End.TAKEN, now
    session.add(passing)


def return_silent(session: Session, *, now: datetime) -> Sequence[Conversation]:
    """Chats whose resident got no answer in time go to the head of their class, away from whoever
    was silent, who is told of it on the console."""
    gone = []
    for chat in _unanswered(session, now=now):
        sender = _holder(chat)
        settle(session, chat, End.OVER, now=now)
        passing = _keep(session, chat, How.SILENT, sender, note="", now=now)
        passing.end, passing.ended_at = End.OVER, now
        session.add(passing)
        chat.queue_head = True
        queues.put_back(session, chat, now=now)
        gone.append(chat)
    return gone


def return_untaken(session: Session, *, now: datetime) -> Passing | None:
    """The oldest passing that nobody took in time, or whose receiver has gone, ends: the chat is
    its sender's again, who is told. None when there is none.

    A sender who has gone, or has no room, does not get it back: it stays in line with its place.
    One in a transaction: who locks many desks and chats would wait in a ring with who takes one.
    """
    there = [one.id for one in operators.at_desk(session, now=now)]
    late = session.exec(
        _open()
        .where(
            or_(
                (col(Passing.how) == How.PERSON) & (col(Passing.at) <= now - PERSON_LIMIT),
                (col(Passing.how) == How.PERSON) & col(Passing.to_id).not_in(there),
                (col(Passing.how) == How.LINE) & (col(Passing.at) <= now - LINE_LIMIT),
            )
        )
        .order_by(col(Passing.at), col(Passing.id))
        .limit(1)
    ).first()
    return late if late is not None and _ended_late(session, late, now=now) else None


def note_of(session: Session, chat: Conversation) -> str:
    """The note of the newest passing of a chat; empty when there is none."""
    newest = session.exec(
        select(Passing)
        .where(Passing.conversation_id == chat.id, col(Passing.sealed_note).is_not(None))
        .order_by(col(Passing.at).desc())
        .limit(1)
    ).first()
    if newest is None or newest.sealed_note is None:
        return ""
    key = residents.key_of(session, chat.resident_id)
    return keys.unseal(session, key, _note_place(newest.id), newest.sealed_note)


def offered(session: Session, operator: Operator) -> Sequence[Conversation]:
    """The chats that colleagues offer to this operator."""
    return session.exec(select(Conversation).where(Conversation.offered_to == operator.id)).all()


def untold(session: Session, operator: Operator) -> Sequence[Passing]:
    """What this operator has lost or got back and has not read of yet, the latest first."""
    bad = (End.REFUSED, End.TIMED_OUT)
    return session.exec(
        select(Passing)
        .where(
            Passing.from_id == operator.id,
            col(Passing.told_at).is_(None),
            or_(
                col(Passing.how).in_((How.SILENT, How.SUPERVISOR)),
                col(Passing.end).in_(bad),
            ),
        )
        .order_by(col(Passing.at).desc())
    ).all()


def tell(session: Session, passing_id: str, operator: Operator, *, now: datetime) -> None:
    """The operator has read what became of a chat. Raises UnknownError."""
    passing = session.get(Passing, passing_id)
    if passing is None or passing.from_id != operator.id:
        raise UnknownError("There is no such note.")
    passing.told_at = passing.told_at or now
    session.add(passing)
    session.flush()


def _ended_late(session: Session, passing: Passing, *, now: datetime) -> bool:
    operators.lock(session, passing.from_id)
    chat = conversations.find_for_update(session, passing.conversation_id)
    session.refresh(passing)
    if passing.end is not None:
        return False
    sender = operators.find(session, passing.from_id)
    if passing.how == How.LINE:
        _to_sender(session, chat, passing, sender, now=now)
    settle(session, chat, End.TIMED_OUT, now=now)
    conversations.tell_mode(session, chat, now=now)
    return True


def _to_sender(
    session: Session, chat: Conversation, passing: Passing, sender: Operator, *, now: datetime
) -> None:
    chat.queue_region, chat.queue_matter = passing.was_lent, passing.was_matter
    session.add(chat)
    session.flush()
    there = {one.id for one in operators.on_duty(session, now=now)}
    if chat.mode == Mode.QUEUED and sender.id in there:
        queues.give(session, chat, sender, now=now)


def _unanswered(session: Session, *, now: datetime) -> Sequence[Conversation]:
    """Held chats in which the resident's words, heard long enough, have no answer behind them."""
    words, answer = aliased(Message), aliased(Message)
    since = {priority: now - limit for priority, limit in SILENT_AFTER.items()}
    late = or_(
        *(
            (col(Conversation.queue_priority) == one)
            & (col(Conversation.taken_at) < at)
            & (col(words.created_at) < at)
            for one, at in since.items()
        ),
        col(Conversation.queue_priority).is_(None)
        & (col(Conversation.taken_at) < since[Priority.P2])
        & (col(words.created_at) < since[Priority.P2]),
    )
    answered = (
        select(answer.id)
        .where(
            answer.conversation_id == words.conversation_id,
            answer.seq > words.seq,
            answer.sender == Sender.OPERATOR,
        )
        .exists()
    )
    heard = (
        select(words.id)
        .where(
            words.conversation_id == Conversation.id,
            words.sender == Sender.RESIDENT,
            late,
            ~answered,
        )
        .exists()
    )
    return session.exec(
        select(Conversation)
        .where(Conversation.mode == Mode.OPERATOR, heard)
        .with_for_update(of=Conversation, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()


def _keep(  # noqa: PLR0913
    session: Session,
    chat: Conversation,
    how: How,
    sender: str,
    *,
    note: str,
    to_id: str | None = None,
    now: datetime,
) -> Passing:
    row, sealed = keys.new_id(), None
    if note:
        key = residents.key_of(session, chat.resident_id)
        sealed = keys.seal(session, key, _note_place(row), note[:LONGEST_NOTE])
    passing = Passing(
        id=row,
        conversation_id=chat.id,
        how=how,
        from_id=sender,
        to_id=to_id,
        was_lent=chat.queue_region,
        was_matter=chat.queue_matter,
        sealed_note=sealed,
        at=now,
    )
    session.add(passing)
    session.flush()
    return passing


def _holder(chat: Conversation) -> str:
    if chat.mode != Mode.OPERATOR or chat.operator_id is None:
        raise MoveError("Nobody holds this chat; there is nothing to pass on.")
    return chat.operator_id


def _open() -> SelectOfScalar[Passing]:
    return select(Passing).where(col(Passing.end).is_(None))


def _note_place(row: str) -> Place:
    return Place("passings", "note", row)
