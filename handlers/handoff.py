"""When a person is better: asking for one, waiting for one, staying silent beside one."""

from cases.commands import Command, OpenTicket, QueueChat, RaiseAlert
from handlers import hotlines, speech
from handlers.dialogue import Dialogue, HandoffForm
from handlers.turn import Choice, Outcome, QueuePosition, Reply, TicketNumber, Turn
from knowledge.library import Library
from knowledge.names import Category, Hazard, Intent, Matter, Priority, Region

WAITING = (Choice("handoff.button_message"), Choice("handoff.button_bot"))


def to_person(turn: Turn, library: Library) -> Outcome:
    """Put the resident in line; with nobody there, say so, give numbers and a ticket."""
    return queue(turn, library, reason="asked")


def queue(turn: Turn, library: Library, *, reason: str, before: tuple[Reply, ...] = ()) -> Outcome:
    """Put the resident in line for a reason, after what else is to be said."""
    state = turn.state.having(form=None, misses=0, told_waiting=True, meanwhile=False)
    queued = QueueChat(reason=reason, priority=Priority.P2)
    if turn.someone_on_duty:
        values = {"position": QueuePosition()}
        said = Reply("handoff.queued", values, choices=WAITING)
        return Outcome((*before, said), state, (queued,))
    commands: tuple[Command, ...] = (queued,)
    if turn.state.ticket is None:
        commands = (_ticket(turn, library), queued)
        number: str | TicketNumber = TicketNumber()
    else:
        number = turn.state.ticket
    numbers = hotlines.spoken(library, turn.place, on=turn.today)
    said = Reply("handoff.nobody", {"number": number, "numbers": numbers}, choices=WAITING)
    return Outcome((*before, said), state, commands)


def wait(turn: Turn, _library: Library) -> Outcome:
    """Words of somebody who waits are kept for the person who comes; said once."""
    if turn.state.told_waiting and turn.text.strip() != _button("handoff.button_message"):
        return Outcome((Reply("handoff.kept"),), turn.state)
    state = turn.state.having(told_waiting=True)
    return Outcome((Reply("handoff.leave_message"),), state)


def wants_bot(text: str) -> bool:
    """Whether somebody who waits would rather go on with the bot meanwhile."""
    return text.strip() == _button("handoff.button_bot")


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


def after_failure(text: str, *, region: Region, prefix: str) -> Outcome:
    """The bot has failed: say sorry, file what was written, and put the resident in line."""
    queued = QueueChat(reason="bot_failed", priority=Priority.P1)
    said = Reply("handoff.failed", {"number": TicketNumber()})
    return Outcome((said,), Dialogue(), (_enquiry(text, region, prefix), queued))


def _ticket(turn: Turn, library: Library) -> OpenTicket:
    prefix = library.regions[turn.place].ticket_prefix
    return _enquiry(turn.state.last_question or turn.text, turn.place, prefix)


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
