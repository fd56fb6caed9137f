"""How words of dialects read in common speech; for the rules of danger, nothing shown changes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from nlu import danger_files


@dataclass(frozen=True, slots=True)
class Family:
    """Words that show a dialect, and what its words mean."""

    signs: re.Pattern[str]
    words: re.Pattern[str]
    meanings: Mapping[str, str]

    def read(self, text: str) -> str:
        """The text in common speech, if it is in this dialect."""
        if self.signs.search(text) is None:
            return text
        return self.words.sub(lambda match: self.meanings[match[0]], text)


def read(text: str) -> str:
    """A normalised text with the words of every dialect that shows in it replaced."""
    for family in families():
        text = family.read(text)
    return text


@cache
def families() -> tuple[Family, ...]:
    """The dialects, compiled once; the words that need no sign come first."""
    found = danger_files.dialects()
    first = Family(_any(found.anywhere), _any(found.anywhere), found.anywhere)
    others = (
        Family(_any(dict.fromkeys(row.signs.split())), _any(row.words), row.words)
        for row in found.families
    )
    return (first, *others)


def _any(words: Mapping[str, object]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))
