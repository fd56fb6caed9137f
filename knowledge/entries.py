"""The shapes of what is known: documents, clauses, guides, units, hotlines, places."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from knowledge.names import Aspect, Matter, Programme, Region

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class Entry(BaseModel):
    """Base of everything that is read from content files: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Status(StrEnum):
    """What a text is, apart from the days between which it is valid."""

    LAW = "law"
    IN_FORCE = "in_force"
    PLAN_TARGET = "plan_target"
    PILOT = "pilot"
    EXPLORED = "explored"
    EXPIRED = "expired"
    DRAFT = "draft"


class Grade(StrEnum):
    """How reliable our copy is: A full official text, B excerpt or copy, C unverified."""

    A = "A"
    B = "B"
    C = "C"


class Clause(Entry):
    """One numbered part of a document, told in our own words.

    `status` is given only where it differs from the document's. `note` tells staff and
    residents of a defect of the source or of a law that stands above it. `public` is false
    for what concerns staff alone (staffing ratios, funding shares).
    """

    id: Slug
    number: Text
    heading: Text
    says: Text
    programmes: tuple[Programme, ...] = ()
    aspects: tuple[Aspect, ...] = ()
    units: tuple[Text, ...] = ()
    status: Status | None = None
    grade: Grade | None = None
    note: Text | None = None
    public: bool = True


class Document(Entry):
    """A law or policy document. `title` is written without 《》; days are inclusive."""

    id: Slug
    title: Text
    number: Text | None = None
    issuer: Text | None = None
    region: Region
    issued: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    status: Status
    grade: Grade
    rank: int = Field(default=50, ge=0, le=100)
    note: Text | None = None
    clauses: tuple[Clause, ...] = Field(min_length=1)

    def in_force(self, on: date) -> bool:
        """Whether the text binds on that day: not expired, not a draft, within its days."""
        if self.status in {Status.EXPIRED, Status.DRAFT}:
            return False
        if self.valid_from is not None and on < self.valid_from:
            return False
        return self.valid_until is None or on <= self.valid_until


class Answer(Entry):
    """What is said about one aspect, with the ids of the clauses it relies on.

    No clause means that no document says it: then `confirm` must be true.
    """

    says: Text
    cites: tuple[Slug, ...] = ()
    confirm: bool = False
    asks: tuple[Text, ...] = ()


class Brief(Entry):
    """The four sentences that come first: can it be done, where, what to bring, how long."""

    can: Text
    where: Text
    bring: Text
    how_long: Text
    cites: tuple[Slug, ...] = ()


class Guide(Entry):
    """What residents are told of one programme or topic in one region.

    The national guide is complete; a regional one holds only what that region's documents
    add or change. `asks` are ways residents really ask for it (national: at least eight).
    `about` is the programme that a topic without one of its own belongs to.
    `money` makes the answer end with the warning that nothing is ever charged. `whom` is asked
    where the documents are silent and the matter is another office's.
    """

    id: Slug
    programme: Programme | None = None
    about: Programme | None = None
    title: Text
    region: Region
    asks: tuple[Text, ...] = ()
    brief: Brief | None = None
    answers: dict[Aspect, Answer] = Field(default_factory=dict)
    misunderstandings: tuple[Answer, ...] = ()
    money: bool = True
    whom: Text | None = None


class Office(Entry):
    """The unit that takes a matter in a county, town or street; `areas` as people say them."""

    areas: tuple[Text, ...] = Field(min_length=1)
    unit: Text


class Responsibility(Entry):
    """Who leads and who joins in one matter of one region. No source: 需当地确认.

    `offices` are those below the region that a deployment has entered; the lead of a story that
    names one of their areas is that office. `days` are the working days that were agreed on for
    the matter; None: as the clocks say.
    """

    lead: Text | None
    joint: tuple[Text, ...] = ()
    offices: tuple[Office, ...] = ()
    days: int | None = Field(default=None, ge=1, le=60)
    document: Slug | None = None
    clause: Text | None = None
    note: Text | None = None


class Units(Entry):
    """The responsible units of one region, by matter."""

    region: Region
    matters: dict[Matter, Responsibility]


class Hotline(Entry):
    """A number to call. It is shown as a fact only while `verified` is recent enough."""

    id: Slug
    number: Text
    name: Text
    purpose: Text
    hours: Text | None = None
    region: Region = Region.NATIONAL
    emergency: bool = False
    grade: Grade
    verified: date | None = None


class Place(Entry):
    """A place where help is given. `areas` are the counties, towns and streets it serves, as
    residents name them; none means the whole region."""

    id: Slug
    name: Text
    kind: Text
    region: Region
    areas: tuple[Text, ...] = ()
    address: Text | None = None
    hours: Text | None = None
    step_free: bool | None = None
    document: Slug | None = None
    clause: Text | None = None
    verified: date | None = None


class Indicator(Entry):
    """One row of a plan's table of targets. Values are kept as the source has them."""

    no: int
    category: Text
    name: Text
    values: dict[int, str]
    unit: Text
    unit_inferred: bool
    level: Text
    note: Text | None = None
