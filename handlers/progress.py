"""How far a ticket is: told to the one who can show that it is theirs, never to anyone else."""

from dataclasses import replace

from cases.dialogue.lookups import (
    Locked,
    Lookup,
    OwnTickets,
    PartStanding,
    TicketByNumber,
    TicketsFound,
    TicketShut,
    TicketStanding,
)
from handlers import handed_in, handoff, speech
from handlers.dialogue import ProgressForm
from handlers.turn import Choice, Outcome, Reply, Turn
from knowledge.library import Library
from knowledge.names import Intent
from nlu.understanding import EntityName

HOTLINE = "hotline"
ASK_NUMBER = Reply("progress.ask_number", choices=(handed_in.ELSEWHERE,))
# An answer that names no proof is no wrong one: it must not use up a try.
NOTHING = frozenset({Intent.DENY, Intent.UNSURE, Intent.AFFIRM})


def begin(turn: Turn, library: Library) -> Outcome | Lookup:
    """Look at the number in the message; without one at what this conversation has filed."""
    number = _number(turn)
    if number is not None:
        return listen(turn, library)
    if turn.found is None:
        return OwnTickets()
    lost = speech.chinese().hears("progress.cue_lost", turn.text)
    own = turn.found.tickets if isinstance(turn.found, TicketsFound) else ()
    if not own and lost:
        return handoff.offer(_cleared(turn), Reply("progress.no_number"))
    if not own:
        return Outcome((ASK_NUMBER,), turn.state.having(form=ProgressForm()))
    return Outcome(tuple(_told(ticket, library) for ticket in own[:3]), turn.state.without_form())


def listen(turn: Turn, library: Library) -> Outcome | Lookup:
    """Take a number, then the proof; a wrong proof may be tried five times."""
    if handed_in.wanted(turn):
        return handed_in.begin(turn, library)
    form = turn.state.form if isinstance(turn.state.form, ProgressForm) else ProgressForm()
    number = _number(turn) or form.number
    if number is None:
        return _no_number(turn, library)
    if form.number is not None and turn.said.intent in NOTHING and turn.said.sure:
        return handoff.offer(_cleared(turn), Reply("progress.no_proof"))
    if turn.found is None:
        return TicketByNumber(number, _proof(turn, form))
    return _answer(turn, library, number)


def again(turn: Turn) -> Reply | None:
    """The open question once more."""
    form = turn.state.form
    if not isinstance(form, ProgressForm):
        return None
    return ASK_NUMBER if form.number is None else Reply("progress.ask_proof")


def _answer(turn: Turn, library: Library, number: str) -> Outcome:
    match turn.found:
        case TicketStanding():
            return Outcome((_told(turn.found, library),), turn.state.without_form())
        case TicketShut(why=Locked.TOO_MANY_TRIES):
            return handoff.offer(_cleared(turn), Reply("progress.too_many_tries"))
        case TicketShut(why=why):
            asked = Reply(f"progress.{why}", choices=(Choice("menu.ask_human"),))
            return Outcome((asked,), turn.state.having(form=ProgressForm(number=number)))
        case _:
            return Outcome((ASK_NUMBER,), turn.state)


def _no_number(turn: Turn, _library: Library) -> Outcome:
    if turn.said.intent in NOTHING:
        return handoff.offer(_cleared(turn), Reply("progress.no_number"))
    again = turn.state.having(form=ProgressForm(), misses=turn.state.misses + 1)
    if again.misses > 1:
        return handoff.offer(_cleared(turn), Reply("progress.no_number"))
    return Outcome((ASK_NUMBER,), again)


def _told(ticket: TicketStanding, library: Library) -> Reply:
    words = speech.chinese()
    due = words.say("time.none") if ticket.next_due is None else words.when(ticket.next_due)
    state = words.say(f"state.{ticket.state}")
    if ticket.private:
        values = {"number": ticket.number, "state": state, "due": due}
        return Reply("progress.private", values)
    if ticket.parts:
        parts = "\n".join(_part(part, library) for part in ticket.parts)
        values = {"number": ticket.number, "state": state, "parts": parts}
        return Reply("progress.together", values, choices=(Choice("menu.ask_human"),))
    # Until it is referred a ticket lies with the hotline, whoever is meant to get it.
    referred = ticket.next_actor != HOTLINE
    unit = (ticket.unit if referred else None) or words.say("progress.hotline")
    values = {
        "number": ticket.number,
        "state": state,
        "due": due,
        "unit": unit,
        "turn": words.say(f"turn.{ticket.next_actor}"),
    }
    return Reply("progress.told", values, choices=(Choice("menu.ask_human"),))


def shows_number(turn: Turn) -> bool:
    """Whether a ticket's number is all that is said, with no word of what is wished."""
    return _number(turn) is not None and not any(char.isalpha() for char in _beside_number(turn))


def _part(part: PartStanding, library: Library) -> str:
    words = speech.chinese()
    nobody = words.say("progress.part_nobody", {"matter": library.label(part.matter)})
    state = words.say(f"state.{part.state}")
    return words.say("progress.part", {"unit": part.unit or nobody, "state": state})


def _cleared(turn: Turn) -> Turn:
    return replace(turn, state=turn.state.having(misses=0))


def _number(turn: Turn) -> str | None:
    for entity in turn.said.entities:
        if entity.name == EntityName.TICKET_NUMBER and isinstance(entity.value, str):
            return entity.value
    return None


def _proof(turn: Turn, form: ProgressForm) -> str | None:
    if form.number is not None:
        return turn.text.strip()
    digits = "".join(char for char in _beside_number(turn) if char.isdigit())
    return digits if len(digits) == len("1234") else None


def _beside_number(turn: Turn) -> str:
    rest = turn.text
    for entity in turn.said.entities:
        if entity.name == EntityName.TICKET_NUMBER:
            rest = rest.replace(entity.text, " ")
    return rest
