"""Which words of a question name a region, ask for an aspect, or call for a refusal."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import ahocorasick_rs
from pydantic import BaseModel, TypeAdapter

from knowledge import loading, refusing
from knowledge.loading import LibraryError, RegionEntry
from knowledge.names import Aspect, Region
from knowledge.refusing import Lessons

# Sentences by guide and by side of it; OTHER where a sentence asks for no side of the ten.
Asked = Mapping[str, Mapping[str, tuple[str, ...]]]
OTHER = "other"
HERE = frozenset({"全国", "其他地方", "别的地方", "不限地区"})


class _Refusal(BaseModel, frozen=True, extra="forbid"):
    id: str
    phrase: str
    cites: tuple[str, ...]
    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()


class _Refusals(BaseModel, frozen=True, extra="forbid"):
    parts: dict[str, str]
    rows: tuple[_Refusal, ...]

    def pattern(self, texts: Iterable[str]) -> str:
        """The patterns as one, with every <part> put in; parts may hold earlier parts."""
        whole = "|".join(f"(?:{text})" for text in texts)
        for name, part in reversed(self.parts.items()):
            whole = whole.replace(f"<{name}>", f"(?:{part})")
        return whole


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is said instead of an answer that must not be given, and the clauses behind it."""

    id: str
    phrase: str
    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Cues:
    """Compiled patterns; every method takes a normalised question."""

    place_finder: ahocorasick_rs.AhoCorasick
    place_regions: tuple[Region, ...]
    aspects: tuple[tuple[Aspect, re.Pattern[str], float], ...]
    refusals: tuple[tuple[re.Pattern[str], re.Pattern[str] | None, Refusal], ...]
    word_finder: ahocorasick_rs.AhoCorasick
    plain_words: tuple[str, ...]
    aspect_lines: Mapping[Aspect, tuple[str, ...]]
    lessons: Lessons
    elsewhere: tuple[str, ...]
    asked: Asked
    unsaid: Asked

    def without_places(self, text: str) -> str:
        """The text with every name of a region left blank."""
        for _, start, end in reversed(self.place_finder.find_matches_as_indexes(text)):
            text = f"{text[:start]} {text[end:]}"
        return text

    def widened(self, text: str) -> str:
        """The text with the plain word added for every colloquial one."""
        found = self.word_finder.find_matches_as_indexes(text, overlapping=True)
        plain = dict.fromkeys(self.plain_words[at] for at, _, _ in found)
        return " ".join((text, *plain))

    def region(self, text: str) -> Region | None:
        """The region named last, since people say 不是丰泽，是淄川; None where none is named."""
        found = self.place_finder.find_matches_as_indexes(text)
        return self.place_regions[found[-1][0]] if found else None

    def regions(self, text: str) -> tuple[Region, ...]:
        """Every region named, in order."""
        found = self.place_finder.find_matches_as_indexes(text)
        return tuple(dict.fromkeys(self.place_regions[at] for at, _, _ in found))

    def weights(self, text: str) -> dict[Aspect, float]:
        """How strongly each aspect is asked for; earlier words count a little more."""
        sums: dict[Aspect, float] = {}
        for aspect, pattern, weight in self.aspects:
            match = pattern.search(text)
            if match is not None:
                early = 0.2 * (1 - match.start() / (len(text) + 1))
                sums[aspect] = sums.get(aspect, 0.0) + weight + early
        return sums

    def aspect(self, text: str) -> Aspect | None:
        """The aspect asked for most clearly; None where only the programme is named."""
        sums = self.weights(text)
        return max(sums, key=lambda aspect: sums[aspect]) if sums else None

    def refusal(self, text: str) -> Refusal | None:
        """The refusal whose words the text holds; None where no pattern fits."""
        for wanted, unless, refusal in self.refusals:
            if wanted.search(text) and not (unless and unless.search(text)):
                return refusal
        return None

    def refusal_of(self, kind: str) -> Refusal:
        """The refusal of that id."""
        return next(refusal for _, _, refusal in self.refusals if refusal.id == kind)


def rows(asked: Asked) -> Iterable[tuple[str, str, str]]:
    """Guide, side and words of every sentence."""
    for guide, sides in asked.items():
        for side, lines in sides.items():
            for line in lines:
                yield guide, side, line


_WORDS = TypeAdapter(dict[str, tuple[str, ...]])
_ASKED = TypeAdapter[Asked](Asked)
_ASPECT_LINES = TypeAdapter[Mapping[Aspect, tuple[str, ...]]](Mapping[Aspect, tuple[str, ...]])


def compile_cues(regions: Mapping[Region, RegionEntry], lexicon: Path) -> Cues:
    """Read the lists of the lexicon; LibraryError names a pattern that does not compile."""
    places = {
        name: region
        for region, entry in regions.items()
        for name in (entry.name, *entry.aliases)
        if region is not Region.NATIONAL or name in HERE
    }
    words = [
        (word, plain)
        for plain, others in loading.read(lexicon / "synonyms.yml", _WORDS).items()
        for word in others
    ]
    kind = ahocorasick_rs.MatchKind.LeftmostLongest
    return Cues(
        place_finder=ahocorasick_rs.AhoCorasick(list(places), matchkind=kind),
        place_regions=tuple(places.values()),
        aspects=tuple(_aspects(lexicon / "aspect_cues.yml")),
        refusals=tuple(_refusals(lexicon / "declines.yml")),
        word_finder=ahocorasick_rs.AhoCorasick([word for word, _ in words]),
        plain_words=tuple(plain for _, plain in words),
        aspect_lines=loading.read(lexicon / "aspect_lines.yml", _ASPECT_LINES),
        lessons=refusing.read(lexicon),
        elsewhere=loading.read(lexicon / "elsewhere_lines.yml", TypeAdapter(tuple[str, ...])),
        asked=loading.read(lexicon / "asked_lines.yml", _ASKED),
        unsaid=loading.read(lexicon / "unsaid_lines.yml", _ASKED),
    )


def _aspects(path: Path) -> Iterable[tuple[Aspect, re.Pattern[str], float]]:
    table = loading.read(path, TypeAdapter(dict[Aspect, dict[str, float]]))
    for aspect, patterns in table.items():
        for pattern, weight in patterns.items():
            yield aspect, _compile(pattern, path), weight


def _refusals(
    path: Path,
) -> Iterable[tuple[re.Pattern[str], re.Pattern[str] | None, Refusal]]:
    table = loading.read_entry(path, _Refusals)
    for row in table.rows:
        unless = _compile(table.pattern(row.unless), path) if row.unless else None
        refusal = Refusal(row.id, row.phrase, row.cites)
        yield _compile(table.pattern(row.patterns), path), unless, refusal


def _compile(pattern: str, path: Path) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise LibraryError(f"{path}: {pattern}: {error}; mend the pattern") from error
