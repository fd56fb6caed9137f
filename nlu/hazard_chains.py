"""How danger is put together from concepts: who, what, with what, where, in one sentence.

A chain such as `kid &14 锁在|丢下 !school` names lists of dangers/concepts.yml or plain words. One
pass of an automaton finds every word, so time grows with the text and not with the lists.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

import ahocorasick_rs

from knowledge.names import Hazard
from nlu import danger_files

STOPS = re.compile(r"[。!?;\n]")
STEP = re.compile(r"(?P<way>[>&])(?P<gap>\d+)")
NUMERALS = frozenset("0123456789一二两三四五六七八九十百千")
DIGITS = NUMERALS - frozenset("百千")
TRIES = 16
LONGEST = 8

Span = tuple[int, int]
Found = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """One more concept within `gap` characters: after what was found, or on either side of it."""

    term: int
    gap: int
    ordered: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """The concept it begins with, those that must stand near, those that may not.

    `needed` are all that it begins or goes on with.
    """

    first: int
    links: tuple[Link, ...]
    barred: tuple[int, ...]
    needed: frozenset[int]


@dataclass(frozen=True, slots=True)
class Kind:
    """Chains of one kind of danger with the reason shown to staff."""

    hazard: Hazard
    reason: str
    now: bool
    chains: tuple[Chain, ...]


@dataclass(frozen=True, slots=True)
class Chains:
    """All chains, and the automaton over their words.

    `terms` are the terms each word is in, `words` the words each term has; `called` are the chains
    that a term calls, with the number of their kind: each is called by its rarest term alone.
    """

    kinds: tuple[Kind, ...]
    finder: ahocorasick_rs.AhoCorasick
    terms: tuple[frozenset[int], ...]
    words: tuple[frozenset[int], ...]
    called: tuple[tuple[tuple[int, Chain], ...], ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """Where each term stands in a text, in order, and where its sentences end."""

    places: "_Places"
    stops: Sequence[int]
    length: int

    def whole(self, start: int, end: int) -> bool:
        """Whether no sentence ends between the two places."""
        at = bisect_left(self.stops, start)
        return at == len(self.stops) or self.stops[at] >= end

    def beside(self, term: int, start: int) -> bool:
        """Whether the term stands in the sentence of this place."""
        at = bisect_left(self.stops, start)
        left = self.stops[at - 1] if at else -1
        right = self.stops[at] if at < len(self.stops) else self.length
        places = self.places.of(term)
        nearest = bisect_right(places, (left, self.length))
        return nearest < len(places) and places[nearest][0] < right


class _Places:
    """The places of each term in order, put together once and only if asked for."""

    def __init__(self, book: Chains, words: Mapping[int, list[Span]]) -> None:
        self._book = book
        self._words = words
        self._sorted: dict[int, Sequence[Span]] = {}
        self.terms = frozenset().union(*(book.terms[word] for word in words))

    def of(self, term: int) -> Sequence[Span]:
        """All places of a term, none where it does not stand in the text."""
        if term not in self._sorted:
            words = self._book.words[term] & self._words.keys()
            found = [span for word in words for span in self._words[word]]
            found.sort()
            self._sorted[term] = found
        return self._sorted[term]


def look(text: str) -> Iterator[tuple[Kind, Iterator[Found]]]:
    """Every place of a normalised text in which a chain holds, kind by kind."""
    book = read()
    seen = _see(book, text)
    ready: dict[int, list[Chain]] = {}
    terms = seen.places.terms
    for term in terms:
        for kind, chain in book.called[term]:
            if chain.needed <= terms:
                ready.setdefault(kind, []).append(chain)
    for kind, chains in sorted(ready.items(), key=itemgetter(0)):
        yield book.kinds[kind], (found for chain in chains for found in _holds(chain, seen))


def _see(book: Chains, text: str) -> Seen:
    """Where the words stand; a term's places are put together when a chain asks for them."""
    words: dict[int, list[Span]] = {}
    for word, start, end in book.finder.find_matches_as_indexes(text, overlapping=True):
        if start and text[start] in DIGITS and text[start - 1] in NUMERALS:
            continue
        if word in words:
            words[word].append((start, end))
        else:
            words[word] = [(start, end)]
    stops = [match.start() for match in STOPS.finditer(text)]
    return Seen(_Places(book, words), stops, len(text))


def _holds(chain: Chain, seen: Seen) -> Iterator[Found]:
    for span in seen.places.of(chain.first):
        found = _follow(chain.links, (span,), seen)
        if found and not any(seen.beside(term, span[0]) for term in chain.barred):
            yield found


