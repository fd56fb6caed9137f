"""What is made of a message that is spelt in Latin letters alone: its words in characters."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from cases.commands import KeepQuestion
from handlers import fallback, policy
from handlers.greeting import MENU
from handlers.turn import Outcome, Reply, Turn
from knowledge import loading
from knowledge.library import Library

BOOK = Path(__file__).parent / "spelling.yml"
# Fewer syllables may as well be a name, a greeting or another language.
FEWEST = 3
SYLLABLE = (
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ui|ao|ou|iu|ie|ue|ve|er|an|en|in|un"
    r"|ia|ua|uo|a|o|e|i|u|v)"
)
SPELT = re.compile(rf"(?:{SYLLABLE}[1-5]?)+")
WORD = re.compile(r"[a-z]+[1-5]?")


class _Book(BaseModel, frozen=True, extra="forbid"):
    """The characters of what is spelt."""

    words: dict[str, str]


def wrote(turn: Turn) -> bool:
    """Whether the whole message is Chinese spelt in Latin letters."""
    text = turn.text.lower()
    if not text.isascii():
        return False
    words = WORD.findall(text)
    known = _characters(text) != ""
    return len(words) >= FEWEST and known and all(SPELT.fullmatch(word) for word in words)


def read(turn: Turn, library: Library) -> Outcome:
    """Say what was read and answer it; the ways on and a person are there in any case."""
    asked = _characters(turn.text.lower())
    found = policy.plainly(replace(turn, text=asked), library, least=policy.PLAIN)
    ways = (fallback.PERSON, *MENU[:-1]) if found is None else (fallback.PERSON,)
    spelt = Reply("spelling.read", {"words": asked}, choices=ways)
    if found is None:
        kept = KeepQuestion(why="not_understood", text=turn.text)
        return Outcome((spelt,), turn.state, (kept,))
    return Outcome((spelt, *found.replies), found.state, found.commands)


def _characters(text: str) -> str:
    """The words that are known, in their order, the longest first."""
    joined = "".join(letter for letter in text if letter.isalpha())
    return "".join(_book().words[one[0]] for one in _known().finditer(joined))


@cache
def _known() -> re.Pattern[str]:
    longest = sorted(_book().words, key=len, reverse=True)
    return re.compile("|".join(re.escape(word) for word in longest))


@cache
def _book() -> _Book:
    return loading.read_entry(BOOK, _Book)
