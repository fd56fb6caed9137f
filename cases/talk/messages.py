"""What is said in a conversation, by whoever says it: the one way in which anything is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel
from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel, col, func, select

from cases import events, keys, residents
from cases.database import Session, UtcDateTime
from cases.errors import ReusedError
from cases.sealed import Place
from cases.talk import conversations
from cases.talk.attachments import FileKind
from cases.talk.conversations import Conversation

ROW_LETTERS = 32
# On these visible is sent: whoever is spoken to fetches it, or hears it read out.
PULLED = frozenset({"web", "platform", "phone"})
# Nobody can be reached this way by machine: what is said goes on a person's list at once.
BY_HAND = frozenset({"hand"})
# Touched when something waits to be sent by a channel: whoever sends looks at once.
OUTBOX = "outbox"
REUSED = "This client_id was used for another text; send a new one."


class Sender(StrEnum):
    """Who speaks."""

    RESIDENT = "resident"
    BOT = "bot"
    OPERATOR = "operator"
    SYSTEM = "system"


class Lane(StrEnum):
    """Which queue of the outbox a message leaves by, the most urgent first."""

    EMERGENCY = "emergency"
    OPERATOR = "operator"
    BOT = "bot"
    REMINDER = "reminder"
    CARE = "care"


class Delivery(StrEnum):
    """How far a message has come. On a channel that is pulled, visible is sent."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    LISTED = "listed"
    FAILED = "failed"


class Message(SQLModel, table=True):
    """One line of the conversation. `shown` holds choices and citations, never personal data."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        CheckConstraint("sender IN ('resident','bot','operator','system')", name="sender"),
        Index("ix_messages_outbox", "delivery", "lane", "created_at"),
    )
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id")
    seq: int
    sender: str
    sealed_text: bytes
    shown: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
    sealed_ticket: bytes | None = None
    staff_name: str | None = None
    lane: str
    delivery: str
    inbound_id: str | None = Field(default=None, foreign_key="inbound.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    fence: int = 0
    attempts: int = 0
    not_before: datetime | None = Field(default=None, sa_type=UtcDateTime)
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    receipt: str | None = None


@dataclass(frozen=True)
class Choice:
    """A button: sending its label or value as text chooses it."""

    label: str
    value: str


@dataclass(frozen=True)
class Cited:
    """A clause that an answer relies on, as the resident may open it: `says` is what it said
    then, `version` which published version that was (0 as shipped)."""

    document: str
    clause: str
    issued: str | None
    region: str
    grade: str
    in_force: bool
    says: str = ""
    clause_id: str = ""
    version: int = 0


@dataclass(frozen=True)
class Shared:
    """A file that came with a line: its random name and what it is."""

    id: str
    kind: FileKind


@dataclass(frozen=True)
class Line:
    """What is to be said, or was said."""

    sender: Sender
    text: str
    choices: tuple[Choice, ...] = ()
    select: str = "one"
    citations: tuple[Cited, ...] = ()
    files: tuple[Shared, ...] = ()
    ticket_number: str | None = None
    staff_name: str | None = None
    urgent: bool = False
    seq: int = 0
    at: datetime | None = None
    lane: Lane = field(default=Lane.BOT)
    id: str = ""
    delivery: str = ""


def say(  # noqa: PLR0913
    session: Session,
    conversation: Conversation,
    line: Line,
    *,
    now: datetime,
    epoch: int | None = None,
    inbound_id: str | None = None,
    row: str | None = None,
) -> int:
    """Say something in a conversation and return its number. The only way anything is said to it.

    With `epoch` it is refused (StaleEpochError) once a person has taken the chat. `row` is the
    line's own id where its sender named it (`row_named`).
    """
    seq = conversations.next_seq(session, conversation, epoch=epoch)
    keep(session, conversation, line, seq=seq, now=now, inbound_id=inbound_id, row=row)
    return seq


def keep(  # noqa: PLR0913
    session: Session,
    conversation: Conversation,
    line: Line,
    *,
    seq: int,
    now: datetime,
    inbound_id: str | None = None,
    row: str | None = None,
) -> None:
    """Keep a line whose number the caller has drawn, and tell whoever reads along."""
    row, delivery = row or keys.new_id(), _first_delivery(conversation, line)
    key, number = _key(session, conversation), None
    sealed = keys.seal(session, key, _text_place(row), line.text)
    if line.ticket_number is not None:
        number = keys.seal(session, key, _ticket_place(row), line.ticket_number)
    session.add(
        Message(
            id=row,
            conversation_id=conversation.id,
            seq=seq,
            sender=line.sender,
            sealed_text=sealed,
            shown=_shown(line),
            sealed_ticket=number,
            staff_name=line.staff_name,
            lane=line.lane,
            delivery=delivery,
            inbound_id=inbound_id,
            created_at=now,
        )
    )
    session.touched.add(events.conversation_stream(conversation.id))
    if delivery is Delivery.PENDING:
        session.touched.add(OUTBOX)
    if conversation.mode != conversations.Mode.BOT:
        about = {"conversation": conversation.id, "sender": line.sender}
        events.publish(session, events.Kind.MESSAGE, about, now=now)
    session.flush()


def row_named(session: Session, conversation: Conversation, sender: str, name: str) -> str:
    """The id of the line that this sender calls by this name."""
    return session.vault.blind("line", f"{conversation.id}\x1f{sender}\x1f{name}")[:ROW_LETTERS]


def said_as(session: Session, conversation: Conversation, row: str, text: str) -> int | None:
    """The number of the line with this id, if it was said already.

    Raises ReusedError when another text was said under it.
    """
    known = session.get(Message, row)
    if known is None:
        return None
    if _open(session, conversation, known).text != text:
        raise ReusedError(REUSED)
    return known.seq


def since(
    session: Session, conversation: Conversation, after: int = 0, *, limit: int = 500
) -> Sequence[Line]:
    """The lines behind number `after`, in order."""
    rows = session.exec(
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.seq > after)
        .order_by(col(Message.seq))
        .limit(limit)
    ).all()
    return [_open(session, conversation, row) for row in rows]


def count(session: Session, conversation: Conversation, after: int) -> int:
    """How many lines there are behind number `after`."""
    mine = select(func.count()).where(
        Message.conversation_id == conversation.id, Message.seq > after
    )
    return session.exec(mine).one()


def newest_at(session: Session, conversation: Conversation, *, until: int) -> datetime | None:
    """When the last line up to a number was said; None when there is none."""
    return session.exec(
        select(Message.created_at)
        .where(Message.conversation_id == conversation.id, Message.seq <= until)
        .order_by(col(Message.seq).desc())
        .limit(1)
    ).first()


def deliveries(
    session: Session, conversation: Conversation, upto: int, *, limit: int = 20
) -> Mapping[int, Delivery]:
    """How far the newest lines up to number `upto` have come that were said to the resident."""
    rows = session.exec(
        select(Message.seq, Message.delivery)
        .where(
            Message.conversation_id == conversation.id,
            Message.seq <= upto,
            Message.sender != Sender.RESIDENT,
        )
        .order_by(col(Message.seq).desc())
        .limit(limit)
    )
    return {seq: Delivery(delivery) for seq, delivery in rows if delivery}


def of_inbound(session: Session, conversation: Conversation, inbound_id: str) -> Sequence[Line]:
    """The resident's own line and every answer to it."""
    rows = session.exec(
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.inbound_id == inbound_id)
        .order_by(col(Message.seq))
    ).all()
    return [_open(session, conversation, row) for row in rows]


