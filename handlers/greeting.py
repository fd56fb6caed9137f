"""How the bot opens, closes, and begins anew."""

from cases.commands import SetRegion
from handlers import speech
from handlers.dialogue import Dialogue
from handlers.turn import Choice, Outcome, Reply, Turn
from knowledge.library import Library
from knowledge.names import Intent

LONGEST_PLACE = 14
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


def place(turn: Turn, library: Library) -> Outcome:
    """Remember where the resident is; nothing else was said."""
    named = turn.said.region or turn.place
    said = Reply("greeting.place", {"place": library.region_name(named)}, choices=MENU)
    return Outcome((said,), turn.state.having(misses=0), (SetRegion(named),))


def names_place(turn: Turn) -> bool:
    """Whether a few words only tell where the resident is: 我在宁夏."""
    short = len(turn.text.strip()) <= LONGEST_PLACE
    plain = turn.said.intent in {Intent.INFORM, Intent.AFFIRM} or not turn.said.sure
    topic = turn.said.programme is not None or turn.said.aspect is not None
    return turn.said.region is not None and short and plain and not topic


def thank(turn: Turn, _library: Library) -> Outcome:
    """Answer thanks."""
    return Outcome((Reply("greeting.thank", choices=MENU),), turn.state.having(misses=0))


def thanks(turn: Turn) -> bool:
    """Whether thanks begin or end what is said and nothing is asked, told or wrong."""
    words = speech.chinese()
    meant = turn.said.intent in {Intent.THANK, Intent.GIVE_FEEDBACK} or not turn.said.sure
    open_too = words.hears("prescreen.cue_asks", turn.text)
    open_too = open_too or words.hears("greeting.cue_not_thanks", turn.text)
    return meant and words.hears("greeting.cue_thanks", turn.text) and not open_too


def goodbye(turn: Turn, _library: Library) -> Outcome:
    """Say goodbye; the conversation stays open."""
    return Outcome((Reply("greeting.goodbye"),), turn.state.having(misses=0))


def restart(turn: Turn, _library: Library) -> Outcome:
    """Forget what was under way; tickets and the place remain."""
    kept = turn.state
    fresh = Dialogue(
        ticket=kept.ticket,
        child=kept.child,
        hazard=kept.hazard,
        hazard_at=kept.hazard_at,
        meanwhile=turn.waiting,
        told_waiting=kept.told_waiting,
    )
    return Outcome((Reply("greeting.restart", choices=MENU),), fresh)
