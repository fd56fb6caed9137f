"""What a conversation remembers between two messages."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from knowledge.assessing import Answer, Told
from knowledge.names import Aspect, Hazard, Intent, Matter, Programme, Region
from knowledge.occasions import Happening


class Remembered(BaseModel):
    """Base of everything remembered: frozen, and lenient to fields of older versions."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Asked(Remembered):
    """A pre-screening question that was asked: its facts, and of which member."""

    facts: tuple[str, ...]
    member: int | None = None


class PrescreenForm(Remembered):
    """A pre-screening under way. `household` is the JSON of `Household.dump`."""

    kind: Literal["prescreen"] = "prescreen"
    household: str = "{}"
    focus: tuple[Programme, ...] = ()
    asked: tuple[Asked, ...] = ()
    asks_region: bool = False
    done: bool = False


class ComplaintStep(StrEnum):
    """What is asked next of somebody who complains or reports."""

    WHAT = "what"
    WHO = "who"
    WHERE = "where"
    IDENTITY = "identity"
    WORD = "word"
    PHONE = "phone"


class Identity(StrEnum):
    """How somebody stands behind a report."""

    NAMED = "named"
    SEALED = "sealed"
    ANONYMOUS = "anonymous"


class ComplaintForm(Remembered):
    """A complaint or report being told."""

    kind: Literal["complaint"] = "complaint"
    step: ComplaintStep = ComplaintStep.WHAT
    what: str = ""
    who: str = ""
    where: str = ""
    region: Region | None = None
    identity: Identity | None = None


class RefusedStep(StrEnum):
    """What is asked of somebody whose help was refused, cut or stopped."""

    WHAT = "what"
    HEARD = "heard"
    REASONS = "reasons"
    WHEN = "when"
    PHONE = "phone"


class RefusedForm(Remembered):
    """Help that was refused, cut or stopped. `told` are the answers, a line each."""

    kind: Literal["refused"] = "refused"
    step: RefusedStep = RefusedStep.WHAT
    what: str = ""
    told: tuple[str, ...] = ()
    region: Region | None = None


class EmergencyStep(StrEnum):
    """What is asked of somebody in an emergency: all but the first after it was filed."""

    WHAT = "what"
    PLACE = "place"
    PHONE = "phone"
    WORD = "word"


class EmergencyForm(Remembered):
    """Questions after an emergency is on file; any answer, or none, is fine."""

    kind: Literal["emergency"] = "emergency"
    step: EmergencyStep = EmergencyStep.PLACE
    hazard: Hazard
    grave: bool = False
    child: bool = False
    has_phone: bool = False


class ProgressForm(Remembered):
    """Somebody asks how far a ticket is; `number` is what they gave."""

    kind: Literal["progress"] = "progress"
    number: str | None = None


class HandedInForm(Remembered):
    """An application that another office has; `on`: the day on which it was accepted there."""

    kind: Literal["handed_in"] = "handed_in"
    told: tuple[str, ...] = ()
    region: Region | None = None
    programme: Programme | None = None
    on: date | None = None
    programme_asked: bool = False
    day_asked: bool = False

    @property
    def asks_programme(self) -> bool:
        """Whether the open question is which help was applied for."""
        return self.programme is None and not self.programme_asked


class RequestForm(Remembered):
    """A change, a service, a visit or a matter of data that is being told."""

    kind: Literal["request"] = "request"
    intent: str
    told: str = ""
    region: Region | None = None
    phone: str | None = None
    by_helper: bool = False
    needs: Told | None = None


class ChangeStep(StrEnum):
    """What is asked next of somebody who tells of a change in the household."""

    WHAT = "what"
    WHEN = "when"
    WHO = "who"
    PHONE = "phone"


class ChangeForm(Remembered):
    """A change being told: what, when, who. `on` is the day where one could be made out."""

    kind: Literal["change"] = "change"
    step: ChangeStep = ChangeStep.WHAT
    told: str = ""
    what: Happening = Happening.OTHER
    when: str = ""
    on: date | None = None
    who: str = ""
    region: Region | None = None
    phone: str | None = None
    by_helper: bool = False


class NeedsForm(Remembered):
    """Services being asked for: what a person needs, and which of the list are wanted."""

    kind: Literal["needs"] = "needs"
    wish: str = ""
    region: Region | None = None
    phone: str | None = None
    by_helper: bool = False
    answers: tuple[Answer, ...] = ()


class TogetherStep(StrEnum):
    """What is asked before an application goes to many units."""

    UNITS = "units"
    FACTS = "facts"
    PHONE = "phone"


