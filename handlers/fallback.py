"""What is said when a message fits nothing: ask once, then offer a person."""

from dataclasses import replace

from cases.commands import KeepQuestion, SetRegion
from handlers import handoff, hearing, policy, speech
from handlers.dialogue import ClarifyForm, HandoffForm
from handlers.greeting import MENU
from handlers.turn import Choice, Outcome, Reply, Turn
from knowledge.library import Library
from knowledge.names import P0_HAZARDS, Hazard, Intent

MISSES_BEFORE_A_PERSON = 2
PERSON = Choice("menu.ask_human")
VAGUE = frozenset({Intent.OUT_OF_SCOPE, Intent.DENY, Intent.AFFIRM, Intent.UNSURE, Intent.INFORM})
ASKABLE = frozenset(
    {
        Intent.ASK_POLICY,
        Intent.CHECK_ELIGIBILITY,
        Intent.REPORT_EMERGENCY,
        Intent.FILE_COMPLAINT,
        Intent.ASK_HUMAN,
        Intent.ASK_PROGRESS,
        Intent.REPORT_CHANGE,
        Intent.REQUEST_SERVICE,
        Intent.MANAGE_VISIT,
        Intent.PRIVACY_REQUEST,
    }
)


def not_sure(turn: Turn, library: Library) -> Outcome:
    """Unsure what is meant: ask after safety, try the knowledge, ask which of two, or miss."""
    if turn.said.suspicion is Hazard.EXTORTION:
        warned = Reply("fallback.scam", choices=(Choice("menu.ask_human"),))
        return Outcome((warned,), turn.state.having(misses=0))
    if turn.said.suspicion in P0_HAZARDS:
        asked = Reply("fallback.are_you_safe", choices=(Choice("menu.ask_human"),))
        return Outcome((asked,), turn.state)
    likely = _likely(turn)
    if Intent.ASK_POLICY in likely or _asks(turn, library):
        least = policy.PLAIN if Intent.ASK_POLICY in likely else _least(turn)
        found = policy.try_answer(turn, library) or policy.plainly(turn, library, least=least)
        if found is not None:
            return found
    if len(likely) > 1:
        return _which(turn, likely)
    found = policy.try_answer(turn, library)
    if found is not None:
        return found
    if speech.chinese().hears("feedback.cue_hard", turn.text):
        return Outcome((Reply("feedback.listening", choices=MENU),), turn.state)
    return miss(turn)


def _least(turn: Turn) -> float:
    """How near a guide must be: less where the words ask for a rule."""
    rule = speech.chinese().hears("question.cue_rule", turn.text)
    return policy.PLAIN if rule else policy.CLEAR


def _asks(turn: Turn, library: Library) -> bool:
    """Whether a question is asked, and be it one that must be declined."""
    asks = hearing.asks(turn.said) or turn.said.aspect is not None
    asks = asks or speech.chinese().hears("aside.cue_asks", turn.text)
    return asks or policy.must_decline(turn, library)


def _likely(turn: Turn) -> tuple[Intent, ...]:
    best = [turn.said.intent, turn.said.runner_up]
    if turn.said.programme is not None:
        best = [Intent.CHECK_ELIGIBILITY, *(b for b in best if b is not Intent.CHECK_ELIGIBILITY)]
    return tuple(one for one in best if one is not None and one in ASKABLE)


def _which(turn: Turn, likely: tuple[Intent, ...]) -> Outcome:
    form = ClarifyForm(
        text=turn.text, programme=turn.said.programme, aspect=turn.said.aspect, intents=likely
    )
    choices = (*(Choice(f"intent.{one}") for one in likely), Choice("menu.ask_human"))
    named = turn.said.region
    placed = () if named is None or named is turn.region else (SetRegion(named),)
    asked = Reply("fallback.which", choices=choices)
    return Outcome((asked,), turn.state.having(form=form), placed)


def clarified(turn: Turn) -> Turn:
    """The turn as if the resident had said at first what they chose now. An offer that is
    neither taken nor declined is no longer open."""
    form = turn.state.form
    if isinstance(form, HandoffForm) and turn.said.intent not in handoff.ANSWERS:
        return replace(turn, state=turn.state.without_form())
    intent = speech.chinese().menu().get(turn.text.strip())
    if not isinstance(form, ClarifyForm):
        return turn
    if intent is None or intent not in form.intents:
        return replace(turn, state=turn.state.without_form())
    said = replace(
        turn.said,
        text=form.text,
        intent=intent,
        programme=form.programme,
        aspect=form.aspect,
        sure=True,
    )
    return replace(turn, text=form.text, said=said, state=turn.state.without_form())


def tells_need(turn: Turn) -> bool:
    """Whether something to live on is wanting (药吃不起), whatever wish it was taken for."""
    vague = turn.said.intent in VAGUE or not turn.said.sure
    return vague and speech.chinese().hears("fallback.cue_need", turn.text)


def wordless(turn: Turn) -> bool:
    """Whether a message holds no word at all: only faces or signs."""
    return not any(char.isalnum() for char in turn.text)


def say_in_words(turn: Turn, _library: Library) -> Outcome:
    """Faces alone: something was seen, and a word or two is enough."""
    return Outcome((Reply("fallback.wordless", choices=MENU),), turn.state)


def miss(turn: Turn) -> Outcome:
    """Count a miss; the second in a row offers a person."""
    state = turn.state.having(misses=turn.state.misses + 1)
    kept = KeepQuestion(why="not_understood", text=turn.text)
    if state.misses >= MISSES_BEFORE_A_PERSON:
        offered = handoff.offer(turn, Reply("fallback.offer_person"))
        return Outcome(offered.replies, offered.state.having(misses=0), (kept,))
    return Outcome((Reply("fallback.again", choices=(PERSON, *MENU[:-1])),), state, (kept,))


def out_of_scope(turn: Turn, library: Library) -> Outcome:
    """Not ours: say what is, and where the rest belongs; the second time offer a person."""
    asks = _asks(turn, library)
    near = policy.plainly(turn, library, least=_least(turn)) if asks else None
    if near is not None:
        return near
    state = turn.state.having(misses=turn.state.misses + 1)
    if state.misses >= MISSES_BEFORE_A_PERSON:
        offered = handoff.offer(turn, Reply("fallback.offer_person"))
        return Outcome(offered.replies, offered.state.having(misses=0))
    return Outcome((Reply("fallback.out_of_scope", choices=MENU),), state)


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
    if found is None and speech.chinese().hears("question.cue_rule", turn.text):
        found = policy.plainly(turn, library, least=policy.PLAIN)
    if found is not None:
        return found
    choices = (Choice("menu.check_eligibility"), Choice("menu.ask_human"))
    return Outcome((Reply("fallback.inform", choices=choices),), turn.state)
