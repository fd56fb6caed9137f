"""Being called back instead of waiting: which hour, which number, and what is promised."""

from dataclasses import replace

from cases.dialogue.lookups import FreeHours, HourGone, HoursFree, HourTaken, Lookup, TakeHour
from handlers import handoff, speech
from handlers.dialogue import CallBackForm
from handlers.turn import Choice, Outcome, Reply, Turn
from knowledge.library import Library
from knowledge.names import Intent

NO = frozenset({Intent.DENY, Intent.UNSURE})


def wanted(turn: Turn) -> bool:
    """Whether somebody who waits would rather be called."""
    words = speech.chinese()
    pressed = turn.text.strip() == words.say("call.button")
    return pressed or words.hears("call.cue", turn.text)


def begin(turn: Turn, _library: Library) -> Outcome | Lookup:
    """Show the free hours; where none was opened, whoever is free next calls."""
    match turn.found:
        case HoursFree(hours=hours) if hours:
            words = speech.chinese()
            named = tuple((words.when(hour.starts_at), hour.id) for hour in hours)
            choices = tuple(Choice(label, own=True) for label, _ in named)
            state = turn.state.having(form=CallBackForm(hours=named))
            return Outcome((Reply("call.which", choices=(*choices, handoff.BOT)),), state)
        case HoursFree():
            return _ask_phone(turn, CallBackForm())
        case _:
            return FreeHours()


def listen(turn: Turn, library: Library) -> Outcome | Lookup:
    """Take the hour, then the number; an hour that was taken meanwhile is asked for again."""
    form = turn.state.form if isinstance(turn.state.form, CallBackForm) else CallBackForm()
    match turn.found:
        case HourTaken(at=at):
            return _promised(turn, "" if at is None else speech.chinese().when(at))
        case HourGone():
            return FreeHours()
        case HoursFree():
            return begin(turn, library)
        case _:
            return _next(turn, form)


def _next(turn: Turn, form: CallBackForm) -> Outcome | Lookup:
    hour = form.hour or dict(form.hours).get(turn.text.strip())
    if turn.phone is not None and (hour is not None or not form.hours):
        return TakeHour(hour, turn.phone)
    if turn.said.intent in NO and turn.said.sure:
        return Outcome((Reply("call.never_mind"),), turn.state.without_form())
    if form.hours and hour is None:
        choices = tuple(Choice(label, own=True) for label, _ in form.hours)
        return Outcome((Reply("call.which", choices=(*choices, handoff.BOT)),), turn.state)
    return _ask_phone(turn, form.model_copy(update={"hour": hour}))


def _ask_phone(turn: Turn, form: CallBackForm) -> Outcome:
    return Outcome((Reply("call.phone"),), turn.state.having(form=form))


def _promised(turn: Turn, when: str) -> Outcome:
    state = turn.state.without_form()
    if not when:
        return Outcome((Reply("call.promised_soon", choices=(handoff.BOT,)),), state)
    promised = Reply("call.promised", {"when": when}, choices=(handoff.BOT,))
    return Outcome((promised,), state)


def missed(turn: Turn) -> bool:
    """Whether a call back that was promised did not come."""
    words, text = speech.chinese(), turn.text
    return words.hears("call.cue_promised", text) and words.hears("call.cue_missed", text)


def sorry(turn: Turn, library: Library) -> Outcome:
    """A word for the waiting, and a person now."""
    told = handoff.to_person(turn, library)
    return replace(told, replies=(Reply("call.sorry"), *told.replies))
