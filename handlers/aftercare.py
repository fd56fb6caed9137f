"""What is asked after an emergency is on file; any answer, or none, is fine."""

from cases.commands import AddToTicket, Command, SetRegion
from handlers import speech, triage
from handlers.dialogue import EmergencyForm, EmergencyStep
from handlers.turn import Choice, Outcome, Reply, Turn
from knowledge.library import Library
from knowledge.names import P0_HAZARDS, Hazard, Intent, Priority, Region
from nlu.understanding import Writer

PROMISES_24_HOURS = frozenset({Region.ZICHUAN})
# Dangers that are met with money or goods before the papers.
RELIEVED = frozenset({Hazard.NO_FOOD, Hazard.DISPLACED, Hazard.SUDDEN_HARDSHIP})
SKIP = Choice("emergency.button_skip")
# Of these only the reporter's own word tells how far it is.
OWN_WORD = triage.PERSONAL | triage.SEALED
LEAVES = frozenset({Intent.ASK_HUMAN, Intent.GOODBYE, Intent.THANK})
NO_WORD = frozenset({*LEAVES, Intent.DENY, Intent.UNSURE, Intent.AFFIRM, Intent.GREET})
# A word of one's own is short; what is longer is something still to be told.
LONGEST_WORD = 16


def question(form: EmergencyForm) -> Reply:
    """What is asked now."""
    danger = form.hazard in P0_HAZARDS
    match form.step:
        case EmergencyStep.WHAT:
            return Reply("emergency.what_again")
        case EmergencyStep.PLACE if form.grave and not danger:
            return Reply("danger.place", choices=(SKIP,))
        case EmergencyStep.PLACE:
            return Reply("danger.where" if danger else "emergency.where", choices=(SKIP,))
        case EmergencyStep.PHONE:
            return Reply("danger.phone" if danger else "emergency.phone", choices=(SKIP,))
        case EmergencyStep.WORD:
            return Reply("danger.word", choices=(SKIP,))


def listen(turn: Turn, _library: Library) -> Outcome:
    """Take an answer to what is asked after filing; any answer moves on, none is demanded."""
    form = turn.state.form
    if not isinstance(form, EmergencyForm) or turn.state.ticket is None:
        return Outcome((Reply("handoff.kept"),), turn.state.without_form())
    if form.step is EmergencyStep.WORD:
        return _take_word(turn, form)
    noted = _noted(turn)
    if turn.said.intent in LEAVES and turn.said.sure:
        return _finish(turn, form, noted)
    has_phone = form.has_phone or turn.phone is not None
    asking = form.model_copy(update={"step": _next(form, has_phone), "has_phone": has_phone})
    if asking.step is form.step:
        return _finish(turn, form, noted)
    return Outcome((question(asking),), turn.state.having(form=asking), noted)


def of_child(turn: Turn, _library: Library) -> Outcome:
    """A child goes on: kept for the person who comes; an adult may say that they are one."""
    words = speech.chinese()
    if words.hears("child.cue_adult", turn.text) and turn.said.writer is not Writer.CHILD:
        state = turn.state.having(child=False, form=None, meanwhile=True)
        return Outcome((Reply("child.adult"),), state, _noted(turn))
    if turn.said.intent in {Intent.THANK, Intent.GOODBYE} and turn.said.sure:
        return Outcome((Reply("child.thanks"),), turn.state, _noted(turn))
    key = "child.next" if turn.someone_on_duty else "child.next_nobody"
    return Outcome((Reply(key),), turn.state, _noted(turn))


def promise(region: Region | None) -> str:
    """When relief comes, as far as it may be promised."""
    # Only the Zichuan document promises 24 hours (一(三)6); elsewhere 一般不超过3天 (2026-01).
    promised = region in PROMISES_24_HOURS
    return speech.chinese().say("time.in_24_hours" if promised else "time.in_3_days")


def _next(form: EmergencyForm, has_phone: bool) -> EmergencyStep:  # noqa: FBT001
    if form.step is EmergencyStep.PLACE and not has_phone:
        return EmergencyStep.PHONE
    return EmergencyStep.WORD if form.hazard in OWN_WORD else form.step


def _take_word(turn: Turn, form: EmergencyForm) -> Outcome:
    text = turn.text.strip()
    if _skipped(turn) or (turn.said.intent in NO_WORD and turn.said.sure):
        return _finish(turn, form, ())
    if len(text) > LONGEST_WORD or turn.said.priority is not Priority.P2:
        return Outcome((question(form),), turn.state, _noted(turn))
    kept = AddToTicket(turn.state.ticket or "", "", secret=text)
    return _finish(turn, form, (kept,), word=True)


def _finish(
    turn: Turn, form: EmergencyForm, commands: tuple[Command, ...], *, word: bool = False
) -> Outcome:
    values = {"number": turn.state.ticket or "", "when": promise(turn.scene)}
    key = "emergency.done" if form.hazard in RELIEVED else "emergency.kept"
    if form.grave:
        key = "danger.waiting"
    kept = (Reply("danger.word_kept"),) if word else ()
    return Outcome(
        (*kept, Reply(key, values)), turn.state.without_form().having(told_waiting=True), commands
    )


def _noted(turn: Turn) -> tuple[Command, ...]:
    if _skipped(turn):
        return ()
    phone = None if turn.state.child else turn.phone
    noted = AddToTicket(turn.state.ticket or "", turn.text, phone=phone)
    named = turn.said.region
    if named is None or named is turn.region:
        return (noted,)
    return (noted, SetRegion(named))


def _skipped(turn: Turn) -> bool:
    return turn.text.strip() in {speech.chinese().say(SKIP.label), ""}
