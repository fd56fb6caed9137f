"""What a handler gets and gives: a `Turn` becomes an `Outcome`; neither knows of any channel."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from cases.commands import Command
from cases.dialogue.lookups import Awaited, Found
from handlers.dialogue import Dialogue
from knowledge.citations import Citation
from knowledge.names import Region
from nlu.understanding import EntityName, Understanding

LOCAL = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class TicketNumber:
    """To be filled with the number that filing gives."""


@dataclass(frozen=True)
class TicketDue:
    """To be filled with the time until which the ticket must be answered."""


@dataclass(frozen=True)
class QueuePosition:
    """To be filled with the place in line; 1 is next."""


@dataclass(frozen=True)
class ChecklistLink:
    """To be filled with the link of the list that filing keeps."""


@dataclass(frozen=True)
class CopyLink:
    """To be filled with the link of the copy of one's own records."""


@dataclass(frozen=True)
class SafePage:
    """To be filled with the address of the page that may carry everything."""


Value: TypeAlias = (
    str | TicketNumber | TicketDue | QueuePosition | ChecklistLink | CopyLink | SafePage
)


@dataclass(frozen=True)
class Choice:
    """A button. `label` is a wording key unless `own` says that it is the text itself."""

    label: str
    value: str = ""
    own: bool = False


@dataclass(frozen=True)
class Reply:
    """One thing to say: a wording key with its values."""

    key: str
    values: Mapping[str, Value] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    many: bool = False
    citations: tuple[Citation, ...] = ()
    urgent: bool = False


@dataclass(frozen=True)
class OnEvent:
    """A storm, flood or cold spell that is on; `area` is empty for the whole region."""

    kind: str
    area: str


@dataclass(frozen=True)
class Turn:
    """One message with all that is needed to answer it.

    `region` is None until the resident has told it. `found` is the answer to a lookup of this
    very turn, `awaited` what the helpline has asked about a ticket. `waiting`: a person was asked
    for and has not come yet. `carries_sensitive` is false on a channel that may not be used for
    illness, income or a place. `opens_at`: when somebody is there again, None within hours.
    """

    text: str
    said: Understanding
    state: Dialogue
    now: datetime
    region: Region | None = None
    someone_on_duty: bool = True
    opens_at: datetime | None = None
    waiting: bool = False
    with_person: bool = False
    carries_sensitive: bool = True
    found: Found | None = None
    awaited: Awaited | None = None
    event: OnEvent | None = None

    @property
    def today(self) -> date:
        """The local day of this message."""
        return self.now.astimezone(LOCAL).date()

    @property
    def place(self) -> Region:
        """The region to answer for: the one that was told, else the national layer."""
        return self.region or Region.NATIONAL

    @property
    def scene(self) -> Region | None:
        """Where the matter of this message happened: the place it names, else the one told."""
        return self.said.region or self.region

    @property
    def phone(self) -> str | None:
        """The first phone number of the message."""
        found = (e.value for e in self.said.entities if e.name == EntityName.PHONE)
        return next((value for value in found if isinstance(value, str)), None)

    def answered(self, found: Found) -> "Turn":
        """The same turn with what a lookup found."""
        return replace(self, found=found)


@dataclass(frozen=True)
class Outcome:
    """What is to be said, done and remembered."""

    replies: tuple[Reply, ...]
    state: Dialogue
    commands: tuple[Command, ...] = ()
