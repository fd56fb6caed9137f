"""The reply to what a unit asks through the helpline: handed on, and the unit goes on."""

from cases.commands import AnswerUnit
from cases.dialogue.lookups import Wants
from handlers import speech
from handlers.turn import Choice, Outcome, Reply, Turn
from knowledge.library import Library
from knowledge.names import Intent

# Words that are surely something else, although a unit waits for a reply.
ELSEWHERE = frozenset(
    {
        Intent.ASK_POLICY,
        Intent.CHECK_ELIGIBILITY,
        Intent.ASK_HUMAN,
        Intent.ASK_PROGRESS,
        Intent.PRIVACY_REQUEST,
        Intent.GREET,
        Intent.THANK,
        Intent.GOODBYE,
        Intent.RESTART,
    }
)


def wanted(turn: Turn) -> bool:
    """Whether this message is the reply that a unit waits for."""
    if turn.awaited is None or turn.awaited.wants is not Wants.REPLY:
        return False
    pressed = turn.text.strip() in speech.chinese().menu()
    return not pressed and not (turn.said.sure and turn.said.intent in ELSEWHERE)


def listen(turn: Turn, _library: Library) -> Outcome:
    """Hand it on and say so; whoever meant something else can ask for a person."""
    number = "" if turn.awaited is None else turn.awaited.number
    kept = Reply("reply.kept", {"number": number}, choices=(Choice("menu.ask_human"),))
    return Outcome((kept,), turn.state.having(misses=0), (AnswerUnit(number, turn.text),))
