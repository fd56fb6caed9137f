"""How near a text is to a question: pairs, characters, the best stretch, and the same place."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knowledge.tokens import BUCKETS, Ids, Tokens

WINDOW = 100
LONG = 1000
FILTER = 0xFFFF

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part of the score counts; zero switches a part off."""

    saturation: float = 0.6
    length: float = 0.8
    singles: float = 0.5
    stretch: float = 0.4
    stretch_saturation: float = 0.8
    other_place: float = 5.0
    question_words: bool = True

    def without(self, part: str) -> "Weights":
        """The same weights with one part switched off."""
        return replace(self, **{part: type(getattr(self, part))(0)})


class Frequencies:
    """In how many texts each token stands; follows every text that comes or goes."""

    def __init__(self) -> None:
        self.texts = 0
        self._pair_length = 0
        self._single_length = 0
        self._pairs = np.zeros(BUCKETS, dtype=np.int32)
        self._singles = np.zeros(0x110000, dtype=np.int32)

    def count(self, tokens: Tokens, sign: int) -> None:
        """Count a text in (`sign` 1) or out (-1)."""
        self.texts += sign
        self._pair_length += sign * len(tokens.pairs)
        self._single_length += sign * len(tokens.singles)
        self._pairs[np.unique(tokens.pairs)] += sign
        self._singles[np.unique(tokens.singles)] += sign

    def pair_rarity(self, ids: Ids) -> Floats:
        """Inverse document frequency of pairs."""
        return self._rarity(self._pairs[ids])

    def single_rarity(self, ids: Ids) -> Floats:
        """Inverse document frequency of characters."""
        return self._rarity(self._singles[ids])

    @property
    def mean_pairs(self) -> float:
        """How many pairs a text has on average."""
        return max(self._pair_length / max(self.texts, 1), 1.0)

    @property
    def mean_singles(self) -> float:
        """How many characters a text has on average."""
        return max(self._single_length / max(self.texts, 1), 1.0)

    def _rarity(self, seen: NDArray[np.int32]) -> Floats:
        rarity: Floats = np.log1p((self.texts - seen + 0.5) / (seen + 0.5))
        return rarity


def score(
    question: Tokens, texts: Sequence[Tokens], known: Frequencies, weights: Weights
) -> Floats:
    """One score a text, higher is nearer."""
    total = _pairs(question, texts, known, weights)
    if weights.singles:
        total += weights.singles * _singles(question, texts, known, weights)
    if weights.other_place and question.places:
        elsewhere = [bool(t.places) and not t.places & question.places for t in texts]
        total -= weights.other_place * np.array(elsewhere)
    return total


def _pairs(
    question: Tokens, texts: Sequence[Tokens], known: Frequencies, weights: Weights
) -> Floats:
    ids, times = np.unique(question.pairs, return_counts=True)
    rarity = known.pair_rarity(ids) * times
    lengths = np.array([len(text.pairs) for text in texts])
    owner = np.repeat(np.arange(len(texts)), lengths)
    at, slot = _found(np.concatenate([text.pairs for text in texts]), ids)
    counts = _counts(owner[at], slot, len(texts), len(ids))
    total = _bm25(counts, lengths / known.mean_pairs, weights) @ rarity
    if weights.stretch:
        positions = np.concatenate([text.pair_positions for text in texts])[at]
        long = min(known.mean_pairs / LONG, 1.0)
        total += (
            long * weights.stretch * _stretch(owner[at], positions, slot, rarity, texts, weights)
        )
    return total


def _stretch(  # noqa: PLR0913, PLR0917
    owner: NDArray[np.intp],
    positions: Ids,
    slot: NDArray[np.intp],
    rarity: Floats,
    texts: Sequence[Tokens],
    weights: Weights,
) -> Floats:
    """The score of the best two neighbouring windows of each text."""
    last = [int(t.pair_positions[-1]) // WINDOW if len(t.pair_positions) else 0 for t in texts]
    starts = np.cumsum(np.array([0, *(count + 2 for count in last)], dtype=np.intp))
    counts = _counts(starts[owner] + positions // WINDOW, slot, int(starts[-1]), len(rarity))
    counts[:-1] += counts[1:]
    level = weights.stretch_saturation
    scores = (counts * (level + 1) / (counts + level)) @ rarity
    best: Floats = np.maximum.reduceat(scores, starts[:-1])
    return best


def _singles(
    question: Tokens, texts: Sequence[Tokens], known: Frequencies, weights: Weights
) -> Floats:
    ids, times = np.unique(question.singles, return_counts=True)
    lengths = np.array([len(text.singles) for text in texts])
    owner = np.repeat(np.arange(len(texts)), lengths)
    at, slot = _found(np.concatenate([text.singles for text in texts]), ids)
    counts = _counts(owner[at], slot, len(texts), len(ids))
    total: Floats = _bm25(counts, lengths / known.mean_singles, weights) @ (
        known.single_rarity(ids) * times
    )
    return total


def _bm25(counts: Floats, lengths: Floats, weights: Weights) -> Floats:
    norm = weights.saturation * (1 - weights.length + weights.length * lengths)
    saturated: Floats = counts * (weights.saturation + 1) / (counts + norm[:, None])
    return saturated


def _found(tokens: Ids, wanted: Ids) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where any wanted id stands, and which; a small table sorts out most of the rest first."""
    table = np.zeros(FILTER + 1, dtype=np.bool_)
    table[wanted & FILTER] = True
    at = np.flatnonzero(table[tokens & FILTER])
    if not len(wanted):
        return at[:0], at[:0]
    slot = np.minimum(np.searchsorted(wanted, tokens[at]), len(wanted) - 1)
    exact = wanted[slot] == tokens[at]
    return at[exact], slot[exact]


def _counts(rows: NDArray[np.intp], columns: NDArray[np.intp], height: int, width: int) -> Floats:
    flat = np.bincount(rows * width + columns, minlength=height * width)
    return flat.reshape(height, width).astype(np.float64)
