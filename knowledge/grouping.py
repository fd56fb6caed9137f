"""Which questions ask the same: near in their n-grams, joined into groups."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse.csgraph import connected_components

from knowledge import learning, tokens
from knowledge.normalise import normalise

NEAR = 0.45


def groups(questions: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """The positions of the questions by group, the largest group first, in order inside."""
    if not questions:
        return ()
    vectors = learning.vectors([_content(question) for question in questions])
    near = (vectors @ vectors.T).tocsr()
    near.data[near.data < NEAR] = 0
    near.eliminate_zeros()
    _, labels = connected_components(near, directed=False)
    found = [
        tuple(int(at) for at in np.flatnonzero(labels == label)) for label in np.unique(labels)
    ]
    return tuple(sorted(found, key=lambda group: (-len(group), group)))


def _content(question: str) -> str:
    text = tokens.plain(normalise(question).text)
    return tokens.without_question_words(text) or text
