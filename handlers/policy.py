"""How a policy question is answered, followed up, and led into pre-screening."""

from dataclasses import replace

from cases.commands import Command, KeepQuestion, SetRegion
from handlers import handoff, speech, stories
from handlers.turn import Choice, Outcome, Reply, Turn
from knowledge import answers
from knowledge.answers import PolicyAnswer, Topic
from knowledge.library import Library
from knowledge.names import Aspect, Intent, Region
from knowledge.normalise import normalise
from nlu.understanding import EntityName

MISSES_BEFORE_A_PERSON = 2
FOLLOW_UP = 12
# How near a guide must be before it answers a question about the rules that was taken for another
# wish, and what was taken for nothing; from the last on a likeness to what is declined counts no
# more, if nobody else is spoken of.
PLAIN, CLEAR, SURELY = 0.25, 0.45, 0.5
OTHER_WISHES = frozenset(
    {
        Intent.CHECK_ELIGIBILITY,
        Intent.FILE_COMPLAINT,
        Intent.REPORT_EMERGENCY,
        Intent.ASK_HUMAN,
        Intent.GREET,
        Intent.THANK,
        Intent.GOODBYE,
    }
)
# Guides about what nobody may do: whoever asks may want to report it.
SCAMS_GUIDE = "fees-and-scams"
WRONGS = frozenset({SCAMS_GUIDE, "complaint-rights", "public-notice", "credit-and-penalty"})
REPORT = Choice("menu.file_complaint")
NOT_FOUND = (Choice("menu.ask_human"), Choice("menu.check_eligibility"))
NEXT = (
    Choice("menu.check_eligibility"),
    Choice("feedback.button_useful"),
    Choice("feedback.button_useless"),
)


def answer(turn: Turn, library: Library) -> Outcome:
    """Answer for the resident's region and day; two misses offer a person."""
    found = _ask(turn, library)
    if found.found:
        return _told(turn, found)
    state = turn.state.having(misses=turn.state.misses + 1)
    kept = KeepQuestion(why="no_answer", text=turn.text)
    said = Reply("policy.answer", {"answer": found.text}, choices=NOT_FOUND)
    if state.misses >= MISSES_BEFORE_A_PERSON:
        offered = handoff.offer(turn, said)
        return Outcome(offered.replies, offered.state.having(misses=0), (kept,))
    return Outcome((said,), state, (kept,))


def follows_up(turn: Turn) -> bool:
    """Whether a few words go on with the last answer: 那要带什么, 淄川呢, 几天."""
    short = len(turn.text.strip()) <= FOLLOW_UP
    if turn.said.sure and turn.said.intent in OTHER_WISHES:
        return False
    return (
        turn.state.guide is not None
        and short
        and (turn.said.aspect is not None or turn.said.region is not None)
    )


def meanwhile(turn: Turn, library: Library) -> Outcome:
    """The answer to a question asked of the bot by somebody who keeps their place in line."""
    answered = answer(turn, library)
    return replace(answered, state=answered.state.having(meanwhile=True))


def try_answer(turn: Turn, library: Library) -> Outcome | None:
    """An answer if the knowledge has a clear one, else None."""
    if turn.said.programme is None and turn.said.intent is not Intent.ASK_POLICY:
        return None
    found = _ask(turn, library)
    return (
        None if not found.found or _loosely_declined(turn, library, found) else _told(turn, found)
    )


def plainly(turn: Turn, library: Library, *, least: float = CLEAR) -> Outcome | None:
    """The answer of a guide that the words clearly ask for, else None."""
    text = normalise(turn.text).text
    match = library.finder.guide(text, region=turn.region, programme=turn.said.programme)
    if match is None or match.score < least:
        return None
    words = speech.chinese()
    nobody = match.score >= SURELY and not words.hears("question.cue_somebody", text)
    nobody = nobody or words.hears("question.cue_for_kin", text)
    found = _ask(turn, library, likeness=not nobody)
    return _told(turn, found) if found.found and not found.declined else None


def asks_loan(turn: Turn) -> bool:
    """Whether somebody lends in the name of assistance (低保贷); no office does."""
    return speech.chinese().hears("policy.cue_loan", turn.text)


def warn_of_loan(turn: Turn, library: Library) -> Outcome:
    """No loan is ours: what gives a swindler away, and whom to ring."""
    told = of_topic(turn, library, Topic(SCAMS_GUIDE, Aspect.DEFINITION))
    shown = told.replies[0].citations
    warned = Reply("policy.loan", choices=(REPORT, Choice("menu.ask_human")), citations=shown)
    return replace(told, replies=(warned,))


def of_topic(turn: Turn, library: Library, topic: Topic) -> Outcome:
    """What a guide says to whoever asks for no side of it in particular."""
    found = answers.told(library, topic, region=turn.region, on=turn.today)
    return _told(turn, found)


def must_decline(turn: Turn, library: Library) -> bool:
    """Whether the very words ask for what must not be answered."""
    return library.cues.refusal(normalise(turn.text).text) is not None


def _loosely_declined(turn: Turn, library: Library, found: PolicyAnswer) -> bool:
    """Whether only a likeness declines what was hardly meant as a question."""
    if not found.declined or turn.said.intent is Intent.ASK_POLICY:
        return False
    return not must_decline(turn, library)


def _ask(turn: Turn, library: Library, *, likeness: bool = True) -> PolicyAnswer:
    topic = Topic(turn.state.guide, turn.state.aspect) if turn.state.guide else None
    text, programme = turn.text, turn.said.programme
    if _only_moves(turn):
        return _elsewhere(turn, library, topic)
    if stories.refused(text):
        # Who was refused asks about rights, whatever help it was about.
        topic, text, programme = Topic(stories.REFUSED_GUIDE), _without_programme(turn), None
    return answers.answer(
        library,
        text,
        region=turn.region,
        on=turn.today,
        programme=programme,
        aspect=turn.said.aspect,
        topic=topic,
        likeness=likeness,
    )


def _only_moves(turn: Turn) -> bool:
    """Whether a place alone was named after an answer: 我是淄川的."""
    named = turn.said.region is not None and turn.said.programme is None
    return named and turn.said.aspect is None and turn.state.last_question is not None


def _elsewhere(turn: Turn, library: Library, topic: Topic | None) -> PolicyAnswer:
    """The last question once more, for the place that was named."""
    return answers.answer(
        library,
        turn.state.last_question or "",
        region=turn.said.region,
        on=turn.today,
        programme=turn.state.programme,
        aspect=turn.state.aspect,
        topic=topic,
    )


def _without_programme(turn: Turn) -> str:
    text = turn.text
    for entity in turn.said.entities:
        if entity.name == EntityName.PROGRAMME:
            text = text.replace(entity.text, "")
    return text


def _told(turn: Turn, found: PolicyAnswer) -> Outcome:
    places = tuple(Choice(text, own=True) for text in found.suggestions)
    report = (REPORT,) if found.guide in WRONGS else ()
    said = Reply(
        "policy.answer",
        {"answer": found.text},
        choices=(*places, *report, *NEXT),
        citations=found.citations,
    )
    state = turn.state.having(
        guide=found.guide,
        aspect=found.aspect,
        programme=found.programme,
        last_question=turn.state.last_question if _only_moves(turn) else turn.text,
        misses=0,
    )
    return Outcome((said,), state, _remember(turn, found.region))


def _remember(turn: Turn, region: Region) -> tuple[Command, ...]:
    if region is Region.NATIONAL or region is turn.region:
        return ()
    return (SetRegion(region),)
