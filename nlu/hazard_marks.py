"""How many small marks of one danger stand close together: a check list with points, no model.

No single mark says anything: a rope, a word of farewell, a place by water. A list in nlu/dangers
says what each is worth, what speaks against it, and how many points within WIDTH characters count.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

import ahocorasick_rs

from knowledge.names import Hazard
from nlu import danger_files

WIDTH = 70
LONGEST = 250
WEIGHTY = 3
MORE = 2

Span = tuple[int, int]
Found = tuple[Span, ...]
Place = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class CheckList:
    """Marks of one danger with the reason shown to staff, and how many points are enough.

    One of each of the `needed` must be there.
    """

    hazard: Hazard
    reason: str
    enough: int
    needed: tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A list of words: which check list it is on, and what any of them is worth there."""

    owner: int
    points: int


@dataclass(frozen=True, slots=True)
class Marks:
    """All check lists, and the automaton over their words with the marks of each word."""

    lists: tuple[CheckList, ...]
    marks: tuple[Mark, ...]
    finder: ahocorasick_rs.AhoCorasick
    marks_of: tuple[tuple[int, ...], ...]


def look(text: str) -> Iterator[tuple[CheckList, Found]]:
    """Each check list with enough points somewhere in a normalised text, and its marks there.

    In a long letter so many things are told that small marks say nothing.
    """
    if len(text) > LONGEST:
        return
    book = read()
    seen: dict[int, list[Place]] = {}
    for word, start, end in book.finder.find_matches_as_indexes(text, overlapping=True):
        for mark in book.marks_of[word]:
            seen.setdefault(book.marks[mark].owner, []).append((start, end, mark, word))
    for owner, places in sorted(seen.items(), key=itemgetter(0)):
        found = _enough(book, book.lists[owner], places)
        if found:
            yield book.lists[owner], found


def _enough(book: Marks, wanted: CheckList, places: Sequence[Place]) -> Found | None:
    """The marks of the first stretch in which they are worth enough; each counts once there."""
    last = 0
    for first, (start, *_) in enumerate(places):
        while last < len(places) and places[last][1] - start <= WIDTH:
            last += 1
        near = places[first:last]
        if _worth(book, near) >= wanted.enough:
            apart = list(_apart(book, near))
            marks = {mark for *_, mark, _ in apart}
            needed = all(marks & either for either in wanted.needed)
            if needed and _worth(book, apart) >= wanted.enough:
                return tuple((at, to) for at, to, mark, _ in apart if book.marks[mark].points > 0)
        if last == len(places):
            return None
    return None


def _worth(book: Marks, places: Sequence[Place]) -> int:
    """Each mark once, and a point more for a second and a third word of a weighty one."""
    times = Counter(mark for mark, _ in {place[2:] for place in places})
    worth = 0
    for mark, count in times.items():
        points = book.marks[mark].points
        worth += points + (min(count - 1, MORE) if points >= WEIGHTY else 0)
    return worth


def _apart(book: Marks, places: Sequence[Place]) -> Iterator[Place]:
    """The longest words first, then those worth most, and none that lies within another."""
    taken: list[Span] = []

    def order(place: Place) -> tuple[int, int]:
        return place[0] - place[1], -book.marks[place[2]].points

    for start, end, mark, word in sorted(places, key=order):
        if not any(at <= start and end <= to for at, to in taken):
            taken.append((start, end))
            yield start, end, mark, word


@cache
def read() -> Marks:
    """The check lists, compiled once."""
    concepts = danger_files.concepts()
    lists: list[CheckList] = []
    marks: list[Mark] = []
    marks_of: dict[str, list[int]] = {}
    for hazard, row in danger_files.rows("marks"):
        numbers: dict[str, int] = {}
        for name, points, words in _marks(row, concepts):
            numbers[name] = len(marks)
            for word in words:
                marks_of.setdefault(word, []).append(len(marks))
            marks.append(Mark(len(lists), points))
        needed = tuple(
            frozenset(numbers[name] for name in either.split("|"))
            for either in str(row.get("need", "")).split()
        )
        lists.append(CheckList(hazard, str(row["reason"]), int(str(row["enough"])), needed))
    finder = ahocorasick_rs.AhoCorasick(list(marks_of))
    return Marks(tuple(lists), tuple(marks), finder, tuple(map(tuple, marks_of.values())))


def _marks(
    row: danger_files.Row, concepts: Mapping[str, str]
) -> Iterator[tuple[str, int, frozenset[str]]]:
    marks = row["marks"]
    if not isinstance(marks, dict):
        raise TypeError("Give each check list marks, such as `3 farewell: words`.")
    for named, words in marks.items():
        points, name = str(named).split()
        yield name, int(points), frozenset(_listed(str(words), concepts))


def _listed(words: str, concepts: Mapping[str, str]) -> Iterator[str]:
    for word in words.split():
        if word in concepts:
            yield from _listed(concepts[word], concepts)
        else:
            yield word
