"""How the bot opens, closes, and begins anew."""

from handlers.dialogue import Dialogue
from handlers.turn import Choice, Outcome, Reply, Turn
from knowledge.library import Library

MENU = (
    Choice("menu.ask_policy"),
    Choice("menu.check_eligibility"),
    Choice("menu.report_emergency"),
    Choice("menu.file_complaint"),
    Choice("menu.ask_progress"),
    Choice("menu.ask_human"),
)


def first() -> Reply:
    """The greeting with which every conversation begins."""
    return Reply("greeting.first", choices=MENU)


def greet(turn: Turn, _library: Library) -> Outcome:
    """Answer a greeting with what can be done here."""
    return Outcome((Reply("greeting.again", choices=MENU),), turn.state.having(misses=0))


def thank(turn: Turn, _library: Library) -> Outcome:
    """Answer thanks."""
    return Outcome((Reply("greeting.thank", choices=MENU),), turn.state.having(misses=0))


def goodbye(turn: Turn, _library: Library) -> Outcome:
    """Say goodbye; the conversation stays open."""
    return Outcome((Reply("greeting.goodbye"),), turn.state.having(misses=0))


def restart(turn: Turn, _library: Library) -> Outcome:
    """Forget what was under way; tickets and the place remain."""
    fresh = Dialogue(ticket=turn.state.ticket, child=turn.state.child)
    return Outcome((Reply("greeting.restart", choices=MENU),), fresh)
