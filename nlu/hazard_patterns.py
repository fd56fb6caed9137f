"""Only patterns whose words stand in a text are compiled and run, each in its own stretches.

One pass of an automaton finds the words that nlu.hazard_literals says a pattern needs. Patterns are
cut at their outer alternatives, so most of them are never compiled in the life of a process.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import ahocorasick_rs

from nlu import hazard_literals

SHORT = 300
OVERLAP = 60
STOPS = re.compile(r"[。!?;\n]")

Stretch = tuple[int, int]


class Pattern:
    """A pattern compiled when it is first needed."""

    def __init__(self, source: str, needs: hazard_literals.Needs) -> None:
        self.source = source
        self.needs = needs

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return re.compile(self.source)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pattern that one of its needs has called: its number and its other needs."""

    pattern: int
    others: frozenset[int]


class Index:
    """Finds for a text which of the patterns can match, and where."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        needs = hazard_literals.distinct([pattern.needs for pattern in patterns])
        numbers = {need: number for number, need in enumerate(needs)}
        by_word: dict[str, list[int]] = defaultdict(list)
        for need, number in numbers.items():
            for word in need:
                by_word[word].append(number)
        self._finder = ahocorasick_rs.AhoCorasick(list(by_word))
        self._needs_of = tuple(tuple(each) for each in by_word.values())
        self._always = tuple(at for at, pattern in enumerate(patterns) if not pattern.needs)
        self._called = _callers(patterns, numbers)

    def where(self, text: str) -> Mapping[int, Sequence[Stretch]]:
        """For each pattern that can match, the stretches of the text in which it can."""
        stretches = _stretches(text)
        found: dict[int, list[Stretch]] = {}
        for stretch, words in zip(stretches, self._words(text, stretches), strict=True):
            for pattern in self._ready(words):
                found.setdefault(pattern, []).append(stretch)
        return dict(sorted(found.items()))

    def _words(self, text: str, stretches: Sequence[Stretch]) -> Iterator[set[int]]:
        if len(stretches) == 1:
            yield self._in(text)
            return
        for start, end in stretches:
            yield self._in(text[start:end])

    def _in(self, text: str) -> set[int]:
        return {found[0] for found in self._finder.find_matches_as_indexes(text, overlapping=True)}

    def _ready(self, words: Iterable[int]) -> Iterator[int]:
        met: set[int] = set()
        for word in words:
            met.update(self._needs_of[word])
        yield from self._always
        for need in met:
            for waiting in self._called[need]:
                if waiting.others <= met:
                    yield waiting.pattern


def _callers(
    patterns: Sequence[Pattern], numbers: Mapping[frozenset[str], int]
) -> Sequence[Sequence[Waiting]]:
    """Each pattern is called by the rarest of its needs: long words, and few of them."""
    called: list[list[Waiting]] = [[] for _ in numbers]
    for at, pattern in enumerate(patterns):
        if pattern.needs:
            rarest = max(pattern.needs, key=hazard_literals.worth)
            others = frozenset(numbers[need] for need in pattern.needs if need != rarest)
            called[numbers[rarest]].append(Waiting(at, others))
    return called


def _stretches(text: str) -> Sequence[Stretch]:
    """A short text whole; a long one by sentences, and a long sentence by overlapping pieces."""
    if len(text) <= SHORT:
        return [(0, len(text))]
    found: list[Stretch] = []
    start = 0
    for end in [*(match.end() for match in STOPS.finditer(text)), len(text)]:
        found.extend((at, min(end, at + SHORT)) for at in range(start, end, SHORT - OVERLAP))
        start = end
    return found
