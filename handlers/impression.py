"""What a resident thought of a talk with a person: one press, a word of thanks."""

from cases.commands import KeepImpression
from handlers import speech
from handlers.turn import Outcome, Reply, Turn
from knowledge.library import Library

SCORES = {
    "talk.very_good": 5,
    "talk.good": 4,
    "talk.fair": 3,
    "talk.poor": 2,
    "talk.very_poor": 1,
}
LOWEST_GOOD = 3


def pressed(turn: Turn) -> bool:
    """Whether the words are one of the answers offered after a talk."""
    return turn.text.strip() in _labels()


def keep(turn: Turn, _library: Library) -> Outcome:
    """Keep the answer; who was not content is told how to come to somebody else."""
    score = _labels()[turn.text.strip()]
    said = Reply("talk.thanks" if score >= LOWEST_GOOD else "talk.sorry")
    return Outcome((said,), turn.state, (KeepImpression(score),))


def _labels() -> dict[str, int]:
    words = speech.chinese()
    return {words.say(key): score for key, score in SCORES.items()}
