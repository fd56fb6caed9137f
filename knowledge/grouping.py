"""Which questions ask the same: near in their pairs of characters, joined into groups."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import TfidfVectorizer

from knowledge import tokens
from knowledge.normalise import normalise

NEAR = 0.45


def groups(questions: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """The positions of the questions by group, the largest group first, in order inside."""
    if not questions:
        return ()
    plain = [_content(question) for question in questions]
    # Single characters too: two short questions may share no pair and mean the same.
    words = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)
    try:
        vectors = csr_matrix(words.fit_transform(plain))
    except ValueError:
        return tuple((at,) for at in range(len(questions)))
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
