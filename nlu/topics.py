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
HOLDERS = frozenset({"低保户", "五保户", "特困户", "五保老人", "特困老人", "特困人员"})
TEMPORARY = "临时救助"
COSTLY = re.compile(
    r"大病|疾病|供孩子|上学|重病|手术|住院|医药费|看病|学费|上大学|花了|花光|自费|自付"
)
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
    """The programme a text is about: one asked for before one merely held or compared with."""
    asked = [mark for mark in named if not _only_mentioned(text, mark)]
    if asked:
        return Programme(str(asked[0].value))
    hinted = _hinted(text)
    if hinted is None and named:
        return Programme(str(named[0].value))
    return hinted


def _only_mentioned(text: str, mark: Mark) -> bool:
    """低保户能申请公租房吗 does not ask about dibao, nor does 是低保的几倍."""
    said = text[mark.start : mark.end]
    held = said in HOLDERS or text.startswith(("户", "对象", "家庭"), mark.end)
    before, after = text[max(0, mark.start - 2) : mark.start], text[mark.end : mark.end + 2]
    return held or (before.endswith(("是", "比", "按", "过")) and after.startswith(("的", "标")))


def _hinted(text: str) -> Programme | None:
    finder, kinds = _finder(HINTED)
    hints = [kinds[at] for at, _, _ in finder.find_matches_as_indexes(text)]
    if not hints:
        return None
    best = max(hints, key=lambda kind: (hints.count(kind), -hints.index(kind)))
    if best is Programme.TEMPORARY_EMERGENCY or TEMPORARY in text:
        costly = COSTLY.search(text) is not None
        return Programme.TEMPORARY_EXPENDITURE if costly else Programme.TEMPORARY_EMERGENCY
    if best is Programme.DISABILITY_LIVING and HEAVY.search(text):
        return Programme.DISABILITY_NURSING
    return best


@cache
def _aspects() -> tuple[tuple[Aspect, re.Pattern[str]], ...]:
    return tuple((Aspect(name), re.compile(said)) for name, said in lexicon.pairs("sides.yml"))


def aspect(text: str) -> Aspect | None:
    """The side of a programme that is asked about, where the words show it."""
    for kind, pattern in _aspects():
        if pattern.search(text):
            return kind
    return None
