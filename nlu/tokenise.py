"""What a text is cut into for the classifier: characters, their neighbours, and words."""

import logging
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import pairwise
from math import log2

import jieba

from knowledge import lexicon

EDGE = "\x02"
DICTIONARY = lexicon.FOLDER / "dictionary.txt"
LONGEST = 400
LENGTH = "length:"
STEPS = 1.5


@cache
def cutter() -> jieba.Tokenizer:
    """jieba with our own dictionary, which Rasa is trained with as well."""
    jieba.setLogLevel(logging.ERROR)
    made = jieba.Tokenizer()
    made.initialize()
    # Given a path, jieba would leave the file open.
    with DICTIONARY.open("rb") as file:
        made.load_userdict(file)
    return made


def words(text: str) -> list[str]:
    """The words of a normalised text, by jieba with our own dictionary."""
    return [word for word in cutter().cut(text) if not word.isspace()]


def window(text: str) -> str:
    """The beginning and the end of a very long text: what is wanted is said there."""
    if len(text) <= 2 * LONGEST:
        return text
    return f"{text[:LONGEST]}\n{text[-LONGEST:]}"


@lru_cache(maxsize=2)
def counts(text: str) -> Mapping[str, int]:
    """How often each feature stands in a text; two models ask for the same text in a row."""
    return Counter(features(text))


def features(text: str) -> list[str]:
    """Characters, pairs with the edges marked, words of two or more characters, and the length.

    Thanks and a yes are short, a story is long: the length counts by steps that grow with it.
    """
    marked = EDGE + window(text) + EDGE
    pairs = [left + right for left, right in pairwise(marked)]
    long_words = [f"w:{word}" for word in words(marked) if len(word) > 1]
    length = f"{LENGTH}{int(STEPS * log2(len(marked)))}"
    return [*marked[1:-1], *pairs, *long_words, length]
