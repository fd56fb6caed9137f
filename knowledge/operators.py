"""How the parts of a rule are joined: three-valued logic, exact numbers, people counted."""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from knowledge import spans
from knowledge.expressions import SIZE_GAP, Expression, Gaps, Kind, Scope, Value
from knowledge.spans import Quantity, Span


@dataclass(frozen=True, slots=True)
class Not:
    """Neither true nor false stays so."""

    part: Expression
    kind: Kind = Kind.TRUTH

    def value(self, scope: Scope) -> Value:
        known = self.part.value(scope)
        return None if known is None else not known

    def lack(self, scope: Scope, found: Gaps) -> None:
        self.part.lack(scope, found)

    def parts(self) -> tuple[Expression, ...]:
        return (self.part,)


@dataclass(frozen=True, slots=True)
class Junction:
    """`or` when `decisive` is true, `and` when it is false: one decisive part decides."""

    decisive: bool
    members: tuple[Expression, ...]
    kind: Kind = Kind.TRUTH

    def value(self, scope: Scope) -> Value:
        # Outside a person nothing changes it, so one answer serves the whole scope.
        if scope.person:
            return self._decide(scope)
        key = id(self)
        if key not in scope.memo:
            scope.memo[key] = self._decide(scope)
        return scope.memo[key]

    def _decide(self, scope: Scope) -> bool | None:
        found: bool | None = not self.decisive
        for part in self.members:
            known = part.value(scope)
            if known is self.decisive:
                return self.decisive
            if known is None:
                found = None
        return found

    def lack(self, scope: Scope, found: Gaps) -> None:
        if self.value(scope) is None:
            for part in self.members:
                if part.value(scope) is None:
                    part.lack(scope, found)

    def parts(self) -> tuple[Expression, ...]:
        return self.members


@dataclass(frozen=True, slots=True)
class Once:
    """`and` told in order: the second part is neither reckoned nor asked for until the first
    one holds."""

    first: Expression
    then: Expression
    kind: Kind = Kind.TRUTH

    def value(self, scope: Scope) -> Value:
        first = self.first.value(scope)
        return self.then.value(scope) if first is True else first

    def lack(self, scope: Scope, found: Gaps) -> None:
        if self.value(scope) is None:
            waits = self.first.value(scope) is None
            (self.first if waits else self.then).lack(scope, found)

    def parts(self) -> tuple[Expression, ...]:
        return (self.first, self.then)


def _numbers(left: Value, right: Value) -> tuple[Quantity, Quantity] | None:
    if left is None or right is None or isinstance(left, str) or isinstance(right, str):
        return None
    return left, right


def _opposite(known: bool | None) -> bool | None:  # noqa: FBT001
    return None if known is None else not known


Test = Callable[[Quantity, Quantity], bool | None]
# Two plain integers, the usual case, need no care for bounds.
PLAIN: Mapping[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
COMPARISONS: Mapping[str, Test] = {
    "<": spans.below,
    ">": lambda a, b: spans.below(b, a),
    "<=": lambda a, b: _opposite(spans.below(b, a)),
    ">=": lambda a, b: _opposite(spans.below(a, b)),
    "==": spans.equal,
    "!=": lambda a, b: _opposite(spans.equal(a, b)),
}
ARITHMETIC: Mapping[str, Callable[[Quantity, Quantity], Quantity | None]] = {
    "+": spans.add,
    "-": spans.subtract,
    "*": spans.multiply,
    "/": spans.divide,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two numbers or two words against each other."""

    sign: str
    left: Expression
    right: Expression
    kind: Kind = Kind.TRUTH

    def value(self, scope: Scope) -> Value:
        if scope.person:
            return self._compare(scope)
        key = id(self)
        if key not in scope.memo:
            scope.memo[key] = self._compare(scope)
        return scope.memo[key]

    def _compare(self, scope: Scope) -> bool | None:
        left, right = self.left.value(scope), self.right.value(scope)
        if left is None or right is None:
            return None
        if type(left) is int and type(right) is int:
            return PLAIN[self.sign](left, right)
        if self.left.kind is Kind.NUMBER:
            pair = _numbers(left, right)
            return None if pair is None else COMPARISONS[self.sign](*pair)
        return operator.eq(left, right) is (self.sign == "==")

    def lack(self, scope: Scope, found: Gaps) -> None:
        if self.value(scope) is None:
            self.left.lack(scope, found)
            self.right.lack(scope, found)

    def parts(self) -> tuple[Expression, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A sum, difference, product or quotient; exact."""

    sign: str
    left: Expression
    right: Expression
    kind: Kind = Kind.NUMBER

    def value(self, scope: Scope) -> Value:
        pair = _numbers(self.left.value(scope), self.right.value(scope))
        return None if pair is None else ARITHMETIC[self.sign](*pair)

    def lack(self, scope: Scope, found: Gaps) -> None:
        self.left.lack(scope, found)
        self.right.lack(scope, found)

    def parts(self) -> tuple[Expression, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class OneOf:
    """Whether a word or number is among the listed ones."""

    part: Expression
    listed: frozenset[int | str]
    kind: Kind = Kind.TRUTH

    def value(self, scope: Scope) -> Value:
        known = self.part.value(scope)
        return None if isinstance(known, Span | None) else known in self.listed

    def lack(self, scope: Scope, found: Gaps) -> None:
        self.part.lack(scope, found)

    def parts(self) -> tuple[Expression, ...]:
        return (self.part,)


@dataclass(frozen=True, slots=True)
class Quantifier:
    """`any`, `all` or `count` over the members; someone not told yet leaves it open."""

    name: str
    condition: Expression
    kind: Kind

    def value(self, scope: Scope) -> Value:
        # Nothing outside the members changes it, so one answer serves the whole scope.
        key = id(self)
        if key not in scope.memo:
            scope.memo[key] = self._counted(scope) if self.name == "count" else self._held(scope)
        return scope.memo[key]

    def _counted(self, scope: Scope) -> Value:
        held = [known for _, known in self._each(scope)]
        sure = held.count(True)
        most: float = sure + held.count(None)
        if scope.ghost is not None and self._ghost(scope) is not False:
            return Span(sure, float("inf"))
        return sure if sure == most else Span(sure, most)

    def _held(self, scope: Scope) -> bool | None:
        held = [known for _, known in self._each(scope)]
        decisive = self.name == "any"
        if decisive in held:
            return decisive
        if scope.ghost is not None and self._ghost(scope) is not (not decisive):
            return None
        return None if None in held else not decisive

    def lack(self, scope: Scope, found: Gaps) -> None:
        if not isinstance(self.value(scope), Span | None):
            return
        outer = scope.person, scope.index
        for index, known in list(self._each(scope)):
            if known is None:
                scope.person, scope.index = scope.members[index], index
                self.condition.lack(scope, found)
        scope.person, scope.index = outer
        if scope.ghost is not None:
            found[SIZE_GAP] = None

    def parts(self) -> tuple[Expression, ...]:
        return (self.condition,)

    def _each(self, scope: Scope) -> Iterator[tuple[int, Value]]:
        outer = scope.person, scope.index
        for index, person in enumerate(scope.members):
            scope.person, scope.index = person, index
            yield index, self.condition.value(scope)
        scope.person, scope.index = outer

    def _ghost(self, scope: Scope) -> Value:
        outer = scope.person, scope.index
        scope.person, scope.index = scope.ghost or {}, -1
        known = self.condition.value(scope)
        scope.person, scope.index = outer
        return known
