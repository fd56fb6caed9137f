"""Which facts of a clause must be tried: those that it asks in more than one sense.

Where every mention of a fact points the same way, three-valued logic is already exact for it;
only `A or not A`, or two different questions to the same choice, can agree for all values.
"""

from collections.abc import Iterator, Mapping

from knowledge.expressions import (
    Expression,
    HouseholdFact,
    Kind,
    Literal,
    PersonFact,
    Reference,
)
from knowledge.operators import Comparison, Not, OneOf, Quantifier

Sense = tuple[str, str, bool]


def to_try(expression: Expression, nodes: Mapping[str, Expression]) -> frozenset[str]:
    """The facts that the expression asks in more than one sense."""
    senses = set(_senses(expression, nodes, positive=True))
    asked = [fact for fact, _, _ in senses]
    return frozenset(fact for fact in asked if asked.count(fact) > 1)


def _senses(
    expression: Expression, nodes: Mapping[str, Expression], *, positive: bool
) -> Iterator[Sense]:
    match expression:
        case HouseholdFact(id=fact, kind=Kind.TRUTH) | PersonFact(id=fact, kind=Kind.TRUTH):
            yield fact, "", positive
        case Reference(id=name):
            yield from _senses(nodes[name], nodes, positive=positive)
        case Not(part=part):
            yield from _senses(part, nodes, positive=not positive)
        case OneOf(part=part, listed=listed):
            yield from _of_choice(part, ",".join(sorted(map(str, listed))), positive=positive)
        case Comparison(sign=sign, left=left, right=right) if left.kind is Kind.TEXT:
            sense = positive is (sign == "==")
            for part, other in ((left, right), (right, left)):
                word = str(other.literal) if isinstance(other, Literal) else repr(other)
                yield from _of_choice(part, word, positive=sense)
        case Comparison() | Quantifier(name="count"):
            for part in expression.parts():
                yield from _senses(part, nodes, positive=True)
                yield from _senses(part, nodes, positive=False)
        case _:
            for part in expression.parts():
                yield from _senses(part, nodes, positive=positive)


def _of_choice(part: Expression, word: str, *, positive: bool) -> Iterator[Sense]:
    if isinstance(part, HouseholdFact | PersonFact) and part.kind is Kind.TEXT:
        yield part.id, word, positive
