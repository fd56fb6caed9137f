"""Which handler answers: danger, a person, an open form, the intent, a person."""

import unicodedata
from collections.abc import Callable
from typing import TypeAlias

from cases.lookups import Lookup
from handlers import (
    complaint,
    emergency,
    fallback,
    feedback,
    greeting,
    handoff,
    policy,
    prescreen,
    progress,
    requests,
    speech,
)
from handlers.dialogue import (
    ClarifyForm,
    ComplaintForm,
    EmergencyForm,
    HandoffForm,
    PrescreenForm,
    ProgressForm,
    RequestForm,
)
from handlers.turn import Outcome, Turn
from knowledge.library import Library
from knowledge.names import Intent, Priority
from nlu.understanding import Writer

Handler: TypeAlias = Callable[[Turn, Library], Outcome | Lookup]

BY_INTENT: dict[Intent, Handler] = {
    Intent.ASK_POLICY: policy.answer,
    Intent.CHECK_ELIGIBILITY: prescreen.begin,
    Intent.REPORT_EMERGENCY: emergency.ask_what,
    Intent.FILE_COMPLAINT: complaint.begin,
    Intent.ASK_HUMAN: handoff.to_person,
    Intent.ASK_PROGRESS: progress.begin,
    Intent.REPORT_CHANGE: requests.begin,
    Intent.REQUEST_SERVICE: requests.begin,
    Intent.MANAGE_VISIT: requests.begin,
    Intent.PRIVACY_REQUEST: requests.begin,
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


def choose(turn: Turn) -> Handler:
    """The handler for this turn. Nothing here looks at a clock or a database."""
    danger = turn.said.priority is Priority.P0
    if turn.with_person:
        return handoff.ring_beside if danger else handoff.stay_silent
    if turn.said.writer is Writer.CHILD or turn.state.child:
        return emergency.child
    if danger:
        return emergency.danger
    intent = pressed(turn.text) or turn.said.intent
    if turn.said.priority is Priority.P1 and not isinstance(turn.state.form, EmergencyForm):
        return emergency.file
    if intent is Intent.RESTART:
        return greeting.restart
    if turn.waiting and not turn.state.meanwhile:
        if handoff.wants_bot(turn.text):
            return handoff.go_on
        if not isinstance(turn.state.form, EmergencyForm):
            return handoff.wait
    if turn.state.form is not None:
        return _within_form(turn, intent)
    return by_intent(turn, intent)


def by_intent(turn: Turn, intent: Intent) -> Handler:
    """The handler of an intent that is sure enough; otherwise the one that asks."""
    if pressed(turn.text) is not None:
        return BY_INTENT[intent]
    if policy.follows_up(turn):
        return policy.answer
    if not turn.said.sure:
        return fallback.not_sure
    return BY_INTENT[intent]


def pressed(text: str) -> Intent | None:
    """What a button of the menu means, whether it was pressed or typed."""
    return speech.chinese().menu().get(unicodedata.normalize("NFKC", text).strip())


def _within_form(turn: Turn, intent: Intent) -> Handler:
    form = turn.state.form
    if intent is Intent.ASK_HUMAN and turn.said.sure:
        return handoff.to_person
    match form:
        case PrescreenForm(done=False):
            return prescreen.listen
        case PrescreenForm():
            return prescreen.after if prescreen.pressed(turn) else by_intent(turn, intent)
        case ComplaintForm():
            return complaint.listen
        case EmergencyForm():
            return emergency.listen
        case ProgressForm():
            return progress.listen
        case RequestForm():
            return requests.listen
        case HandoffForm():
            return handoff.listen
        case ClarifyForm() | None:
            return by_intent(turn, intent)
