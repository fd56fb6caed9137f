"""What becomes of a second matter in one message: asked beside the first, it is answered first."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, wraps
from pathlib import Path

from pydantic import BaseModel

from cases.dialogue.lookups import Lookup
from handlers import speech
from handlers.turn import Outcome, Reply, Turn
from handlers.unfinished import Handler
from knowledge import answers, loading
from knowledge.library import Library

BOOK = Path(__file__).parent / "asides.yml"
SHORTEST, MOST = 5, 2


class _Book(BaseModel, frozen=True, extra="forbid"):
    """How people begin another matter."""

    another: re.Pattern[str]


def after(handler: Handler) -> Handler:
    """A handler of the first matter, which leaves no further question unanswered."""

    @wraps(handler)
    def both(turn: Turn, library: Library) -> Outcome | Lookup:
        decided = handler(turn, library)
        if not isinstance(decided, Outcome):
            return decided
        told = (_told(turn, decided, library, text) for text in _asked(turn.text))
        before = tuple(one for one in told if one is not None)
        return replace(decided, replies=(*before, *decided.replies))

    return both


def _asked(text: str) -> Iterator[str]:
    """The further questions of a message, as they were put."""
    words = speech.chinese()
    parts = [part.strip() for part in _book().another.split(text)[1:]]
    asked = [one for one in parts if len(one) >= SHORTEST and words.hears("aside.cue_asks", one)]
    yield from asked[:MOST]


def _told(turn: Turn, decided: Outcome, library: Library, question: str) -> Reply | None:
    """The short answer, unless it is what is answered anyway; else that it is not forgotten."""
    found = answers.beside(library, question, region=turn.region, on=turn.today)
    if found is None:
        form = decided.state.form
        return None if form is None else Reply("aside.later", {"question": question})
    if found.guide == decided.state.guide and decided.state.form is None:
        return None
    values = {"question": question, "answer": found.text}
    return Reply("aside.answer", values, citations=found.citations)


@cache
def _book() -> _Book:
    return loading.read_entry(BOOK, _Book)