def _follow(links: Sequence[Link], found: Found, seen: Seen) -> Found | None:
    if not links:
        return found
    start, end = around(found)
    for other in _near(links[0], found, seen):
        if seen.whole(min(start, other[0]), max(end, other[1])):
            more = _follow(links[1:], (*found, other), seen)
            if more:
                return more
    return None


def around(found: Found) -> Span:
    """The stretch from the first to the last of the places."""
    return min(start for start, _ in found), max(end for _, end in found)


def _near(link: Link, found: Found, seen: Seen) -> Iterator[Span]:
    """Places of the term within the gap that overlap nothing found so far."""
    start, end = around(found)
    places = seen.places.of(link.term)
    first = end if link.ordered else start - link.gap - LONGEST
    at = bisect_left(places, (first, 0))
    for place in places[at : at + TRIES]:
        if place[0] - end > link.gap:
            return
        apart = all(place[1] <= one[0] or place[0] >= one[1] for one in found)
        if apart and start - place[1] <= link.gap:
            yield place


@cache
def read() -> Chains:
    """The chains, compiled once."""
    return _Compiler(danger_files.concepts()).compile(danger_files.rows("kinds"))


class _Compiler:
    """Gives every distinct term a number and remembers which words are in it."""

    def __init__(self, concepts: Mapping[str, str]) -> None:
        self.concepts = concepts
        self.numbers: dict[str, int] = {}
        self.words: dict[str, set[int]] = {}
        self.places: dict[str, int] = {}
        self.terms: list[set[int]] = []

    def compile(self, rows: Iterable[tuple[Hazard, danger_files.Row]]) -> Chains:
        """All kinds of all dangers."""
        kinds = tuple(self._kind(hazard, row) for hazard, row in rows)
        finder = ahocorasick_rs.AhoCorasick(list(self.words))
        terms = tuple(frozenset(each) for each in self.words.values())
        words = tuple(frozenset(each) for each in self.terms)
        return Chains(kinds, finder, terms, words, self._called(kinds))

    def _called(self, kinds: Sequence[Kind]) -> tuple[tuple[tuple[int, Chain], ...], ...]:
        called: list[list[tuple[int, Chain]]] = [[] for _ in self.terms]
        for number, kind in enumerate(kinds):
            for chain in kind.chains:
                rarest = min(chain.needed, key=lambda term: len(self.terms[term]))
                called[rarest].append((number, chain))
        return tuple(tuple(each) for each in called)

    def _kind(self, hazard: Hazard, row: danger_files.Row) -> Kind:
        lines = row["chains"]
        if not isinstance(lines, list):
            raise TypeError("Give each kind a list of chains.")
        barred = [self._term(word) for word in str(row.get("unless", "")).split()]
        return Kind(
            hazard=hazard,
            reason=str(row["reason"]),
            now=row.get("now") is True,
            chains=tuple(self._chain(str(line), barred) for line in lines),
        )

    def _chain(self, line: str, barred: Sequence[int]) -> Chain:
        parts = line.split()
        barred = [*barred, *(self._term(part[1:]) for part in parts if part.startswith("!"))]
        parts = [part for part in parts if not part.startswith("!")]
        links = []
        for step, term in zip(parts[1::2], parts[2::2], strict=True):
            match = STEP.fullmatch(step)
            if match is None:
                raise ValueError(f"{step!r} in {line!r} is neither >N nor &N.")
            links.append(Link(self._term(term), int(match["gap"]), match["way"] == ">"))
        first = self._term(parts[0])
        needed = frozenset({first, *(link.term for link in links)})
        return Chain(first, tuple(links), tuple(barred), needed)

    def _term(self, name: str) -> int:
        if name not in self.numbers:
            number = self.numbers[name] = len(self.numbers)
            self.terms.append(set())
            for word in self._spelled(name):
                place = self.places.setdefault(word, len(self.places))
                if place == len(self.words):
                    self.words[word] = set()
                self.words[word].add(number)
                self.terms[number].add(place)
        return self.numbers[name]

    def _spelled(self, name: str) -> Iterator[str]:
        """The words of a term: concepts stand for their lists, which may name others."""
        for part in name.split("|"):
            if part in self.concepts:
                yield from self._listed(part)
            elif part.isascii() and part.isidentifier():
                raise ValueError(f"{part!r} is no list of dangers/concepts.yml.")
            else:
                yield part

    def _listed(self, concept: str) -> Iterator[str]:
        for word in self.concepts[concept].split():
            if word in self.concepts:
                yield from self._listed(word)
            else:
                yield word
