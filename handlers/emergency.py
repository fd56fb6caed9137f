"""What an emergency gets: numbers first and a person at once; filed before anything is asked."""

from cases.commands import AddToTicket, Command, QueueChat, RaiseAlert
from handlers import handoff, hotlines, speech, triage
from handlers.dialogue import EmergencyForm, EmergencyStep
from handlers.turn import Choice, Outcome, Reply, TicketNumber, Turn, Value
from knowledge.library import Library
from knowledge.names import P0_HAZARDS, Hazard, Intent, Priority, Region
from nlu.understanding import EntityName

PROMISES_24_HOURS = frozenset({Region.ZICHUAN})
SKIP = Choice("emergency.button_skip")
# A shorter text only names the wish to report something; it does not tell what happened.
BARE = 9


def danger(turn: Turn, library: Library) -> Outcome:
    """Danger to life: the numbers and nothing else first, an alert, a person, the ticket."""
    hazard = turn.said.hazard
    numbers = hotlines.urgent(library, hazard)
    card = Reply(f"danger.{hazard}", {"numbers": numbers}, urgent=True)
    form = EmergencyForm(hazard=hazard)
    state = turn.state.having(form=form, hazard=hazard, misses=0)
    called = QueueChat(reason=hazard, priority=Priority.P0)
    if _same_danger(turn):
        added = AddToTicket(turn.state.ticket or "", turn.text)
        again = Reply("danger.still", choices=(SKIP,))
        return Outcome((card, again), state, (added, RaiseAlert(hazard), called))
    opened = _open(turn, library)
    follow = Reply("danger.filed", {"number": TicketNumber()})
    where = Reply("danger.where", choices=(SKIP,))
    return Outcome((card, follow, where), state, (opened, RaiseAlert(hazard), called))


def file(turn: Turn, library: Library) -> Outcome:
    """A P1 emergency: the very first message is a ticket; questions come after."""
    hazard = turn.said.hazard
    values: dict[str, Value] = {"number": TicketNumber(), "when": _promise(turn.place)}
    state = turn.state.having(form=EmergencyForm(hazard=hazard), hazard=hazard, misses=0)
    replies = [
        Reply(f"urgent.{hazard}", values),
        Reply("emergency.where", choices=(SKIP,)),
    ]
    queued = QueueChat(reason=hazard, priority=Priority.P1)
    return Outcome(tuple(replies), state, (_open(turn, library), queued))


def ask_what(turn: Turn, library: Library) -> Outcome:
    """Somebody wants to report an emergency but has not said which, or it is not clear."""
    if len(turn.text.strip()) <= BARE:
        numbers = hotlines.urgent(library, Hazard.MEDICAL_EMERGENCY)
        return Outcome((Reply("emergency.what", {"numbers": numbers}),), turn.state)
    return handoff.queue(
        turn, library, reason="unclear_emergency", before=(Reply("emergency.unclear"),)
    )


def child(turn: Turn, library: Library) -> Outcome:
    """A child writes: nothing is asked but whether they are safe and where; a person at once."""
    if turn.state.child and turn.said.priority is not Priority.P0:
        return listen(turn, library)
    hazard = turn.said.hazard
    form = EmergencyForm(hazard=hazard, child=True)
    state = turn.state.having(child=True, form=form, hazard=hazard)
    ringing = hazard if hazard in P0_HAZARDS else Hazard.CHILD_AT_RISK
    numbers = {"numbers": hotlines.urgent(library, ringing)}
    replies = (Reply("child.first", numbers, urgent=True), Reply("child.where"))
    filed = (
        _open(turn, library)
        if turn.state.ticket is None
        else AddToTicket(turn.state.ticket, turn.text)
    )
    called = QueueChat(reason="child", priority=Priority.P0)
    return Outcome(replies, state, (filed, RaiseAlert(ringing), called))


def listen(turn: Turn, library: Library) -> Outcome:
    """Take an answer to what is asked after filing; any answer moves on, none is demanded."""
    form = turn.state.form
    if not isinstance(form, EmergencyForm) or turn.state.ticket is None:
        return handoff.to_person(turn, library)
    if turn.said.intent in {Intent.ASK_HUMAN, Intent.GOODBYE} and turn.said.sure:
        return _finish(turn, form)
    phone = None if form.child else _phone(turn)
    said = AddToTicket(turn.state.ticket, turn.text, phone=phone)
    if form.child:
        return Outcome((Reply("child.next"),), turn.state, (said,))
    match form.step:
        case EmergencyStep.PLACE:
            asking = form.model_copy(update={"step": EmergencyStep.PHONE})
            key = "danger.phone" if form.hazard in P0_HAZARDS else "emergency.phone"
            state = turn.state.having(form=asking)
            return Outcome((Reply(key, choices=(SKIP,)),), state, (said,))
        case EmergencyStep.PHONE if _private(form):
            asking = form.model_copy(update={"step": EmergencyStep.WORD})
            state = turn.state.having(form=asking)
            return Outcome((Reply("danger.word", choices=(SKIP,)),), state, (said,))
        case EmergencyStep.PHONE:
            return _finish(turn, form, said)
        case EmergencyStep.WORD:
            word = None if _skipped(turn) else turn.text.strip()
            kept = AddToTicket(turn.state.ticket, "", secret=word)
            return _finish(turn, form, kept)


def _finish(turn: Turn, form: EmergencyForm, *commands: Command) -> Outcome:
    key = "danger.waiting" if form.hazard in P0_HAZARDS else "emergency.done"
    values = {"number": turn.state.ticket or "", "when": _promise(turn.place)}
    return Outcome((Reply(key, values),), turn.state.without_form(), commands)


def _open(turn: Turn, library: Library) -> Command:
    decided = triage.decide(turn.said, library, region=turn.region)
    return triage.ticket(
        decided,
        library,
        region=turn.place,
        narrative=turn.text,
        said=turn.said,
        phone=None if turn.said.writer == "child" else _phone(turn),
    )


def _promise(region: Region) -> str:
    # Only the Zichuan document promises 24 hours (一(三)6); elsewhere 一般不超过3天 (2026-01).
    promised = region in PROMISES_24_HOURS
    return speech.chinese().say("time.in_24_hours" if promised else "time.in_3_days")


def _same_danger(turn: Turn) -> bool:
    form = turn.state.form
    return (
        turn.state.ticket is not None
        and isinstance(form, EmergencyForm)
        and form.hazard is turn.said.hazard
    )


def _private(form: EmergencyForm) -> bool:
    return form.hazard in triage.PERSONAL


def _phone(turn: Turn) -> str | None:
    found = (e.value for e in turn.said.entities if e.name == EntityName.PHONE)
    return next((value for value in found if isinstance(value, str)), None)


def _skipped(turn: Turn) -> bool:
    skip = speech.chinese().say(SKIP.label)
    return turn.said.intent in {Intent.DENY, Intent.UNSURE} or turn.text.strip() in {skip, ""}
