"""What a channel must be able to do, and how it says that something did not leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from cases.channels.intake import Raw
from cases.talk.messages import Line


class SendError(Exception):
    """Something was not sent, or nobody knows; the subclass says which."""


class NotSentError(SendError):
    """It certainly did not leave. `wait` is how long the channel asks this chat to wait."""

    def __init__(self, message: str, wait: timedelta | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class RefusedError(SendError):
    """The channel will never take it. `blocked`: it takes nothing for this chat any more."""

    def __init__(self, message: str, *, blocked: bool = False) -> None:
        super().__init__(message)
        self.blocked = blocked


class UnprovenError(SendError):
    """It may have left or not: the answer of the channel was lost."""


@dataclass(frozen=True)
class Traits:
    """What a channel is called, may carry, and bears.

    Without `carries_sensitive` nothing but words is taken from it, and sensitive facts are not
    asked for on it. `pace` is messages a second, `chat_burst` how many one chat gets at once.
    `letters`: choices are answered by a letter. `reply_within`: how long an answer may still go
    back with the very push that asked for it; the outbox leaves it alone for so long.
    """

    name: str
    carries_sensitive: bool = False
    pace: float = 20
    chat_burst: float = 5
    letters: bool = False
    reply_within: timedelta = timedelta()


class Sender(Protocol):
    """The way out of a channel."""

    @property
    def traits(self) -> Traits:
        """What the channel may carry and bears."""
        ...

    async def send(self, address: str, line: Line) -> str:
        """Send one line and return the channel's receipt. Raises SendError and nothing else."""
        ...

    async def close(self) -> None:
        """Let go of what is open."""
        ...


class Source(Protocol):
    """The way in of a channel that is asked for what is new."""

    async def fetch(self, position: int) -> Sequence[Raw]:
        """What came since `position`, waiting a while for the first. Raises NotSentError."""
        ...


class Media(StrEnum):
    """What else than words a resident may send."""

    PHOTO = "photo"
    VOICE = "voice"
    VIDEO = "video"
    DOCUMENT = "document"
    LOCATION = "location"
    STICKER = "sticker"
    OTHER = "other"


@dataclass(frozen=True)
class Said:
    """A resident wrote."""

    chat: str
    text: str


@dataclass(frozen=True)
class Pressed:
    """A resident pressed the button at place `at` under line `seq`."""

    chat: str
    seq: int
    at: int


@dataclass(frozen=True)
class Asked:
    """A resident chose what stands in the channel's own menu; `key` is its wording."""

    chat: str
    key: str


@dataclass(frozen=True)
class Located:
    """A resident sent where they are. `name` is what the channel calls the place."""

    chat: str
    latitude: float
    longitude: float
    name: str = ""


@dataclass(frozen=True)
class Attached:
    """A resident sent a file that may be fetched by `ref`. `album`: it came with others."""

    chat: str
    what: Media
    ref: str
    caption: str = ""
    album: str | None = None


@dataclass(frozen=True)
class Unsupported:
    """A resident sent something other than words. `album`: it came together with others."""

    chat: str
    what: Media
    album: str | None = None


@dataclass(frozen=True)
class Began:
    """A resident opened the chat without saying anything. `code`: by which link, if by one."""

    chat: str
    code: str = ""


@dataclass(frozen=True)
class Blocked:
    """A resident shut the chat."""

    chat: str


@dataclass(frozen=True)
class Moved:
    """The channel gave the chat another address."""

    old: str
    new: str


@dataclass(frozen=True)
class Nothing:
    """An update that asks for nothing."""


Incoming = (
    Said | Pressed | Asked | Located | Attached | Unsupported | Began | Blocked | Moved | Nothing
)


class Reader(Protocol):
    """Makes sense of one raw update."""

    @property
    def traits(self) -> Traits:
        """What the channel may carry and bears."""
        ...

    def read(self, body: str) -> Incoming:
        """What the update says. Raises ValueError when it cannot be read."""
        ...


class Channel(Reader, Sender, Protocol):
    """A whole channel: it understands what comes in and sends what goes out.

    One that is asked for what is new is a Source besides; one that is told by webhook hands raw
    updates to `cases.intake.keep` at the edge. tests/channels holds what every channel must pass.
    """
