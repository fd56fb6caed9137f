"""How a complaint or report is taken: what, who, where, and how its reporter stands behind it."""

from collections.abc import Mapping
from dataclasses import replace

from handlers import speech, triage
from handlers.dialogue import ComplaintForm, ComplaintStep, Identity
from handlers.turn import Choice, Outcome, Reply, TicketDue, TicketNumber, Turn, Value
from knowledge.library import Library
from knowledge.names import Category, Intent
from nlu.understanding import EntityName, Understanding

STORY = 12
SKIP = Choice("complaint.button_skip")
IDENTITIES: Mapping[Identity, Choice] = {
    Identity.SEALED: Choice("complaint.button_sealed"),
    Identity.NAMED: Choice("complaint.button_named"),
    Identity.ANONYMOUS: Choice("complaint.button_anonymous"),
}


def begin(turn: Turn, _library: Library) -> Outcome:
    """Say who can see a report; a first message that tells the story is not asked again."""
    told = len(turn.text.strip()) > STORY
    step = ComplaintStep.WHO if told else ComplaintStep.WHAT
    form = ComplaintForm(step=step, what=turn.text if told else "")
    return _ask(turn, form, first=Reply("complaint.begin"))


def listen(turn: Turn, library: Library) -> Outcome:
    """Take the answer to the current question; 不知道 and 不想说 are answers."""
    form = turn.state.form
    if not isinstance(form, ComplaintForm):
        return begin(turn, library)
    answer = "" if _skipped(turn) else turn.text
    match form.step:
        case ComplaintStep.WHAT:
            told = form.model_copy(update={"what": turn.text, "step": ComplaintStep.WHO})
        case ComplaintStep.WHO:
            told = form.model_copy(update={"who": answer, "step": ComplaintStep.WHERE})
        case ComplaintStep.WHERE:
            told = form.model_copy(update={"where": answer, "step": ComplaintStep.IDENTITY})
        case ComplaintStep.IDENTITY:
            return _stand_behind(turn, form)
        case ComplaintStep.WORD:
            return _file(turn, library, form, secret=answer.strip() or None)
        case ComplaintStep.PHONE:
            return _file(turn, library, form, phone=_phone(turn))
    return _ask(turn, told)


def _stand_behind(turn: Turn, form: ComplaintForm) -> Outcome:
    identity = _identity(turn.text)
    if identity is None:
        return _ask(turn, form)
    step = ComplaintStep.PHONE if identity is Identity.NAMED else ComplaintStep.WORD
    return _ask(turn, form.model_copy(update={"identity": identity, "step": step}))


def _identity(text: str) -> Identity | None:
    words = speech.chinese()
    for identity, choice in IDENTITIES.items():
        label = words.say(choice.label)
        if text.strip() == label or words.say(f"complaint.cue_{identity}") in text:
            return identity
    return None


def _ask(turn: Turn, form: ComplaintForm, first: Reply | None = None) -> Outcome:
    choices = tuple(IDENTITIES.values()) if form.step is ComplaintStep.IDENTITY else (SKIP,)
    if form.step is ComplaintStep.WHAT:
        choices = ()
    asked = Reply(f"complaint.ask_{form.step}", choices=choices)
    replies = (asked,) if first is None else (first, asked)
    return Outcome(replies, turn.state.having(form=form, misses=0))


def _file(
    turn: Turn,
    library: Library,
    form: ComplaintForm,
    *,
    phone: str | None = None,
    secret: str | None = None,
) -> Outcome:
    story = "\n".join(part for part in (form.what, form.who, form.where) if part)
    sealed = form.identity is Identity.SEALED
    decided = triage.decide(_of_story(turn.said, story), library, region=turn.region, sealed=sealed)
    if decided.category in {Category.ENQUIRY, Category.APPLICATION}:
        decided = replace(decided, category=Category.COMPLAINT)
    opened = triage.ticket(
        decided, library, region=turn.place, narrative=story, said=turn.said, phone=phone
    )
    opened = replace(
        opened, secret=secret, anonymous=form.identity is Identity.ANONYMOUS, sealed=sealed
    )
    values: dict[str, Value] = {"number": TicketNumber(), "due": TicketDue()}
    key = "complaint.filed" if form.identity is Identity.NAMED else "complaint.filed_private"
    if form.identity is not Identity.NAMED and secret is None:
        key = "complaint.filed_without_word"
    return Outcome((Reply(key, values),), turn.state.without_form(), (opened,))


def _of_story(said: Understanding, story: str) -> Understanding:
    return replace(said, text=story, intent=Intent.FILE_COMPLAINT)


def _phone(turn: Turn) -> str | None:
    found = (e.value for e in turn.said.entities if e.name == EntityName.PHONE)
    return next((value for value in found if isinstance(value, str)), None)


def _skipped(turn: Turn) -> bool:
    skip = speech.chinese().say(SKIP.label)
    return turn.text.strip() == skip or (
        turn.said.intent is Intent.UNSURE and len(turn.text) < STORY
    )
