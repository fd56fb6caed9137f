"""Which questions must not be answered, learnt from refused ones and ones only like them."""

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from knowledge import loading
from knowledge.learning import Example, Model
from knowledge.loading import LibraryError

HARMLESS = "none"
# By how much all kinds of refusal together must outweigh (below 0: may fall short of) the harmless.
LEAST = -0.3
# Fewer characters than this are a follow-up, which its topic explains.
SHORTEST = 5


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """Sentences by the kind of refusal, and the signs under which words count alike."""

    lines: Mapping[str, tuple[str, ...]]
    signs: tuple[tuple[str, re.Pattern[str]], ...]

    def marked(self, text: str) -> str:
        """The text with its signs behind it, each alone and each beside every other."""
        found = [sign for sign, pattern in self.signs if pattern.search(text)]
        pairs = ["".join(pair) for pair in itertools.combinations(found, 2)]
        return " ".join((f"〈{text}〉", *found, *pairs))

    def examples(self, harmless: Iterable[str]) -> Iterable[Example[str]]:
        """Every sentence with its kind; `harmless` are further ones that may be answered."""
        for kind, lines in self.lines.items():
            for line in lines:
                yield Example(self.marked(line), kind)
        for line in harmless:
            yield Example(self.marked(line), HARMLESS)

    def kind(self, model: Model[str], text: str) -> str | None:
        """The kind of refusal that a question calls for; None where it may be answered."""
        if len(text.strip()) < SHORTEST:
            return None
        scores = dict(zip(model.labels, model.scores(self.marked(text)), strict=True))
        answered = scores.pop(HARMLESS)
        if sum(scores.values()) - answered < LEAST:
            return None
        return max(scores, key=lambda kind: scores[kind])


_LINES = TypeAdapter[Mapping[str, tuple[str, ...]]](Mapping[str, tuple[str, ...]])
_SIGNS = TypeAdapter[Mapping[str, str]](Mapping[str, str])


def read(lexicon: Path) -> Lessons:
    """The lessons of a lexicon; LibraryError names a sign that does not compile."""
    signs = loading.read(lexicon / "refusal_signs.yml", _SIGNS)
    lines = loading.read(lexicon / "refusal_lines.yml", _LINES)
    try:
        compiled = tuple((sign, re.compile(pattern)) for sign, pattern in signs.items())
    except re.error as error:
        raise LibraryError(f"{lexicon / 'refusal_signs.yml'}: {error}; mend the pattern") from error
    return Lessons(lines, compiled)
