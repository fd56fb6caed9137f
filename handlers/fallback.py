"""What is said when a message fits nothing: ask once, then offer a person."""

from cases.commands import KeepQuestion
from handlers import handoff, policy
from handlers.greeting import MENU
from handlers.turn import Choice, Outcome, Reply, Turn
from knowledge.library import Library
from knowledge.names import Hazard

MISSES_BEFORE_A_PERSON = 2


def not_sure(turn: Turn, library: Library) -> Outcome:
    """Unsure what is meant: try the knowledge, else ask; after two misses offer a person."""
    if turn.said.suspicion is not Hazard.NONE:
        return Outcome(
            (Reply("fallback.are_you_safe", choices=(Choice("menu.ask_human"),)),), turn.state
        )
    found = policy.try_answer(turn, library)
    return found or miss(turn)


def miss(turn: Turn) -> Outcome:
    """Count a miss; the second in a row offers a person."""
    state = turn.state.having(misses=turn.state.misses + 1)
    kept = KeepQuestion(why="not_understood", text=turn.text)
    if state.misses >= MISSES_BEFORE_A_PERSON:
        offered = handoff.offer(turn, Reply("fallback.offer_person"))
        return Outcome(offered.replies, offered.state.having(misses=0), (kept,))
    return Outcome((Reply("fallback.again", choices=MENU),), state, (kept,))


def out_of_scope(turn: Turn, _library: Library) -> Outcome:
    """Not ours: say what is, and where the rest belongs."""
    return Outcome((Reply("fallback.out_of_scope", choices=MENU),), turn.state.having(misses=0))


def affirm(turn: Turn, _library: Library) -> Outcome:
    """A yes to nothing that was asked."""
    return Outcome((Reply("fallback.what_next", choices=MENU),), turn.state)


def deny(turn: Turn, _library: Library) -> Outcome:
    """A no to nothing that was asked."""
    return Outcome((Reply("fallback.what_next", choices=MENU),), turn.state)


def unsure(turn: Turn, _library: Library) -> Outcome:
    """不知道, with nothing asked: help to find the way."""
    return Outcome((Reply("fallback.lost", choices=MENU),), turn.state)


def inform(turn: Turn, library: Library) -> Outcome:
    """Facts nobody asked for: offer to look what the household may get."""
    found = policy.try_answer(turn, library)
    if found is not None:
        return found
    choices = (Choice("menu.check_eligibility"), Choice("menu.ask_human"))
    return Outcome((Reply("fallback.inform", choices=choices),), turn.state)
