"""When a person is better: asking for one, waiting for one, staying silent beside one."""

from dataclasses import replace

from cases.commands import Command, OpenTicket, QueueChat, RaiseAlert, SetRegion
from handlers import hotlines, speech, unfinished
from handlers.dialogue import Dialogue, HandoffForm
from handlers.turn import Choice, Outcome, QueuePosition, Reply, TicketNumber, Turn, Value
from knowledge.library import Library
from knowledge.names import P0_HAZARDS, Category, Hazard, Intent, Matter, Priority, Region

BOT = Choice("handoff.button_bot")
WAITING = (Choice("handoff.button_message"), Choice("call.button"), BOT)
ANSWERS = frozenset({Intent.AFFIRM, Intent.ASK_HUMAN, Intent.DENY})


def to_person(turn: Turn, library: Library) -> Outcome:
    """Put the resident in line; with nobody there, say so, give numbers and a ticket."""
    return queue(turn, library, reason="asked")


def queue(turn: Turn, library: Library, *, reason: str, before: tuple[Reply, ...] = ()) -> Outcome:
    """Put the resident in line for a reason, in the place they name with it; what was half told is
    filed first."""
    named = turn.said.region
    if named is None or named is turn.region:
        return _in_line(turn, library, reason=reason, before=before)
    found = _in_line(replace(turn, region=named), library, reason=reason, before=before)
    return replace(found, commands=(SetRegion(named), *found.commands))


def _in_line(turn: Turn, library: Library, *, reason: str, before: tuple[Reply, ...]) -> Outcome:
    state = turn.state.having(form=None, misses=0, told_waiting=True, meanwhile=False)
    told = unfinished.file(turn, library)
    about = library.matter_of(turn.state.programme)
    matter = next((one.matter for one in told if isinstance(one, OpenTicket)), about)
    queued = QueueChat(reason=reason, priority=Priority.P2, matter=matter)
    if told:
        before = (*before, Reply("handoff.filed", {"number": TicketNumber()}))
        state = state.having(hazard=Hazard.NONE)
    if turn.someone_on_duty and turn.opens_at is None:
        said = Reply("handoff.queued", {"position": QueuePosition()}, choices=WAITING)
        return Outcome((*before, said), state, (*told, queued))
    commands: tuple[Command, ...] = (*told, queued)
    number: Value = TicketNumber()
    if turn.state.ticket is not None and not told:
        number = turn.state.ticket
    elif not told:
        commands = (_ticket(turn, library), queued)
    numbers = hotlines.spoken(library, turn.place, on=turn.today)
    said = Reply("handoff.nobody", {"number": number, "numbers": numbers}, choices=WAITING)
    if turn.opens_at is not None:
        when = speech.chinese().when(turn.opens_at)
        values = {"number": number, "numbers": numbers, "when": when}
        said = Reply("handoff.closed", values, choices=WAITING)
    return Outcome((*before, said), state, commands)


def wait(turn: Turn, _library: Library) -> Outcome:
    """Words of somebody who waits are kept for the person who comes; nobody is left without one."""
    words, state = speech.chinese(), turn.state.having(told_waiting=True)
    if turn.text.strip() == _button("handoff.button_message") or not turn.state.told_waiting:
        return Outcome((Reply("handoff.leave_message", choices=(BOT,)),), state)
    if turn.said.intent is Intent.ASK_HUMAN or words.hears("handoff.cue_where", turn.text):
        return Outcome((_still(turn),), state)
    if turn.said.intent in {Intent.THANK, Intent.GOODBYE} and turn.said.sure:
        return Outcome((Reply("handoff.thanks"),), state)
    placed = turn.said.region if turn.region is None else None
    moved = () if placed is None else (SetRegion(placed),)
    return Outcome((Reply("handoff.kept", choices=(BOT,)),), state, moved)


def _still(turn: Turn) -> Reply:
    if turn.someone_on_duty and turn.opens_at is None:
        return Reply("handoff.still", {"position": QueuePosition()}, choices=(BOT,))
    if turn.opens_at is not None:
        when = speech.chinese().when(turn.opens_at)
        return Reply("handoff.still_closed", {"when": when}, choices=(BOT,))
    return Reply("handoff.still_nobody", choices=(BOT,))


def wants_bot(text: str) -> bool:
    """Whether somebody who waits would rather go on with the bot meanwhile."""
    return speech.chinese().hears("handoff.cue_bot", text)


def go_on(turn: Turn, _library: Library) -> Outcome:
    """Answer while the place in line is kept."""
    state = turn.state.having(meanwhile=True)
    return Outcome((Reply("handoff.meanwhile"),), state)


def listen(turn: Turn, library: Library) -> Outcome:
    """Yes or no to the offer of a person."""
    if turn.said.intent in {Intent.AFFIRM, Intent.ASK_HUMAN}:
        return to_person(turn, library)
    state = turn.state.having(form=None, misses=0)
    return Outcome((Reply("handoff.not_now"),), state)


def offer(turn: Turn, reply: Reply) -> Outcome:
    """Say something and offer a person with it."""
    choices = (*reply.choices, Choice("menu.ask_human"))
    said = Reply(reply.key, reply.values, choices, citations=reply.citations)
    return Outcome((said,), turn.state.having(form=HandoffForm()))


def stay_silent(turn: Turn, _library: Library) -> Outcome:
    """A person speaks here; the bot does not."""
    return Outcome((), turn.state)


def ring_beside(turn: Turn, _library: Library) -> Outcome:
    """A person is here and danger is named: ring, say nothing."""
    return Outcome((), turn.state, (RaiseAlert(turn.said.hazard),))


def after_failure(text: str, *, hazard: Hazard, region: Region, prefix: str) -> Outcome:
    """The bot has failed: say sorry, file what was written, and put the resident in line; a
    danger that was noticed rings all the same."""
    priority = Priority.P0 if hazard in P0_HAZARDS else Priority.P1
    queued = QueueChat(reason="bot_failed", priority=priority)
    said = Reply("handoff.failed", {"number": TicketNumber()}, urgent=hazard in P0_HAZARDS)
    filed = _enquiry(text, region, prefix)
    commands: tuple[Command, ...] = (filed, queued)
    if hazard in P0_HAZARDS:
        filed = replace(filed, category=Category.EMERGENCY, priority=priority, hazard=hazard)
        commands = (filed, RaiseAlert(hazard), queued)
    return Outcome((said,), Dialogue(told_waiting=True), commands)


def _ticket(turn: Turn, library: Library) -> OpenTicket:
    prefix = library.regions[turn.place].ticket_prefix
    told = (turn.state.last_question, turn.text)
    return _enquiry("\n".join(one for one in told if one), turn.place, prefix)


def _enquiry(text: str, region: Region, prefix: str) -> OpenTicket:
    return OpenTicket(
        category=Category.ENQUIRY,
        priority=Priority.P2,
        hazard=Hazard.NONE,
        matter=Matter.BASIC,
        region=region,
        prefix=prefix,
        narrative=text,
    )


def _button(key: str) -> str:
    return speech.chinese().say(key)
