"""What the expression of a rule means: three-valued, exact, and aware of what it lacks."""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple, Protocol

from knowledge import spans
from knowledge.spans import NOT_NEGATIVE, Quantity, Span

Value = bool | int | Fraction | str | Span | None


class Kind(StrEnum):
    """What an expression yields."""

    TRUTH = "truth"
    NUMBER = "number"
    TEXT = "text"


class Gap(NamedTuple):
    """A fact (of the household, or of the member of that index) or parameter not known."""

    id: str
    member: int = -1
    is_parameter: bool = False


SIZE_GAP = Gap("household_size")


@dataclass(slots=True)
class Scope:
    """Everything an expression may look at. An open list of members has a `ghost`: what is
    known of anyone who may still be told."""

    facts: Mapping[str, Value]
    members: tuple[Mapping[str, Value], ...]
    ghost: Mapping[str, Value] | None
    parameters: Mapping[str, Value]
    nodes: Mapping[str, "Expression"]
    here: str
    person: Mapping[str, Value] = field(default_factory=dict)
    index: int = -1
    memo: dict[str | int, Value] = field(default_factory=dict)
    lacking: dict[str, tuple[Gap, ...]] = field(default_factory=dict)


class Expression(Protocol):
    """One node of a parsed rule."""

    @property
    def kind(self) -> Kind:
        """What it yields."""

    def value(self, scope: Scope) -> Value:
        """Its value; None is unknown, a Span is a number known between bounds."""

    def gaps(self, scope: Scope) -> Iterator[Gap]:
        """What its value lacks; nothing when it is known."""

    def parts(self) -> tuple["Expression", ...]:
        """The expressions it is made of."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A word or a number of one digit."""

    literal: int | str
    kind: Kind

    def value(self, scope: Scope) -> Value:  # noqa: ARG002
        return self.literal

    def gaps(self, scope: Scope) -> Iterator[Gap]:  # noqa: ARG002
        yield from ()

    def parts(self) -> tuple[Expression, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class HouseholdFact:
    """A fact of the household."""

    id: str
    kind: Kind

    def value(self, scope: Scope) -> Value:
        return scope.facts.get(self.id)

    def gaps(self, scope: Scope) -> Iterator[Gap]:
        if isinstance(self.value(scope), Span | None):
            yield Gap(self.id)

    def parts(self) -> tuple[Expression, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class PersonFact:
    """A fact of the person that the surrounding any, all or count looks at."""

    id: str
    kind: Kind

    def value(self, scope: Scope) -> Value:
        return scope.person.get(self.id)

    def gaps(self, scope: Scope) -> Iterator[Gap]:
        if isinstance(self.value(scope), Span | None):
            yield SIZE_GAP if scope.index < 0 else Gap(self.id, scope.index)

    def parts(self) -> tuple[Expression, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Standard:
    """A parameter of the region on the day."""

    id: str
    kind: Kind

    def value(self, scope: Scope) -> Value:
        unknown = NOT_NEGATIVE if self.kind is Kind.NUMBER else None
        return scope.parameters.get(self.id, unknown)

    def gaps(self, scope: Scope) -> Iterator[Gap]:
        if isinstance(self.value(scope), Span | None):
            yield Gap(self.id, is_parameter=True)

    def parts(self) -> tuple[Expression, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Here:
    """The region the check is made for; unknown for the national layer."""

    kind: Kind = Kind.TEXT

    def value(self, scope: Scope) -> Value:
        return scope.here or None

    def gaps(self, scope: Scope) -> Iterator[Gap]:  # noqa: ARG002
        yield from ()

    def parts(self) -> tuple[Expression, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class NotInForce:
    """A clause whose document does not bind on the day: it decides nothing, asks nothing."""

    kind: Kind = Kind.TRUTH

    def value(self, scope: Scope) -> Value:  # noqa: ARG002
        return None

    def gaps(self, scope: Scope) -> Iterator[Gap]:  # noqa: ARG002
        yield from ()

    def parts(self) -> tuple[Expression, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Reference:
    """Another named node: a programme as a whole, or a part of a rule."""

    id: str
    kind: Kind

    def value(self, scope: Scope) -> Value:
        if self.id not in scope.memo:
            scope.memo[self.id] = scope.nodes[self.id].value(scope)
        return scope.memo[self.id]

    def gaps(self, scope: Scope) -> Iterator[Gap]:
        if not isinstance(self.value(scope), Span | None):
            return
        if self.id not in scope.lacking:
            scope.lacking[self.id] = tuple(dict.fromkeys(scope.nodes[self.id].gaps(scope)))
        yield from scope.lacking[self.id]

    def parts(self) -> tuple[Expression, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Not:
    """Neither true nor false stays so."""

    part: Expression
    kind: Kind = Kind.TRUTH

    def value(self, scope: Scope) -> Value:
        known = self.part.value(scope)
        return None if known is None else not known

    def gaps(self, scope: Scope) -> Iterator[Gap]:
        yield from self.part.gaps(scope)

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

    def gaps(self, scope: Scope) -> Iterator[Gap]:
        if self.value(scope) is None:
            for part in self.members:
                if part.value(scope) is None:
                    yield from part.gaps(scope)

    def parts(self) -> tuple[Expression, ...]:
        return self.members


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

    def gaps(self, scope: Scope) -> Iterator[Gap]:
        if self.value(scope) is None:
            yield from self.left.gaps(scope)
            yield from self.right.gaps(scope)

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

    def gaps(self, scope: Scope) -> Iterator[Gap]:
        yield from self.left.gaps(scope)
        yield from self.right.gaps(scope)

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

    def gaps(self, scope: Scope) -> Iterator[Gap]:
        yield from self.part.gaps(scope)

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

    def gaps(self, scope: Scope) -> Iterator[Gap]:
        if not isinstance(self.value(scope), Span | None):
            return
        outer = scope.person, scope.index
        for index, known in list(self._each(scope)):
            if known is None:
                scope.person, scope.index = scope.members[index], index
                yield from self.condition.gaps(scope)
        scope.person, scope.index = outer
        if scope.ghost is not None:
            yield SIZE_GAP

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
