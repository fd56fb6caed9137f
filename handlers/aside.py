"""What becomes of a second matter in one message: asked beside the first, it is answered first."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import wraps

from cases.dialogue.lookups import Lookup
from handlers import speech
from handlers.turn import Outcome, Reply, Turn
from handlers.unfinished import Handler
from knowledge import answers
from knowledge.library import Library

# How people begin another matter: 另外, 顺便问一下, 再就是.
ANOTHER = re.compile(
    r"[，,。！？!?;；\s]*(?:另外(?:还)?|顺便|顺带|再就是|还有就是|还有(?:一个|一件)(?:事|问题)"
    r"|还想(?=(?:再|要)?(?:问|打听)))"
    r"(?:想|要|再)?(?:问|打听)*(?:一下|一哈|下|哈)?[，,：:\s]*"
)
SHORTEST, MOST = 5, 2


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
    parts = [part.strip() for part in ANOTHER.split(text)[1:]]
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