def text_of(session: Session, conversation: Conversation, seq: int) -> str:
    """The text of one line."""
    row = session.exec(
        select(Message).where(Message.conversation_id == conversation.id, Message.seq == seq)
    ).one()
    return _open(session, conversation, row).text


def line_of(session: Session, row: Message) -> Line:
    """What a row of the outbox says."""
    return _open(session, conversations.find(session, row.conversation_id), row)


def chosen(session: Session, conversation: Conversation, seq: int, at: int) -> str | None:
    """The value of the button at place `at` under line `seq`; None when there is no such button."""
    row = session.exec(
        select(Message).where(Message.conversation_id == conversation.id, Message.seq == seq)
    ).first()
    choices = () if row is None else _open(session, conversation, row).choices
    return choices[at].value if 0 <= at < len(choices) else None


def _open(session: Session, conversation: Conversation, row: Message) -> Line:
    key, number = _key(session, conversation), None
    text = keys.unseal(session, key, _text_place(row.id), row.sealed_text)
    if row.sealed_ticket is not None:
        number = keys.unseal(session, key, _ticket_place(row.id), row.sealed_ticket)
    shown = _Shown.model_validate(row.shown)
    return Line(
        sender=Sender(row.sender),
        text=text,
        choices=tuple(Choice(label, value) for label, value in shown.choices),
        select=shown.select,
        citations=tuple(Cited(**cited.model_dump()) for cited in shown.citations),
        files=tuple(Shared(name, kind) for name, kind in shown.files),
        ticket_number=number,
        staff_name=row.staff_name,
        urgent=shown.urgent,
        seq=row.seq,
        at=row.created_at,
        delivery=row.delivery,
        lane=Lane(row.lane),
        id=row.id,
    )


class _ShownCitation(BaseModel):
    document: str
    clause: str
    issued: str | None
    region: str
    grade: str
    in_force: bool
    says: str = ""
    clause_id: str = ""
    version: int = 0


class _Shown(BaseModel):
    choices: list[tuple[str, str]] = []
    select: str = "one"
    urgent: bool = False
    citations: list[_ShownCitation] = []
    files: list[tuple[str, FileKind]] = []


def _shown(line: Line) -> dict[str, object]:
    shown = _Shown(
        choices=[(choice.label, choice.value) for choice in line.choices],
        select=line.select,
        urgent=line.urgent,
        citations=[_ShownCitation(**vars(cited)) for cited in line.citations],
        files=[(file.id, file.kind) for file in line.files],
    )
    return shown.model_dump()


def _first_delivery(conversation: Conversation, line: Line) -> Delivery:
    pulled = conversation.channel in PULLED or line.sender is Sender.RESIDENT
    if conversation.channel in BY_HAND and not pulled:
        return Delivery.LISTED
    return Delivery.SENT if pulled else Delivery.PENDING


def _key(session: Session, conversation: Conversation) -> str:
    return residents.key_of(session, conversation.resident_id)


def _text_place(row: str) -> Place:
    return Place("messages", "text", row)


def _ticket_place(row: str) -> Place:
    return Place("messages", "ticket", row)
