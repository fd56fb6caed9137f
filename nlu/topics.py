"""Which programme and which side of it a text is about, also when neither is named."""

import re
from functools import cache
from itertools import chain

import ahocorasick_rs

from knowledge import lexicon
from knowledge.names import Aspect, Programme
from nlu.quantities import Mark
from nlu.understanding import EntityName

NAMED = "programmes.yml"
HINTED = "hints.yml"
COSTLY = re.compile(r"大病|重病|手术|住院|医药费|看病|学费|上大学|花了|花光|自费|自付")
HEAVY = re.compile(r"一级|二级|重度|重残|护理|瘫")


@cache
def _finder(name: str) -> tuple[ahocorasick_rs.AhoCorasick, tuple[Programme, ...]]:
    said = lexicon.groups(name)
    words = list(chain.from_iterable(said.values()))
    programmes = tuple(Programme(key) for key, names in said.items() for _ in names)
    kind = ahocorasick_rs.MatchKind.LeftmostLongest
    return ahocorasick_rs.AhoCorasick(words, matchkind=kind), programmes


def programmes(text: str) -> list[Mark]:
    """The programmes named in a normalised text."""
    finder, kinds = _finder(NAMED)
    return [
        Mark(EntityName.PROGRAMME, str(kinds[at]), start, end)
        for at, start, end in finder.find_matches_as_indexes(text)
    ]


def programme(text: str, named: list[Mark]) -> Programme | None:
    """The programme a text is about: named before hinted, the last asked about before the first."""
    if named:
        return Programme(str(_asked_about(text, named).value))
    finder, kinds = _finder(HINTED)
    hints = [kinds[at] for at, _, _ in finder.find_matches_as_indexes(text)]
    if not hints:
        return None
    best = max(hints, key=lambda kind: (hints.count(kind), -hints.index(kind)))
    if best is Programme.TEMPORARY_EMERGENCY and COSTLY.search(text):
        return Programme.TEMPORARY_EXPENDITURE
    if best is Programme.DISABILITY_LIVING and HEAVY.search(text):
        return Programme.DISABILITY_NURSING
    return best


def _asked_about(text: str, named: list[Mark]) -> Mark:
    """低保户能申请公租房吗 asks about the second; 低保和五保哪个多 about the first."""
    holders = ("户", "家庭", "人员", "边缘", "对象")
    others = [mark for mark in named if not text[: mark.end].endswith(holders)]
    return (others or named)[0]


@cache
def _aspects() -> tuple[tuple[Aspect, re.Pattern[str]], ...]:
    said = lexicon.groups("sides.yml")
    return tuple((Aspect(key), re.compile("|".join(said[key]))) for key in said)


def aspect(text: str) -> Aspect | None:
    """The side of a programme that is asked about, where the words show it."""
    for kind, pattern in _aspects():
        if pattern.search(text):
            return kind
    return None
