"""How labels are learnt from example sentences: ridge regression over character n-grams."""

import math
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Generic, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

LENGTHS = (1, 2)
PENALTY = 1.0
ROUNDS = 25
ENOUGH = 1e-4
SENTENCES_KEPT = 32768

Floats = NDArray[np.float64]
Label = TypeVar("Label")


@dataclass(frozen=True, slots=True)
class Example(Generic[Label]):
    """One sentence and what it stands for."""

    text: str
    label: Label


def grams(text: str) -> Counter[str]:
    """Characters and pairs of neighbours, punctuation and edges included, blanks left out."""
    return Counter(
        piece[at : at + length]
        for piece in text.split()
        for length in LENGTHS
        for at in range(len(piece) - length + 1)
    )


class Model(Generic[Label]):
    """Scores every label for a sentence; about 1 means certain, about 0 means nothing fits."""

    def __init__(
        self, labels: Sequence[Label], gram_ids: dict[str, int], idf: Floats, weights: Floats
    ) -> None:
        self.labels = tuple(labels)
        self._gram_ids = gram_ids
        self._idf = idf
        self._weights = weights

    @classmethod
    def learn(cls, examples: Iterable[Example[Label]]) -> Self:
        """The model of these examples; the same examples give the same model."""
        rows = list(examples)
        matrix, names, idf = _matrix([row.text for row in rows])
        labels = list(dict.fromkeys(row.label for row in rows))
        places = {label: at for at, label in enumerate(labels)}
        targets = np.zeros((len(rows), len(labels)))
        targets[np.arange(len(rows)), [places[row.label] for row in rows]] = 1.0
        gram_ids = {gram: at for at, gram in enumerate(names)}
        return cls(labels, gram_ids, idf, _ridge(matrix, targets))

    def arrays(self) -> Mapping[str, NDArray[np.generic]]:
        """What `restore` needs to make the same model again."""
        return {
            "labels": np.array([str(label) for label in self.labels]),
            "grams": np.array(list(self._gram_ids)),
            "idf": self._idf,
            "weights": self._weights,
        }

    def scores(self, text: str) -> Floats:
        """One score a label, in the order of `labels`."""
        places, values = _weighted(grams(text), self._gram_ids, self._idf)
        scores: Floats = values @ self._weights[places]
        return scores


def vectors(texts: Sequence[str]) -> sparse.csr_matrix:
    """Each text as a row of length one: its n-grams, the rarer among these texts the heavier."""
    return _matrix(texts)[0]


def restore(place: Path, label: Callable[[str], Label]) -> Model[Label]:
    """The model whose arrays a file holds; a spoilt file raises what numpy raises."""
    # Given a path, numpy leaves a spoilt file open.
    with place.open("rb") as file, np.load(file, allow_pickle=False) as kept:
        labels = [label(str(name)) for name in kept["labels"]]
        gram_ids = {gram: at for at, gram in enumerate(kept["grams"].tolist())}
        return Model(labels, gram_ids, kept["idf"], kept["weights"])


class _Numbering:
    """Gives every run of characters a number for as long as the process lives."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._lock = threading.Lock()
        self.grams: list[str] = []

    def number(self, gram: str) -> int:
        """The number of this run, always the same one."""
        known = self._numbers.get(gram)
        if known is not None:
            return known
        with self._lock:
            number = self._numbers.setdefault(gram, len(self.grams))
            if number == len(self.grams):
                self.grams.append(gram)
        return number


_NUMBERING = _Numbering()


@lru_cache(maxsize=SENTENCES_KEPT)
def _counted(text: str) -> tuple[NDArray[np.intp], Floats]:
    """The numbers of a sentence's runs and how much each counts; kept between trainings."""
    count = grams(text)
    numbers = np.array([_NUMBERING.number(gram) for gram in count], dtype=np.intp)
    return numbers, 1 + np.log(np.array(list(count.values()), dtype=np.float64))


def _columns(numbers: NDArray[np.intp]) -> tuple[list[str], NDArray[np.intp]]:
    """The runs in the order in which they first occur, and the place of each in it."""
    known, first, places = np.unique(numbers, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return [_NUMBERING.grams[number] for number in known[order]], rank[places]


def _idf(seen: NDArray[np.intp], sentences: int) -> Floats:
    idf: Floats = np.log(1 + sentences / np.maximum(seen, 1))
    return idf


def _weighted(
    count: Counter[str], gram_ids: dict[str, int], idf: Floats
) -> tuple[NDArray[np.intp], Floats]:
    """Places and values of a sentence as a vector of length one."""
    known = [(gram_ids[gram], 1 + math.log(n)) for gram, n in count.items() if gram in gram_ids]
    places = np.array([place for place, _ in known], dtype=np.intp)
    values = np.array([value for _, value in known]) * idf[places]
    length = float(np.linalg.norm(values))
    return places, values / length if length else values


def _matrix(texts: Sequence[str]) -> tuple[sparse.csr_matrix, list[str], Floats]:
    """All sentences, a row of length one each, with the runs behind the columns and their idf."""
    rows = [_counted(text) for text in texts]
    sizes = [len(numbers) for numbers, _ in rows]
    names, columns = _columns(np.concatenate([numbers for numbers, _ in rows]))
    idf = _idf(np.bincount(columns, minlength=len(names)), len(rows))
    values = np.concatenate([values for _, values in rows]) * idf[columns]
    row_of = np.repeat(np.arange(len(rows)), sizes)
    length = np.sqrt(np.bincount(row_of, values**2, minlength=len(rows)))
    ends = np.cumsum([0, *sizes])
    shape = (len(rows), len(names))
    return sparse.csr_matrix((values / length[row_of], columns, ends), shape=shape), names, idf


def _ridge(matrix: sparse.csr_matrix, targets: Floats) -> Floats:
    """Weights that minimise squared error plus penalty, by conjugate gradients on the examples."""
    turned = matrix.T.tocsr()
    answer = np.zeros_like(targets)
    rest = targets.copy()
    step = rest.copy()
    size = (rest * rest).sum(axis=0)
    for _ in range(ROUNDS):
        moved = matrix @ (turned @ step) + PENALTY * step
        length = size / np.maximum((step * moved).sum(axis=0), 1e-12)
        answer += length * step
        rest -= length * moved
        left = (rest * rest).sum(axis=0)
        if left.max() < ENOUGH:
            break
        step = rest + (left / np.maximum(size, 1e-12)) * step
        size = left
    weights: Floats = turned @ answer
    return weights
