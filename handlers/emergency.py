"""What an emergency gets: numbers first and a person at once; filed before anything is asked."""

from dataclasses import replace
from datetime import timedelta

from cases.commands import AddToTicket, Command, QueueChat, RaiseAlert, SetRegion
from handlers import (
    aftercare,
    elsewhere,
    endangered,
    hotlines,
    paths,
    refused,
    speech,
    stories,
    triage,
    unfinished,
)
from handlers.dialogue import Dialogue, EmergencyForm, EmergencyStep, Form
from handlers.triage import Triage
from handlers.turn import Choice, Outcome, Reply, TicketNumber, Turn, Value
from knowledge.library import Library
from knowledge.names import P0_HAZARDS, Category, Hazard, Priority, Region
from nlu import suspicion

# A shorter text only names the wish to report something; it does not tell what happened.
BARE = 9
# The same danger told again within this time belongs to the same ticket.
ONE_EMERGENCY = timedelta(hours=24)
# Of two machines; what was told further ahead was told before the clock was set back.
CLOCKS_DIFFER = timedelta(minutes=5)
HIDING = f"danger.{endangered.Scene.HIDING}"
UNHEARD = frozenset({HIDING, f"danger.{endangered.Scene.PHONELESS}"})


def danger(turn: Turn, library: Library) -> Outcome:
    """Danger to life: the numbers and nothing else first, an alert, a person, the ticket."""
    hazard = turn.said.hazard
    key = _card(turn)
    card = Reply(key, hotlines.of_card(library, hazard, key), urgent=True)
    hushed = key in UNHEARD
    # Who must not be heard is asked for no number to be called at.
    reached = hushed or turn.phone is not None
    form = EmergencyForm(hazard=hazard, grave=True, has_phone=reached)
    called = (*_place(turn), RaiseAlert(hazard), QueueChat(reason=hazard, priority=Priority.P0))
    if _same(turn):
        still = Reply("danger.still_hushed" if hushed else "danger.still")
        replies = (card, still, *_asked(turn))
        return Outcome(replies, _state(turn, turn.state.form), (_added(turn), *called))
    follow = Reply(_filed(turn, hushed=hushed), {"number": TicketNumber()})
    filed = (*unfinished.file(turn, library), _open(turn, library))
    state = _state(turn, form).having(hushed=hushed)
    return Outcome((card, follow, elsewhere.after_filing(turn, form)), state, (*filed, *called))


def file(turn: Turn, library: Library) -> Outcome:
    """A P1 emergency: the very first message is a ticket; questions come after."""
    hazard = turn.said.hazard
    form = EmergencyForm(hazard=hazard, has_phone=turn.phone is not None)
    queued = QueueChat(reason=hazard, priority=Priority.P1)
    if _same(turn):
        again = Reply("emergency.again", {"number": turn.state.ticket or ""})
        commands = (_added(turn), *_place(turn), queued)
        return Outcome((again, *_asked(turn)), _state(turn, turn.state.form), commands)
    values: dict[str, Value] = {
        "number": TicketNumber(),
        "when": aftercare.promise(turn.scene),
        "called": _called(turn, library),
    }
    rights = (refused.rights(turn, library),) if stories.refused(turn.text) else ()
    path = paths.told(turn, library, _decided(turn, library))
    urgent = Reply(_urgent(turn), values)
    replies = (urgent, *rights, *path, elsewhere.after_filing(turn, form))
    filed = (*unfinished.file(turn, library), _open(turn, library))
    return Outcome(replies, _state(turn, form), (*filed, *_place(turn), queued))


def ask_what(turn: Turn, library: Library) -> Outcome:
    """Somebody wants to report an emergency; a few words do not tell which."""
    if len(turn.text.strip()) > BARE or turn.said.suspicion is not Hazard.NONE:
        return unclear(turn, library)
    numbers = hotlines.urgent(library, Hazard.MEDICAL_EMERGENCY)
    form = EmergencyForm(step=EmergencyStep.WHAT, hazard=Hazard.NONE)
    state = turn.state.having(form=form, misses=0)
    return Outcome((Reply("emergency.what", {"numbers": numbers}),), state)


def unclear(turn: Turn, library: Library) -> Outcome:
    """An emergency of no known kind: filed as urgent, and a person asks what it is."""
    decided = triage.decide(turn.said, library, region=turn.scene)
    graver = replace(decided, priority=Priority.P1, category=Category.EMERGENCY)
    form = EmergencyForm(hazard=Hazard.NONE, has_phone=turn.phone is not None)
    values: dict[str, Value] = {
        "number": TicketNumber(),
        "called": _called(turn, library),
    }
    queued = QueueChat(reason="unclear_emergency", priority=Priority.P1)
    replies = (Reply("emergency.unclear", values), elsewhere.after_filing(turn, form))
    filed = (*unfinished.file(turn, library), _ticket(turn, library, graver))
    return Outcome(replies, _state(turn, form), (*filed, *_place(turn), queued))


def child(turn: Turn, library: Library) -> Outcome:
    """A child writes: nothing is asked but whether they are safe and where; a person at once."""
    if turn.state.child and turn.said.priority is not Priority.P0:
        return aftercare.of_child(turn, library)
    hazard = turn.said.hazard
    ringing = hazard if hazard in P0_HAZARDS else Hazard.CHILD_AT_RISK
    form = EmergencyForm(hazard=ringing, grave=True, child=True)
    key = endangered.child_card(turn.text, hazard)
    where = Reply("child.where" if turn.someone_on_duty else "child.where_nobody")
    replies = (Reply(key, hotlines.of_card(library, ringing, key), urgent=True), where)
    graver = replace(turn, said=replace(turn.said, hazard=ringing, priority=Priority.P0))
    filed = _added(turn) if turn.state.child else _open(graver, library)
    called = (RaiseAlert(ringing), QueueChat(reason="child", priority=Priority.P0))
    state = _state(graver, form).having(child=True)
    return Outcome(replies, state, (filed, *_place(turn), *called))


