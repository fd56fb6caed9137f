"""What a text is cut into for the classifier: characters, neighbours, words and their kinds."""

import importlib
import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from itertools import pairwise
from math import log2
from typing import Protocol

import jieba

from nlu import dictionary

EDGE = "\x02"
LONGEST = 400
LENGTH = "length:"
KIND = "kind:"
UNKNOWN = "x"
LATIN = "eng"
# Sounds, cries, particles and what no dictionary has.
NOISE = frozenset({"o", "e", "y", UNKNOWN, LATIN})
# What bells, animals and machines say; 嗯, 哦 and 哈 are not here: they answer.
SOUNDS = frozenset(
    "嘀嗒哒滴叽喳唧咕噜呱哇嗡汪喵咩哞吱嘎嘟啦哗啪噼咔咚嘭哐窸窣嘶嘤咯咿呀呜轰隆叮铛咣呼嘚嘞巴阿吧略突"
)
# One of these alone is a finger that slipped; y and n answer.
LONE_LETTERS = frozenset("abcdefghijklmopqrstuvwxz")
STEPS = 1.5


class Word(Protocol):
    """A word as the tagger cuts it, with its kind."""

    word: str
    flag: str


class Tagger(Protocol):
    """Cuts a text into words with their kinds, also those that no dictionary has."""

    def cut(self, text: str) -> Iterable[Word]:
        """The words in their order."""
        ...


@cache
def cutter() -> jieba.Tokenizer:
    """jieba with our own dictionary, which Rasa is trained with as well."""
    jieba.setLogLevel(logging.ERROR)
    words = dictionary.SHELF.words()
    made = jieba.Tokenizer()
    made.FREQ, made.total, made.initialized = words.often, words.total, True
    return made


@cache
def tagger() -> Tagger:
    """jieba's tagger over our words: the one that is there, since each reads all words anew.

    It is imported by the first that needs it: that takes as long as all of our own modules.
    """
    made = importlib.import_module("jieba.posseg").dt
    made.tokenizer, made.word_tag_tab = cutter(), dictionary.SHELF.words().kinds
    found: Tagger = made
    return found


def kind(word: str) -> str | None:
    """The class of a word of jieba's dictionary or of ours: a person, a place, a verb."""
    return dictionary.SHELF.words().kinds.get(word)


def _kind(word: str) -> str:
    known = kind(word)
    if known is not None:
        return known
    return LATIN if word.isascii() and word.isalpha() else "m" if word.isdigit() else UNKNOWN


def says_something(text: str) -> bool:
    """Whether a normalised text holds a word at all: 咕噜咕噜呱呱呱 and asdf hold none."""
    return any(_kind(word) not in NOISE for word in words(text))


def makes_noise(text: str) -> bool:
    """Whether a normalised text is sounds, points or one Latin letter alone: 嘀嘀嗒嗒, jjjj, …"""
    letters = {letter for letter in text if letter.isalnum()}
    return letters <= SOUNDS or (len(letters) == 1 and letters <= LONE_LETTERS)


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
    """Characters, pairs with the edges marked, words of two or more characters, kinds, length.

    Thanks and a yes are short, a story is long: the length counts by steps that grow with it.
    """
    marked = EDGE + window(text) + EDGE
    pairs = [left + right for left, right in pairwise(marked)]
    cut = words(marked)
    long_words = [f"w:{word}" for word in cut if len(word) > 1]
    kinds = [KIND + _kind(word) for word in cut if word != EDGE]
    length = f"{LENGTH}{int(STEPS * log2(len(marked)))}"
    return [*marked[1:-1], *pairs, *long_words, *kinds, length]
