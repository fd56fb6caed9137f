"""A policy question or a thank-you in the middle of a form: answered, and back to the form."""

from dataclasses import replace

from handlers import (
    about,
    aftercare,
    changes,
    complaint,
    handed_in,
    needs,
    paths,
    planned,
    policy,
    prescreen,
    progress,
    refused,
    requests,
    speech,
    together,
    unfinished,
    visits,
    wellbeing,
)
from handlers.dialogue import (
    CareForm,
    ChangeForm,
    ComplaintForm,
    ComplaintStep,
    EmergencyForm,
    HandedInForm,
    NeedsForm,
    PrescreenForm,
    ProgressForm,
    RefusedForm,
    RequestForm,
    ServiceForm,
    TogetherForm,
    VisitForm,
)
from handlers.turn import Outcome, Reply, TicketNumber, Turn
from knowledge.library import Library
from knowledge.names import Hazard, Intent

COURTESIES = {
    Intent.THANK: "interlude.thank",
    Intent.GREET: "interlude.greet",
    Intent.GOODBYE: "interlude.goodbye",
}
# A longer text is a story, whatever it asks at its end.
QUESTION = 40


def wanted(turn: Turn) -> bool:
    """Whether this message is a policy question beside the open form."""
    if len(turn.text.strip()) > QUESTION or _in_danger(turn):
        return False
    if _takes_any_word(turn) and turn.said.programme is None:
        return False
    if not speech.chinese().hears("prescreen.cue_asks", turn.text):
        return False
    sure = turn.said.intent is Intent.ASK_POLICY and turn.said.sure
    return sure or (turn.said.aspect is not None and policy.follows_up(turn))


def courteous(turn: Turn) -> bool:
    """Whether this message only thanks, greets or takes leave."""
    return turn.said.sure and turn.said.intent in COURTESIES and not _takes_any_word(turn)


def may_step_aside(turn: Turn) -> bool:
    """Whether the open form does not take any word at all as its answer."""
    return not _takes_any_word(turn) and not _in_danger(turn)


def answer(turn: Turn, library: Library) -> Outcome:
    """The answer to the policy question, and the open question once more."""
    if prescreen.asks_for_anything(turn):
        return Outcome((Reply("interlude.what_help"), *back(turn, library)), turn.state)
    answered = policy.answer(turn, library)
    first = replace(answered.replies[0], choices=())
    state = answered.state.having(form=turn.state.form)
    return replace(answered, replies=(first, *back(turn, library)), state=state)


def about_us(turn: Turn, library: Library) -> Outcome:
    """What is asked about the helpline itself, and the open question once more."""
    answered = about.answer(turn, library)
    return replace(answered, replies=(*answered.replies, *back(turn, library)))


def courtesy(turn: Turn, library: Library) -> Outcome:
    """A word back; somebody who leaves is not asked again."""
    said = Reply(COURTESIES[turn.said.intent])
    if turn.said.intent is not Intent.GOODBYE:
        return Outcome((said, *back(turn, library)), turn.state)
    told = unfinished.file(turn, library)
    if not told:
        return Outcome((said,), turn.state)
    filed = Reply("handoff.filed", {"number": TicketNumber()})
    state = turn.state.without_form().having(hazard=Hazard.NONE)
    return Outcome((filed, Reply("greeting.goodbye")), state, told)


def consent(turn: Turn, library: Library) -> Outcome:
    """Whether what was told may be passed on elsewhere is kept, whatever is asked just now."""
    taken = paths.take(turn, library)
    return replace(taken, replies=(*taken.replies, *back(turn, library)))


def back(turn: Turn, library: Library) -> tuple[Reply, ...]:
    """The open question once more; nothing where none is open."""
    asked = _again(turn, library)
    return () if asked is None else (Reply("interlude.back"), asked)


def _again(turn: Turn, library: Library) -> Reply | None:
    match turn.state.form:
        case PrescreenForm():
            return prescreen.again(turn, library)
        case ComplaintForm():
            return complaint.again(turn)
        case RefusedForm():
            return refused.again(turn)
        case RequestForm() | VisitForm() | ServiceForm() | CareForm():
            wish = requests.again(turn) or visits.again(turn)
            return wish or planned.again(turn) or wellbeing.again(turn)
        case ChangeForm():
            return changes.again(turn, library)
        case NeedsForm():
            return needs.again(turn, library)
        case EmergencyForm() as form:
            return aftercare.question(form)
        case TogetherForm():
            return together.again(turn, library)
        case ProgressForm() | HandedInForm():
            return handed_in.again(turn) or progress.again(turn)
        case _:
            return None


def _in_danger(turn: Turn) -> bool:
    form = turn.state.form
    return isinstance(form, EmergencyForm) and form.grave


def _takes_any_word(turn: Turn) -> bool:
    form = turn.state.form
    if isinstance(form, ComplaintForm):
        return form.step is ComplaintStep.WORD
    return isinstance(form, ProgressForm) and form.number is not None
