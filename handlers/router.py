"""Which handler answers: danger, a person, an open form, the intent, a person."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import TypeAlias

from handlers import (
    about,
    aftercare,
    aside,
    attached,
    call_back,
    changes,
    complaint,
    emergency,
    fallback,
    feedback,
    greeting,
    handed_in,
    handoff,
    hearing,
    impression,
    interlude,
    needs,
    paths,
    payday,
    planned,
    policy,
    prescreen,
    privacy,
    progress,
    questions,
    refused,
    replying,
    requests,
    reviewing,
    speech,
    spelling,
    surveying,
    together,
    tongue,
    triage,
    unfinished,
    visits,
    wellbeing,
    withdrawing,
)
from handlers.dialogue import (
    CallBackForm,
    CareForm,
    ChangeForm,
    ClarifyForm,
    ComplaintForm,
    EmergencyForm,
    EmergencyStep,
    HandedInForm,
    HandoffForm,
    NeedsForm,
    PrescreenForm,
    ProgressForm,
    RefusedForm,
    RequestForm,
    ServiceForm,
    TogetherForm,
    VisitForm,
    WithdrawForm,
)
from handlers.turn import Turn
from handlers.unfinished import Handler
from knowledge.names import Intent, Priority
from nlu.understanding import Writer

BY_INTENT: dict[Intent, Handler] = {
    Intent.ASK_POLICY: policy.answer,
    Intent.CHECK_ELIGIBILITY: prescreen.begin,
    Intent.REPORT_EMERGENCY: emergency.ask_what,
    Intent.FILE_COMPLAINT: complaint.begin,
    Intent.ASK_HUMAN: handoff.to_person,
    Intent.ASK_PROGRESS: progress.begin,
    Intent.REPORT_CHANGE: changes.begin,
    Intent.REQUEST_SERVICE: needs.begin,
    Intent.MANAGE_VISIT: visits.begin,
    Intent.PRIVACY_REQUEST: privacy.begin,
    Intent.GIVE_FEEDBACK: feedback.keep,
    Intent.GREET: greeting.greet,
    Intent.THANK: greeting.thank,
    Intent.GOODBYE: greeting.goodbye,
    Intent.RESTART: greeting.restart,
    Intent.OUT_OF_SCOPE: fallback.out_of_scope,
    Intent.AFFIRM: fallback.affirm,
    Intent.DENY: fallback.deny,
    Intent.UNSURE: fallback.unsure,
    Intent.INFORM: fallback.inform,
}

# What these are no answer to, a question, was not understood.
YES_OR_NO = frozenset({Intent.AFFIRM, Intent.DENY})

# Who goes on with a form; one that only asked which wish was meant is left for the wish itself.
LISTENERS: Mapping[type, Handler] = {
    PrescreenForm: prescreen.listen,
    ComplaintForm: complaint.listen,
    RefusedForm: refused.listen,
    EmergencyForm: emergency.unclear,
    ProgressForm: progress.listen,
    HandedInForm: handed_in.listen,
    RequestForm: requests.listen,
    ChangeForm: changes.listen,
    NeedsForm: needs.listen,
    TogetherForm: together.listen,
    WithdrawForm: withdrawing.listen,
    VisitForm: visits.listen,
    CareForm: wellbeing.more,
    ServiceForm: planned.listen,
    HandoffForm: handoff.listen,
    CallBackForm: call_back.listen,
}


Says: TypeAlias = Callable[[Turn], bool]
# What the words themselves say, in the order in which it is looked for; complaints in between.
WORDS_FIRST: tuple[tuple[Says, Handler], ...] = (
    (about.wanted, about.answer),
    (progress.shows_number, progress.begin),
    (refused.concerns, refused.begin),
    (reviewing.asks_review, reviewing.review),
    (policy.asks_loan, policy.warn_of_loan),
    (payday.pressed, payday.register),
    (payday.asked, payday.tell),
    (fallback.wordless, fallback.say_in_words),
    (greeting.thanks, greeting.thank),
    (spelling.wrote, spelling.read),
    (complaint.distrusts, complaint.reassure),
    (complaint.errands, complaint.sent_away),
    (complaint.asks_who_told, complaint.keep_who_told),
)
WORDS_LAST: tuple[tuple[Says, Handler], ...] = (
    (visits.missed, visits.sorry),
    (call_back.missed, call_back.sorry),
    (requests.discovers, requests.discover),
    (prescreen.opens, questions.before(prescreen.begin, Intent.CHECK_ELIGIBILITY)),
    (policy.follows_up, policy.answer),
    (greeting.names_place, greeting.place),
    (fallback.tells_need, fallback.inform),
)


def choose(turn: Turn) -> Handler:
    """The handler for this turn. Nothing here looks at a clock or a database."""
    danger = turn.said.priority is Priority.P0
    if turn.with_person:
        return _beside(turn, danger=danger)
    if turn.said.writer is Writer.CHILD or turn.state.child:
        return emergency.child
    if danger:
        return emergency.danger
    if emergency.retracts(turn):
        return emergency.retract
    if turn.said.priority is Priority.P1:
        return _urgent(turn)
    if emergency.reassured(turn):
        return emergency.glad
    if emergency.suspected(turn):
        return emergency.ask_safe
    if _is_restart(turn):
        return greeting.restart
    return _in_peace(turn)


def _beside(turn: Turn, *, danger: bool) -> Handler:
    """A person speaks here: the bot rings, asks on where it was told to, and else is silent."""
    if danger:
        return handoff.ring_beside
    form = turn.state.form
    asks = turn.state.beside and isinstance(form, PrescreenForm) and not form.done
    return prescreen.listen if asks else handoff.stay_silent


def _in_peace(turn: Turn) -> Handler:
    """The handler of a message in which nobody is in danger."""
    at_any_time = _at_any_time(turn)
    if at_any_time is not None:
        return at_any_time
    if turn.waiting and not turn.state.meanwhile:
        return _waiting(turn)
    if turn.state.form is None and surveying.asked(turn) and surveying.wanted(turn):
        return surveying.listen
    if impression.pressed(turn):
        return impression.keep
    if attached.came_alone(turn):
        return attached.receive
    if visits.pressed(turn):
        return visits.begin
    if wellbeing.pressed(turn):
        return wellbeing.listen
    if planned.pressed(turn):
        return planned.answer
    if turn.state.form is not None:
        return _within_form(turn)
    return _awaited(turn) or _of_plan(turn) or aside.after(by_intent(turn, intent_of(turn)))


def _at_any_time(turn: Turn) -> Handler | None:
    """The buttons that count whatever is asked just now, and while somebody waits."""
    if tongue.pressed(turn):
        return tongue.keep
    if privacy.pressed(turn):
        return privacy.choose
    return interlude.consent if paths.answers(turn) else None


def _of_plan(turn: Turn) -> Handler | None:
    """不要做饭了, 换个时间: about a service that runs, if the household's plan has one of it."""
    if not planned.wanted(turn) or refused.concerns(turn):
        return None
    return planned.before(by_intent(turn, intent_of(turn)))


