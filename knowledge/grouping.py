"""Which questions ask the same: near in their n-grams, joined into groups."""

from collections.abc import Collection, Iterable, Sequence

from knowledge import learning, tokens
from knowledge.normalise import normalise

NEAR = 0.45


def groups(questions: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """The positions of the questions by group, the largest group first, in order inside."""
    if not questions:
        return ()
    vectors = learning.vectors([_content(question) for question in questions])
    near = (vectors @ vectors.T).tocoo()
    close = near.data >= NEAR
    found = _joined(
        len(questions), zip(near.row[close].tolist(), near.col[close].tolist(), strict=True)
    )
    return tuple(sorted(found, key=lambda group: (-len(group), group)))


def _joined(count: int, pairs: Iterable[tuple[int, int]]) -> Collection[tuple[int, ...]]:
    """All positions below `count`, those in one group that pairs lead from one to the other."""
    groups = {at: [at] for at in range(count)}
    for one, other in pairs:
        if groups[one] is not groups[other]:
            groups[one] += groups[other]
            groups.update(dict.fromkeys(groups[other], groups[one]))
    return {tuple(sorted(group)) for group in groups.values()}


def _content(question: str) -> str:
    text = tokens.plain(normalise(question).text)
    return tokens.without_question_words(text) or text
