"""How a resident takes a ticket back: asked once more, never of a danger or a sealed report."""

from cases.commands import WithdrawTicket
from cases.dialogue.lookups import Lookup, OwnTickets, TicketsFound
from handlers import handoff, speech
from handlers.dialogue import WithdrawForm
from handlers.turn import Choice, Outcome, Reply, Turn
from knowledge.library import Library
from knowledge.names import Intent

KEEP = Choice("withdraw.button_keep")
YES = Choice("withdraw.button_yes")
MOST = 5


def wanted(turn: Turn) -> bool:
    """Whether somebody wants to take back what they have brought."""
    return speech.chinese().hears("withdraw.cue", turn.text)


def begin(turn: Turn, _library: Library) -> Outcome | Lookup:
    """Look which of this conversation's tickets may be taken back; without one a person helps."""
    if turn.found is None:
        return OwnTickets()
    own = turn.found.tickets if isinstance(turn.found, TicketsFound) else ()
    numbers = tuple(ticket.number for ticket in own if ticket.withdrawable)[:MOST]
    if not numbers:
        return handoff.offer(turn, Reply("withdraw.none"))
    return _ask(turn, numbers)


def listen(turn: Turn, library: Library) -> Outcome | Lookup:
    """Take back what was named and agreed to; everything else keeps it."""
    form = turn.state.form
    if not isinstance(form, WithdrawForm):
        return begin(turn, library)
    named = [number for number in form.numbers if number in turn.text.upper()]
    if len(form.numbers) > 1 and len(named) == 1:
        return _ask(turn, (named[0],))
    agreed = turn.text.strip() == speech.chinese().say(YES.label) or (
        turn.said.intent is Intent.AFFIRM and turn.said.sure
    )
    if len(form.numbers) == 1 and agreed:
        number = form.numbers[0]
        done = Reply("withdraw.done", {"number": number})
        taken = WithdrawTicket(number, turn.text)
        return Outcome((done,), turn.state.without_form(), (taken,))
    return Outcome((Reply("withdraw.kept"),), turn.state.without_form())


def _ask(turn: Turn, numbers: tuple[str, ...]) -> Outcome:
    state = turn.state.having(form=WithdrawForm(numbers=numbers), misses=0)
    if len(numbers) == 1:
        sure = Reply("withdraw.sure", {"number": numbers[0]}, choices=(YES, KEEP))
        return Outcome((sure,), state)
    offered = tuple(Choice(number, number, own=True) for number in numbers)
    return Outcome((Reply("withdraw.which", choices=(*offered, KEEP)),), state)
