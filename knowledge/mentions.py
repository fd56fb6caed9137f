"""What an expression speaks of: the facts and standards in it and in the nodes it refers to."""

from collections.abc import Mapping

from knowledge.expressions import Expression, HouseholdFact, PersonFact, Reference, Standard
from knowledge.operators import Quantifier
from knowledge.situation import SIZE

Named = HouseholdFact | PersonFact | Standard


class Mentions:
    """Looked up once for each node: one node stands in hundreds of clauses."""

    def __init__(self, nodes: Mapping[str, Expression]) -> None:
        self._nodes = nodes
        self._of_node: dict[str, tuple[dict[Named, None], bool]] = {}

    def named(self, expression: Expression) -> tuple[Named, ...]:
        """The facts and standards in the order in which they are first met."""
        return tuple(self._read(expression)[0])

    def facts(self, expression: Expression) -> tuple[str, ...]:
        """The ids of the facts among them."""
        named = self.named(expression)
        return tuple(dict.fromkeys(n.id for n in named if not isinstance(n, Standard)))

    def standards(self, expression: Expression) -> frozenset[str]:
        """The ids of the standards among them."""
        return frozenset(n.id for n in self.named(expression) if isinstance(n, Standard))

    def looked_at(self, expression: Expression) -> frozenset[str]:
        """The facts; and the size of the household where people are looked at."""
        facts = frozenset(self.facts(expression))
        return facts | {SIZE} if self._read(expression)[1] else facts

    def _read(self, expression: Expression) -> tuple[dict[Named, None], bool]:
        found: dict[Named, None] = {}
        people = isinstance(expression, Quantifier)
        if isinstance(expression, HouseholdFact | PersonFact | Standard):
            found[expression] = None
        inner = [self._node(expression.id)] if isinstance(expression, Reference) else []
        for named, some in (*inner, *map(self._read, expression.parts())):
            found |= named
            people = people or some
        return found, people

    def _node(self, name: str) -> tuple[dict[Named, None], bool]:
        if name not in self._of_node:
            self._of_node[name] = self._read(self._nodes[name])
        return self._of_node[name]