def _awaited(turn: Turn) -> Handler | None:
    """What the helpline has asked about a ticket is answered; anything else is a wish."""
    if surveying.wanted(turn):
        return surveying.listen
    if replying.wanted(turn):
        return replying.listen
    if wellbeing.wanted(turn):
        return wellbeing.listen
    if handed_in.wanted(turn):
        return handed_in.begin
    return withdrawing.begin if withdrawing.wanted(turn) else None


def intent_of(turn: Turn) -> Intent:
    """What is wanted: the button that was pressed, else what was understood."""
    return pressed(turn.text) or turn.said.intent


def by_intent(turn: Turn, intent: Intent) -> Handler:
    """The handler of an intent that is sure enough; otherwise the one that asks."""
    if pressed(turn.text) is not None:
        return BY_INTENT[intent]
    told = _told_otherwise(turn, intent)
    if told is not None:
        return told
    unclear = not turn.said.sure or (intent in YES_OR_NO and hearing.asks(turn.said))
    return fallback.not_sure if unclear else questions.before(BY_INTENT[intent], intent)


def _told_otherwise(turn: Turn, intent: Intent) -> Handler | None:
    """What the words themselves say, whatever intent they were taken for."""
    for says, handler in WORDS_FIRST:
        if says(turn):
            return handler
    if _complains(turn, intent):
        return questions.before(complaint.begin, Intent.FILE_COMPLAINT)
    return next((handler for says, handler in WORDS_LAST if says(turn)), None)


def _complains(turn: Turn, intent: Intent) -> bool:
    """Conduct is told in words that were not sure to be a complaint, or as an opinion of us."""
    open_to_doubt = not turn.said.sure or intent is Intent.GIVE_FEEDBACK
    return open_to_doubt and (triage.accuses(turn.said) or complaint.undeserved(turn))


def pressed(text: str) -> Intent | None:
    """What a button of the menu means, whether it was pressed or typed."""
    return speech.chinese().menu().get(unicodedata.normalize("NFKC", text).strip())


def _urgent(turn: Turn) -> Handler:
    form = turn.state.form
    same = isinstance(form, EmergencyForm) and form.hazard is turn.said.hazard
    return aftercare.listen if same else emergency.file


def _is_restart(turn: Turn) -> bool:
    if turn.state.form is not None and hearing.takes_back(turn.said):
        # 刚才说错了 in a form corrects one answer.
        return False
    return turn.said.intent is Intent.RESTART and turn.said.sure


def _waiting(turn: Turn) -> Handler:
    if handoff.wants_bot(turn.text):
        return policy.meanwhile if turn.said.programme is not None else handoff.go_on
    if isinstance(turn.state.form, CallBackForm):
        return call_back.listen
    if call_back.wanted(turn):
        return call_back.begin
    return _within_form(turn) if isinstance(turn.state.form, EmergencyForm) else handoff.wait


def _within_form(turn: Turn) -> Handler:
    form, intent = turn.state.form, intent_of(turn)
    if isinstance(form, EmergencyForm) and form.step is not EmergencyStep.WHAT:
        return interlude.answer if interlude.wanted(turn) else aftercare.listen
    if intent is Intent.ASK_HUMAN and (turn.said.sure or pressed(turn.text) is not None):
        return handoff.to_person
    if pressed(turn.text) is not None and not isinstance(form, ClarifyForm):
        return unfinished.before(BY_INTENT[intent])
    if isinstance(form, PrescreenForm) and form.done:
        return _after_result(turn, intent)
    if about.wanted(turn) and interlude.may_step_aside(turn):
        return interlude.about_us
    if interlude.wanted(turn):
        return interlude.answer
    if interlude.courteous(turn):
        return interlude.courtesy
    return _of_form(turn, intent)


def _after_result(turn: Turn, intent: Intent) -> Handler:
    if prescreen.pressed(turn):
        return prescreen.after
    return prescreen.listen if prescreen.revises(turn) else by_intent(turn, intent)


def _of_form(turn: Turn, intent: Intent) -> Handler:
    return LISTENERS.get(type(turn.state.form)) or by_intent(turn, intent)
