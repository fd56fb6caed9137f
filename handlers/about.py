"""What is asked about the helpline itself: who answers, when, under which number."""

from enum import StrEnum
from typing import assert_never

from handlers import handoff, hotlines, speech
from handlers.turn import Outcome, Reply, Turn
from knowledge.library import Library

# A longer text tells a story in which these words mean something else.
LONGEST = 16


class Asked(StrEnum):
    """What people ask about the helpline."""

    ROBOT = "robot"
    HOURS = "hours"
    NUMBER = "number"
    FEE = "fee"
    LETTERS = "letters"
    PLAIN = "plain"
    DIALECT = "dialect"
    TRIAL = "trial"
    WEATHER = "weather"


def wanted(turn: Turn) -> bool:
    """Whether a few words ask about the helpline, not about help."""
    return _asked(turn) is not None


def answer(turn: Turn, library: Library) -> Outcome:
    """One plain answer, always with a way to a person; what was asked just now stays open."""
    asked = _asked(turn)
    said = Reply("fallback.again") if asked is None else _reply(asked, turn, library)
    offered = handoff.offer(turn, said)
    return Outcome(offered.replies, turn.state.having(misses=0))


def _asked(turn: Turn) -> Asked | None:
    words, text = speech.chinese(), turn.text.strip()
    if len(text) > LONGEST or turn.said.programme is not None:
        return None
    return next((one for one in Asked if words.hears(f"about.cue_{one}", text)), None)


def _reply(asked: Asked, turn: Turn, library: Library) -> Reply:
    match asked:
        case Asked.HOURS:
            return _hours(turn)
        case Asked.NUMBER:
            numbers = hotlines.spoken(library, turn.place, on=turn.today)
            return Reply("about.number", {"numbers": numbers})
        case (
            Asked.ROBOT
            | Asked.FEE
            | Asked.LETTERS
            | Asked.PLAIN
            | Asked.DIALECT
            | Asked.TRIAL
            | Asked.WEATHER
        ):
            return Reply(f"about.{asked}")
        case _:
            assert_never(asked)


def _hours(turn: Turn) -> Reply:
    if turn.opens_at is not None:
        return Reply("about.hours_closed", {"when": speech.chinese().when(turn.opens_at)})
    return Reply("about.hours_open" if turn.someone_on_duty else "about.hours_nobody")