def suspected(turn: Turn) -> bool:
    """Whether to ask after safety: no rule counts, yet the words sound of danger to life."""
    state = turn.state
    told = state.hazard is not Hazard.NONE or state.asked_safe
    calm = turn.said.hazard is Hazard.NONE
    return calm and not told and turn.said.worry >= suspicion.WORRIED


def ask_safe(turn: Turn, library: Library) -> Outcome:
    """One gentle question with the numbers below it; a person is told of the suspicion."""
    numbers = hotlines.urgent(library, Hazard.MEDICAL_EMERGENCY)
    answers = ("emergency.safe", "emergency.unsafe", "menu.ask_human")
    asked = Reply(
        "emergency.are_you_safe",
        {"numbers": numbers},
        choices=tuple(Choice(answer) for answer in answers),
    )
    # Who waits in line wrote to the person who comes: that the words are kept is said first.
    kept = (Reply("handoff.kept"),) if turn.waiting and not turn.state.meanwhile else ()
    state = turn.state.having(asked_safe=True, misses=0)
    return Outcome((*kept, asked), state, (*_place(turn), RaiseAlert(Hazard.NONE)))


def reassured(turn: Turn) -> bool:
    """Whether the resident answers that they are safe."""
    words = speech.chinese()
    return turn.state.asked_safe and turn.text.strip() == words.say("emergency.safe")


def glad(turn: Turn, _library: Library) -> Outcome:
    """Safe: good. What was asked before can be asked again; the suspicion stays for a person."""
    return Outcome((Reply("emergency.glad"),), turn.state)


def retract(turn: Turn, _library: Library) -> Outcome:
    """刚才说着玩的: good; but a person looks all the same, and the ticket stays."""
    noted = AddToTicket(turn.state.ticket or "", turn.text)
    state = turn.state.having(form=None, told_waiting=True, misses=0)
    return Outcome((Reply("emergency.retracted"),), state, (noted,))


def retracts(turn: Turn) -> bool:
    """Whether the danger that was told is taken back."""
    told = turn.state.hazard is not Hazard.NONE and turn.state.ticket is not None
    return told and speech.chinese().hears("emergency.cue_retract", turn.text)


def _card(turn: Turn) -> str:
    if turn.said.hazard in P0_HAZARDS:
        card = endangered.card(turn.text, turn.said.hazard)
        hushed = turn.state.hushed and _same(turn)
        return HIDING if hushed and card not in UNHEARD else card
    return "danger.astray" if stories.lost(turn.text) else "danger.outdoors"


def _filed(turn: Turn, *, hushed: bool) -> str:
    if hushed:
        return "danger.filed_hushed" if turn.someone_on_duty else "danger.filed_hushed_nobody"
    return "danger.filed" if turn.someone_on_duty else "danger.filed_nobody"


def _urgent(turn: Turn) -> str:
    """Who was asked for money acts otherwise before it is gone and after."""
    hazard = turn.said.hazard
    if hazard is Hazard.SUDDEN_HARDSHIP and endangered.medicine_runs_out(turn.text):
        return "urgent.medicine"
    done = stories.extorted(turn.text) if hazard is Hazard.EXTORTION else None
    return f"urgent.{hazard}_{done}" if done else f"urgent.{hazard}"


def _called(turn: Turn, library: Library) -> str:
    words = speech.chinese()
    if turn.someone_on_duty:
        return words.say("emergency.called")
    numbers = hotlines.spoken(library, turn.scene or Region.NATIONAL, on=turn.today)
    return words.say("emergency.nobody", {"numbers": numbers})


def _open(turn: Turn, library: Library) -> Command:
    return _ticket(turn, library, _decided(turn, library))


def _decided(turn: Turn, library: Library) -> Triage:
    return triage.decide(turn.said, library, region=turn.scene)


def _ticket(turn: Turn, library: Library, decided: Triage) -> Command:
    return triage.ticket(
        decided,
        library,
        region=turn.scene or Region.NATIONAL,
        narrative=turn.text,
        said=turn.said,
        phone=None if turn.said.writer == "child" else turn.phone,
    )


def _added(turn: Turn) -> Command:
    phone = None if turn.state.child else turn.phone
    return AddToTicket(turn.state.ticket or "", turn.text, phone=phone)


def _place(turn: Turn) -> tuple[Command, ...]:
    named = turn.said.region
    return () if named is None or named is turn.region else (SetRegion(named),)


def _same(turn: Turn) -> bool:
    state = turn.state
    if state.ticket is None or state.hazard_at is None:
        return False
    ago = turn.now - state.hazard_at
    return state.hazard is turn.said.hazard and -CLOCKS_DIFFER <= ago < ONE_EMERGENCY


def _asked(turn: Turn) -> tuple[Reply, ...]:
    """What is still open of the questions after filing."""
    form = turn.state.form
    return (elsewhere.after_filing(turn, form),) if isinstance(form, EmergencyForm) else ()


def _state(turn: Turn, form: Form | None) -> Dialogue:
    at = turn.state.hazard_at if _same(turn) else turn.now
    return turn.state.having(
        form=form, hazard=turn.said.hazard, hazard_at=at, misses=0, told_waiting=True
    )