class Offer(Remembered):
    """What one unit would get: the programmes it is asked for, and the facts these look at.

    Without a unit the documents name none, and the hotline finds out.
    """

    unit: str | None
    matter: Matter
    programmes: tuple[Programme, ...]
    facts: tuple[str, ...] = ()


class TogetherForm(Remembered):
    """An application to many units; nothing is handed over but what was agreed to.

    `agreed` counts into `offers`; `facts` are those that may be told; `prescreened` is the form
    that the result came from.
    """

    kind: Literal["together"] = "together"
    step: TogetherStep = TogetherStep.UNITS
    prescreened: PrescreenForm
    offers: tuple[Offer, ...]
    agreed: tuple[int, ...] = ()
    facts: tuple[str, ...] = ()


class WithdrawForm(Remembered):
    """A ticket is to be taken back; `numbers` are those that may be, only one when it is sure."""

    kind: Literal["withdraw"] = "withdraw"
    numbers: tuple[str, ...] = ()


class VisitStep(StrEnum):
    """What is asked of a household that will be visited."""

    WISH = "wish"
    HOUR = "hour"


class VisitForm(Remembered):
    """A visit was reminded of or is to be moved; `hours` are the wall times that were offered."""

    kind: Literal["visit"] = "visit"
    step: VisitStep = VisitStep.WISH
    visit_id: str
    hours: tuple[datetime, ...] = ()
    told: str = ""


class ServiceForm(Remembered):
    """A service was offered; the next word may be the yes or no to it."""

    kind: Literal["service"] = "service"
    item_id: str
    name: str


class CareForm(Remembered):
    """Something is needed and filed; the next word may say what."""

    kind: Literal["care"] = "care"


class HandoffForm(Remembered):
    """A person was offered; the next word says whether one is wanted."""

    kind: Literal["handoff"] = "handoff"


class CallBackForm(Remembered):
    """A call is wished: `hours` are those offered (words, id), `hour` the one chosen."""

    kind: Literal["call_back"] = "call_back"
    hours: tuple[tuple[str, str], ...] = ()
    hour: str | None = None


class ClarifyForm(Remembered):
    """Two wishes were equally likely; the resident was asked which. `text` is what they wrote."""

    kind: Literal["clarify"] = "clarify"
    text: str
    programme: Programme | None = None
    aspect: Aspect | None = None
    intents: tuple[Intent, ...]


Form = Annotated[
    PrescreenForm
    | ComplaintForm
    | RefusedForm
    | EmergencyForm
    | ProgressForm
    | HandedInForm
    | RequestForm
    | ChangeForm
    | NeedsForm
    | TogetherForm
    | WithdrawForm
    | VisitForm
    | CareForm
    | ServiceForm
    | HandoffForm
    | CallBackForm
    | ClarifyForm,
    Field(discriminator="kind"),
]


class Dialogue(Remembered):
    """The state of one conversation.

    `guide` and `aspect` are the topic of the last policy answer, `misses` counts what was not
    understood in a row, `meanwhile` lets the bot answer while the resident waits for a person.
    `beside`: the bot asks its questions while a person stays in the chat.
    `hushed`: who tells of that emergency hides and must not be heard.
    `asked_safe` is set once the resident was asked whether they are safe.
    `hazard` is the emergency that `ticket` is about, filed at `hazard_at`. `epoch` counts the
    persons who had taken the chat when this was kept. `told` is what an earlier pre-screening
    heard of the household: whoever takes the chat sees it.
    """

    guide: str | None = None
    aspect: Aspect | None = None
    programme: Programme | None = None
    last_question: str | None = None
    misses: int = 0
    form: Form | None = None
    ticket: str | None = None
    hazard: Hazard = Hazard.NONE
    hazard_at: datetime | None = None
    child: bool = False
    hushed: bool = False
    asked_safe: bool = False
    meanwhile: bool = False
    told_waiting: bool = False
    beside: bool = False
    epoch: int = 0
    told: str = "{}"

    def having(self, **changes: object) -> "Dialogue":
        """The same state with some fields changed."""
        return self.model_copy(update={"told": self.facts, **changes})

    def without_form(self) -> "Dialogue":
        """The same state with nothing under way."""
        return self.having(form=None)

    @property
    def facts(self) -> str:
        """What was told of the household, as JSON of `Household.dump`, whatever came after it."""
        return self.form.household if isinstance(self.form, PrescreenForm) else self.told

    def after_person(self, epoch: int) -> "Dialogue":
        """The state with which the bot goes on; what was under way before a person came is over.

        The topic, the ticket and a danger stay known: the resident need not tell them again.
        """
        if epoch == self.epoch:
            return self
        return self.having(
            form=None, misses=0, meanwhile=False, told_waiting=False, beside=False, epoch=epoch
        )
