"""What a dialogue handler may ask the case store to do: a closed set of frozen commands."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from cases.household_rules.plan_steps import Wish
from cases.ticket_rules.reasons import Duty, Reason
from cases.ticket_rules.surveys import Answer, Question
from knowledge.assessing import Told
from knowledge.checklist import Checklist
from knowledge.names import Category, Hazard, Matter, Priority, Region, Tongue
from knowledge.occasions import Happening


@dataclass(frozen=True)
class OpenTicket:
    """File a matter. `prefix` begins the number; `secret` is a word of the reporter's own.

    `sealed`: the reporter's identity stands apart, and `not_to` names units that may never see it.
    `personal`: it belongs to this person alone and never shows on a household's page.
    `number` is given when it follows from another ticket's; else one is drawn. `reasons` say why
    it was sorted so, and `duties` whom a law wants told; `days` are agreed working days; `needs`
    what was told of a person's needs, for the assessment.
    """

    category: Category
    priority: Priority
    hazard: Hazard
    matter: Matter
    region: Region
    prefix: str
    narrative: str
    lead_unit: str | None = None
    joint_units: tuple[str, ...] = ()
    source_document: str | None = None
    source_clause: str | None = None
    not_to: tuple[str, ...] = ()
    sealed: bool = False
    personal: bool = False
    anonymous: bool = False
    by_helper: bool = False
    phone: str | None = None
    secret: str | None = None
    number: str | None = None
    reasons: tuple[Reason, ...] = ()
    duties: tuple[Duty, ...] = ()
    days: int | None = None
    needs: Told | None = None


@dataclass(frozen=True)
class OpenTogether:
    """File one application to many units: a parent, and a part for each unit, under one number.

    A part tells its unit no more than what the resident agreed to hand over to it.
    """

    parent: OpenTicket
    parts: tuple[OpenTicket, ...]


@dataclass(frozen=True)
class KeepChecklist:
    """Keep a 可申请清单 behind a link that expires."""

    checklist: Checklist


@dataclass(frozen=True)
class AddToTicket:
    """Add an answer, a phone or the reporter's own word to the ticket of this conversation."""

    number: str
    text: str
    phone: str | None = None
    secret: str | None = None


@dataclass(frozen=True)
class AnswerUnit:
    """What a unit asked for through the helpline; its work goes on."""

    number: str
    text: str


@dataclass(frozen=True)
class AnswerFollowUp:
    """An answer about a result, with what was said besides. None: a person shall ask instead."""

    number: str
    question: Question
    answer: Answer | None
    text: str = ""


@dataclass(frozen=True)
class WithdrawTicket:
    """Take a ticket of this conversation back."""

    number: str
    text: str


class VisitWord(StrEnum):
    """What a household says to a visit that is planned."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    NOT_THEN = "not_then"


@dataclass(frozen=True)
class AnswerVisit:
    """Keep what the household says to its next visit; nobody comes where nobody is wanted."""

    visit_id: str
    word: VisitWord


@dataclass(frozen=True)
class AnswerService:
    """Keep a yes or no to one service that was offered."""

    item_id: str
    agreed: bool


@dataclass(frozen=True)
class AskAboutService:
    """Keep a wish about a running service, None: about all; a person carries it out."""

    item_id: str | None
    wish: Wish
    text: str


class CareWord(StrEnum):
    """What a household says when it was asked how it is."""

    FINE = "fine"
    NEED = "need"
    NO_MORE = "no_more"


@dataclass(frozen=True)
class AnswerCare:
    """Keep what the household says to a care message."""

    word: CareWord


@dataclass(frozen=True)
class NoteChange:
    """Write a change into the file of the household that is reached by this conversation."""

    what: Happening
    on: date
    text: str


@dataclass(frozen=True)
class QueueChat:
    """Ask for a person. `reason` is a code for the operator's row, never a resident's word."""

    reason: str
    priority: Priority
    matter: Matter | None = None


@dataclass(frozen=True)
class SetTongue:
    """Remember in which language this resident is talked with."""

    tongue: Tongue


@dataclass(frozen=True)
class RaiseAlert:
    """Ring until a person acknowledges it. Hazard.NONE is a danger that is only suspected."""

    hazard: Hazard


@dataclass(frozen=True)
class SetRegion:
    """Remember where the resident's question belongs."""

    region: Region


@dataclass(frozen=True)
class KeepQuestion:
    """Put a question on the editors' list: it found no answer, or its answer did not help."""

    why: str
    text: str


@dataclass(frozen=True)
class KeepImpression:
    """Keep how the resident found the talk with a person, 1 to 5; nothing when none was asked."""

    score: int


@dataclass(frozen=True)
class ForgetMe:
    """Erase what is kept of this resident, once nothing of it is needed any more."""


@dataclass(frozen=True)
class OfferCopy:
    """Give a link, which ends soon, to a copy of what is kept of this resident."""


@dataclass(frozen=True)
class KeepMe:
    """They do not want to be forgotten after all."""


Command: TypeAlias = (
    OpenTicket
    | OpenTogether
    | KeepChecklist
    | AddToTicket
    | NoteChange
    | AnswerVisit
    | AnswerCare
    | AnswerService
    | AskAboutService
    | AnswerUnit
    | AnswerFollowUp
    | WithdrawTicket
    | QueueChat
    | RaiseAlert
    | SetRegion
    | SetTongue
    | KeepQuestion
    | KeepImpression
    | ForgetMe
    | KeepMe
    | OfferCopy
)
