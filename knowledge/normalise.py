"""How a message is made comparable: which differences of writing carry no meaning.

The input itself is never changed: a `Normal` remembers where each of its characters came from.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

import ahocorasick_rs
import opencc

from knowledge import lexicon

NUMERALS = "零〇一二两三四五六七八九十百千万亿0123456789"
RUNS = re.compile(rf"([^{NUMERALS}\s])\1{{2,}}")
SPELLED = re.compile(r"(?<![一-鿿])[一-鿿](?: [一-鿿]){2,}(?![一-鿿])")
DROPPED = frozenset({"Cc", "Cf", "Cn", "Co", "Mn", "Me", "So", "Sk"})
KEPT = frozenset("\n\t")
REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class Normal:
    """A comparable text. Character i came from source[starts[i]:ends[i]]."""

    source: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the source, in code points, behind text[start:end]."""
        if end <= start:
            return (0, 0)
        return self.starts[start], self.ends[end - 1]


def readable(text: str) -> str:
    """The text with lone surrogates replaced, so that it can be encoded anywhere."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def normalise(text: str) -> Normal:
    """Full-width, traditional, repeated, spelled-out and misspelt characters made plain."""
    source = readable(text)
    pieces = [_fold(char) for char in source]
    origins = [at for at, piece in enumerate(pieces) for _ in piece]
    plain = _simplify("".join(pieces))
    normal = Normal(source, plain, tuple(origins), tuple(at + 1 for at in origins))
    normal = _replace(normal, [(m.start(), m.end(), m[1]) for m in RUNS.finditer(normal.text)])
    normal = _replace(normal, _spelled(normal.text))
    return _replace(normal, _slips(normal.text))


@lru_cache(maxsize=65536)
def _fold(char: str) -> str:
    meant = _emoji().get(char)
    if meant is not None:
        return meant
    if char in KEPT:
        return " " if char == "\t" else char
    if unicodedata.category(char) in DROPPED:
        return ""
    folded = unicodedata.normalize("NFKC", char).lower()
    return " " if folded.isspace() else folded


@cache
def _emoji() -> dict[str, str]:
    return lexicon.mapping("emoji.yml")


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _simplify(text: str) -> str:
    converted = str(_converter().convert(text))
    if len(converted) == len(text):
        return converted
    return "".join(_simple_char(char) for char in text)


@lru_cache(maxsize=65536)
def _simple_char(char: str) -> str:
    converted = str(_converter().convert(char))
    return converted if len(converted) == 1 else char


def _spelled(text: str) -> list[tuple[int, int, str]]:
    return [
        (at, at + 1, "")
        for match in SPELLED.finditer(text)
        for at in range(match.start() + 1, match.end(), 2)
    ]


@cache
def _slip_finder() -> tuple[ahocorasick_rs.AhoCorasick, tuple[str, ...]]:
    slips = lexicon.mapping("slips.yml")
    kind = ahocorasick_rs.MatchKind.LeftmostLongest
    return ahocorasick_rs.AhoCorasick(list(slips), matchkind=kind), tuple(slips.values())


def _slips(text: str) -> list[tuple[int, int, str]]:
    finder, terms = _slip_finder()
    return [(start, end, terms[at]) for at, start, end in finder.find_matches_as_indexes(text)]


def _replace(normal: Normal, changes: list[tuple[int, int, str]]) -> Normal:
    """Put other words in; a replacement of the same length keeps its origins one by one."""
    if not changes:
        return normal
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for start, end, put in [*changes, (len(normal.text), len(normal.text), "")]:
        text.append(normal.text[done:start])
        starts.extend(normal.starts[done:start])
        ends.extend(normal.ends[done:start])
        text.append(put)
        if len(put) == end - start:
            starts.extend(normal.starts[start:end])
            ends.extend(normal.ends[start:end])
        else:
            starts.extend([normal.starts[start]] * len(put) if put else [])
            ends.extend([normal.ends[end - 1]] * len(put))
        done = end
    return Normal(normal.source, "".join(text), tuple(starts), tuple(ends))
