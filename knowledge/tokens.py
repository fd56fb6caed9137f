"""Which pieces of a text are compared in a search: characters, pairs of characters, places."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

import ahocorasick_rs
import numpy as np
import opencc
from numpy.typing import NDArray
from pydantic import TypeAdapter

from knowledge import loading

LEXICON = Path(__file__).parent / "lexicon"
BUCKETS = 1 << 22
SPREAD = np.uint64(0x9E3779B97F4A7C15)
SHIFT = np.uint64(42)
CODE = re.compile(r"[a-z]\d*[省市州县区镇]")

Ids = NDArray[np.int32]
_WORDS = TypeAdapter(list[str])


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as numbers: single characters and pairs with their positions, and its places."""

    singles: Ids
    pairs: Ids
    pair_positions: Ids
    places: frozenset[str]


def read(text: str) -> Tokens:
    """The tokens of a plain text (see `plain`)."""
    points = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32)
    word = _word_table()[np.minimum(points, 0xFFFF)]
    starts = np.flatnonzero(word[:-1] & word[1:]) if len(points) > 1 else np.empty(0, np.intp)
    pairs = points[starts].astype(np.uint64) << np.uint64(21) | points[starts + 1]
    return Tokens(
        singles=points[word].astype(np.int32),
        pairs=((pairs * SPREAD) >> SHIFT).astype(np.int32),
        pair_positions=starts.astype(np.int32),
        places=places(text),
    )


def plain(text: str) -> str:
    """Full-width, traditional and capital letters made plain; nothing else is changed."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return str(_converter().convert(folded))


def without_question_words(text: str) -> str:
    """The text with words of asking left blank; unchanged where nothing else would remain."""
    bare = _question_words().sub(" ", text)
    return bare if any(char.isalnum() for char in bare) else text


def pairs_of(text: str) -> Sequence[str]:
    """Neighbouring word characters, as strings."""
    return [a + b for a, b in pairwise(text) if a.isalnum() and b.isalnum()]


def places(text: str) -> frozenset[str]:
    """Provinces and coded places named in a text."""
    return frozenset((*_provinces().find_matches_as_strings(text), *CODE.findall(text)))


@cache
def _word_table() -> NDArray[np.bool_]:
    table = np.array([chr(point).isalnum() for point in range(0x10000)])
    table[0xFFFF] = True
    return table


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _question_words() -> re.Pattern[str]:
    words = loading.read(LEXICON / "question_words.yml", _WORDS)
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("|".join(re.escape(word) for word in longest_first))


@cache
def _provinces() -> ahocorasick_rs.AhoCorasick:
    names = loading.read(LEXICON / "provinces.yml", _WORDS)
    return ahocorasick_rs.AhoCorasick(names)
