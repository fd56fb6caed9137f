"""The JSON of the chat API, as the contract gives it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from cases.desk.queues import Standing
from cases.talk.conversations import Conversation, Mode
from cases.talk.messages import Line, Sender
from knowledge.names import Region

LONGEST_TEXT = 4000


def readable(value: object) -> object:
    """A text with its lone surrogates replaced by U+FFFD; anything else unchanged."""
    if not isinstance(value, str):
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def says_something(text: str) -> str:
    """The text, unless it holds nothing but blanks and control characters."""
    if not any(char.isprintable() and not char.isspace() for char in text):
        raise ValueError("the text is empty or holds only control characters; write something")
    return text


# The outermost, which stands last, comes first: then what is too long is told in characters.
Said = Annotated[
    str,
    Field(max_length=LONGEST_TEXT),
    AfterValidator(says_something),
    BeforeValidator(readable),
]
Key = Annotated[
    str,
    Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$"),
    BeforeValidator(readable),
]


class NewConversation(BaseModel):
    """Open a conversation. What comes over HTTP is always pulled, whatever `channel` says."""

    region: Region | None = None
    channel: Annotated[str, Field(pattern=r"^[a-z_]{1,32}$")] | None = None


class Opened(BaseModel):
    """The conversation's id and the only copy of its token."""

    id: str
    token: str


class NewMessage(BaseModel):
    """Something a resident says. The same `client_id` and text again gives the same answer."""

    client_id: Key
    text: Said


class Reply(BaseModel):
    """Something an operator says. The same `client_id` and text again is said once."""

    text: Said
    client_id: Key | None = None


class Choice(BaseModel):
    """A button: its value or label is sent as text."""

    label: str
    value: str


class Citation(BaseModel):
    """The clause that an answer relies on."""

    document: str
    clause: str
    issued: str | None
    region: str
    grade: str
    in_force: bool
    says: str


class TicketNumber(BaseModel):
    """The number under which a matter is kept."""

    number: str


class Message(BaseModel):
    """One line of the conversation."""

    seq: int
    sender: Sender
    text: str
    choices: list[Choice]
    select: Literal["one", "many"]
    citations: list[Citation]
    ticket: TicketNumber | None
    urgent: bool
    staff: str | None
    at: datetime | None


class Queue(BaseModel):
    """Where somebody stands in line. Null seconds: unknown."""

    position: int
    wait_low_s: int | None
    wait_high_s: int | None


class Turn(BaseModel):
    """What is new, who speaks now, and the place in line."""

    messages: list[Message]
    mode: Mode
    queue: Queue | None


class ModeNow(BaseModel):
    """Who speaks now."""

    mode: Mode


class Anew(BaseModel):
    """The reader was away longer than changes are kept: read all messages again. Who speaks now."""

    mode: Mode
    queue: Queue | None


def message(line: Line) -> Message:
    """A line as JSON."""
    return Message(
        seq=line.seq,
        sender=line.sender,
        text=line.text,
        choices=[Choice(label=choice.label, value=choice.value) for choice in line.choices],
        select="many" if line.select == "many" else "one",
        citations=[Citation(**vars(cited)) for cited in line.citations],
        ticket=None if line.ticket_number is None else TicketNumber(number=line.ticket_number),
        urgent=line.urgent,
        staff=line.staff_name,
        at=line.at,
    )


def queue(standing: Standing | None) -> Queue | None:
    """A place in line as JSON."""
    if standing is None:
        return None
    return Queue(
        position=standing.position,
        wait_low_s=standing.wait_low_s,
        wait_high_s=standing.wait_high_s,
    )


def turn(conversation: Conversation, lines: Sequence[Line], standing: Standing | None) -> Turn:
    """The answer to a message, or what is new."""
    return Turn(
        messages=[message(line) for line in lines],
        mode=Mode(conversation.mode),
        queue=queue(standing),
    )
