"""Where a review is applied for, told to whoever asks it before having done so."""

from dataclasses import replace

from handlers import policy, refused, speech, stories, underway
from handlers.turn import Outcome, Turn
from knowledge.answers import Topic
from knowledge.library import Library
from knowledge.names import Aspect


def asks_review(turn: Turn) -> bool:
    """Whether it is asked where, how or how long a review can be applied for, by whoever has
    not done so yet."""
    words = speech.chinese()
    asks = all(words.hears(cue, turn.text) for cue in ("refused.cue_review", "refused.cue_how"))
    return asks and underway.before(turn.text) is None


def review(turn: Turn, library: Library) -> Outcome:
    """Where a review is applied for, and before it how much time is left."""
    told = policy.of_topic(turn, library, Topic(stories.REFUSED_GUIDE, Aspect.WHERE))
    days = refused.time_left(turn)
    return told if days is None else replace(told, replies=(days, *told.replies))
