"""What a household says to a visit: come, another hour, nobody should come."""

from dataclasses import replace
from datetime import datetime

from cases.commands import AnswerVisit, VisitWord
from cases.dialogue.lookups import Lookup, NextVisit, TakeVisitHour, VisitAhead, VisitHourGone
from handlers import requests, speech
from handlers.dialogue import RequestForm, VisitForm, VisitStep
from handlers.turn import LOCAL, Choice, Outcome, Reply, Turn
from knowledge.library import Library
from knowledge.names import Intent

FINE, MOVE = Choice("visit.button_fine"), Choice("visit.button_move")
REFUSE, NONE = Choice("visit.button_refuse"), Choice("visit.button_none")
KEEP = Choice("visit.button_keep")
WISHES = (FINE, MOVE, REFUSE)


def pressed(turn: Turn) -> bool:
    """Whether this is a button under a reminder, whatever else is being talked about."""
    form = turn.state.form
    words = speech.chinese()
    on_it = isinstance(form, VisitForm)
    return not on_it and turn.text.strip() in {words.say(one.label) for one in WISHES}


def missed(turn: Turn) -> bool:
    """Whether somebody waited for a visit to which nobody came."""
    words, text = speech.chinese(), turn.text
    return words.hears("visit.cue_missed", text) and words.hears("visit.cue_promised", text)


def sorry(turn: Turn, library: Library) -> Outcome | Lookup:
    """A word for the waiting; then the visit that is ahead, else a person sees to it."""
    said = replace(turn.said, intent=Intent.MANAGE_VISIT)
    told = begin(replace(turn, said=said), library)
    if not isinstance(told, Outcome):
        return told
    return replace(told, replies=(Reply("visit.sorry"), *told.replies))


def begin(turn: Turn, library: Library) -> Outcome | Lookup:
    """Look which visit is meant; without one a person is asked, as for any wish."""
    if turn.found is None:
        return NextVisit()
    if not isinstance(turn.found, VisitAhead):
        return requests.begin(turn, library)
    wish = _wish(turn)
    if wish is None:
        form = VisitForm(visit_id=turn.found.visit_id)
        asked = Reply("visit.ask", {"when": _when(turn.found.at)}, choices=WISHES)
        return Outcome((asked,), turn.state.having(form=form, misses=0))
    return _answer(turn, library, turn.found, wish)


def listen(turn: Turn, library: Library) -> Outcome | Lookup:
    """Take the answer to a reminder, or the hour that was chosen."""
    form = turn.state.form
    if not isinstance(form, VisitForm) or form.step is VisitStep.WISH:
        return begin(turn, library)
    if isinstance(turn.found, VisitAhead) and turn.found.at.astimezone(LOCAL) in _hours(form):
        moved = Reply("visit.moved", {"when": _when(turn.found.at)})
        return Outcome((moved,), turn.state.without_form())
    if isinstance(turn.found, VisitHourGone):
        return _offer(turn, library, form.visit_id, [one.at for one in turn.found.hours])
    if turn.found is not None:
        return requests.begin(turn, library)
    chosen = _chosen(turn, form)
    if chosen is not None:
        return TakeVisitHour(form.visit_id, chosen)
    if turn.text.strip() == speech.chinese().say(KEEP.label):
        kept = AnswerVisit(form.visit_id, VisitWord.CONFIRMED)
        return Outcome((Reply("visit.kept"),), turn.state.without_form(), (kept,))
    return _ask_person(turn, library, form.visit_id, told=form.told or turn.text)


def again(turn: Turn) -> Reply | None:
    """The open question once more."""
    form = turn.state.form
    if not isinstance(form, VisitForm):
        return None
    if form.step is VisitStep.HOUR:
        return Reply("visit.ask_hour", choices=_buttons(_hours(form)))
    return Reply("visit.again", choices=WISHES)


def _wish(turn: Turn) -> VisitWord | None:
    words, text = speech.chinese(), turn.text.strip()
    buttons = {
        words.say(FINE.label): VisitWord.CONFIRMED,
        words.say(MOVE.label): VisitWord.NOT_THEN,
        words.say(REFUSE.label): VisitWord.REFUSED,
    }
    if text in buttons:
        return buttons[text]
    # 不方便来，改天吧 wishes another day: the milder reading is the one that is asked back.
    for cue, word in (
        ("visit.cue_move", VisitWord.NOT_THEN),
        ("visit.cue_refuse", VisitWord.REFUSED),
    ):
        if words.hears(cue, text):
            return word
    fine = turn.said.intent is Intent.AFFIRM or words.hears("visit.cue_fine", text)
    if isinstance(turn.state.form, VisitForm) and fine and turn.said.intent is not Intent.DENY:
        return VisitWord.CONFIRMED
    return None


def _answer(turn: Turn, library: Library, ahead: VisitAhead, wish: VisitWord) -> Outcome:
    done = AnswerVisit(ahead.visit_id, wish)
    state = turn.state
    if isinstance(state.form, VisitForm):
        state = state.without_form()
    match wish:
        case VisitWord.CONFIRMED:
            fine = Reply("visit.confirmed", {"when": _when(ahead.at)})
            return Outcome((fine,), state, (done,))
        case VisitWord.REFUSED:
            return Outcome((Reply("visit.refused"),), state, (done,))
        case VisitWord.NOT_THEN if ahead.hours:
            return _offer(turn, library, ahead.visit_id, [one.at for one in ahead.hours])
        case VisitWord.NOT_THEN:
            told = Reply("visit.no_hours", {"when": _when(ahead.at)})
            return Outcome((told,), state, (done,))


def _offer(turn: Turn, library: Library, visit_id: str, hours: list[datetime]) -> Outcome:
    if not hours:
        return _ask_person(turn, library, visit_id, told=turn.text)
    local = tuple(one.astimezone(LOCAL) for one in hours)
    form = VisitForm(step=VisitStep.HOUR, visit_id=visit_id, hours=local, told=turn.text)
    gone = isinstance(turn.found, VisitHourGone)
    key = "visit.hour_gone" if gone else "visit.ask_hour"
    asked = Reply(key, choices=_buttons(local))
    return Outcome((asked,), turn.state.having(form=form, misses=0))


def _ask_person(turn: Turn, library: Library, visit_id: str, *, told: str) -> Outcome:
    """None of the hours will do: a person settles it, and the visit as it was does not stand."""
    wish = RequestForm(intent=Intent.MANAGE_VISIT)
    filed = requests.take_down(turn, library, wish, told=told)
    not_then = AnswerVisit(visit_id, VisitWord.NOT_THEN)
    return Outcome(filed.replies, filed.state, (not_then, *filed.commands))


def _chosen(turn: Turn, form: VisitForm) -> datetime | None:
    text = turn.text.strip()
    return next((one for one in _hours(form) if text == _when(one)), None)


def _buttons(hours: tuple[datetime, ...]) -> tuple[Choice, ...]:
    return (*(Choice(_when(one), own=True) for one in hours), NONE, KEEP)


def _hours(form: VisitForm) -> tuple[datetime, ...]:
    return tuple(one.astimezone(LOCAL) for one in form.hours)


def _when(at: datetime) -> str:
    return speech.chinese().when(at)
