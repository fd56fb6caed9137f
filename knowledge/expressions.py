"""What a rule looks at: facts, standards and other rules, each aware of what it lacks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple, Protocol

from knowledge.spans import NOT_NEGATIVE, Span

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
# In the order in which they were met; a dict, for no gap is named twice.
Gaps = dict[Gap, None]


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
    lacking: dict[int, Gaps] = field(default_factory=dict)

    def with_facts(
        self,
        facts: Mapping[str, Value],
        members: tuple[Mapping[str, Value], ...],
        memo: dict[str | int, Value],
    ) -> "Scope":
        """The same rules and standards over other facts, of which `memo` is reckoned already."""
        return Scope(facts, members, self.ghost, self.parameters, self.nodes, self.here, memo=memo)


class Expression(Protocol):
    """One node of a parsed rule."""

    @property
    def kind(self) -> Kind:
        """What it yields."""

    def value(self, scope: Scope) -> Value:
        """Its value; None is unknown, a Span is a number known between bounds."""

    def lack(self, scope: Scope, found: Gaps) -> None:
        """Adds what its value lacks; nothing when it is known."""

    def parts(self) -> tuple["Expression", ...]:
        """The expressions it is made of."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A word or a number of one digit."""

    literal: int | str
    kind: Kind

    def value(self, scope: Scope) -> Value:  # noqa: ARG002
        return self.literal

    def lack(self, scope: Scope, found: Gaps) -> None:
        pass

    def parts(self) -> tuple[Expression, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class HouseholdFact:
    """A fact of the household."""

    id: str
    kind: Kind

    def value(self, scope: Scope) -> Value:
        return scope.facts.get(self.id)

    def lack(self, scope: Scope, found: Gaps) -> None:
        known = scope.facts.get(self.id)
        if known is None or type(known) is Span:
            found[Gap(self.id)] = None

    def parts(self) -> tuple[Expression, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class PersonFact:
    """A fact of the person that the surrounding any, all or count looks at."""

    id: str
    kind: Kind

    def value(self, scope: Scope) -> Value:
        return scope.person.get(self.id)

    def lack(self, scope: Scope, found: Gaps) -> None:
        known = scope.person.get(self.id)
        if known is None or type(known) is Span:
            found[SIZE_GAP if scope.index < 0 else Gap(self.id, scope.index)] = None

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

    def lack(self, scope: Scope, found: Gaps) -> None:
        known = self.value(scope)
        if known is None or type(known) is Span:
            found[Gap(self.id, is_parameter=True)] = None

    def parts(self) -> tuple[Expression, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Here:
    """The region the check is made for; unknown for the national layer."""

    kind: Kind = Kind.TEXT

    def value(self, scope: Scope) -> Value:
        return scope.here or None

    def lack(self, scope: Scope, found: Gaps) -> None:
        pass

    def parts(self) -> tuple[Expression, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class NotInForce:
    """A clause whose document does not bind on the day: it decides nothing, asks nothing."""

    kind: Kind = Kind.TRUTH

    def value(self, scope: Scope) -> Value:  # noqa: ARG002
        return None

    def lack(self, scope: Scope, found: Gaps) -> None:
        pass

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

    def lack(self, scope: Scope, found: Gaps) -> None:
        node = scope.nodes[self.id]
        key = id(node)
        if key not in scope.lacking:
            own: Gaps = {}
            node.lack(scope, own)
            scope.lacking[key] = own
        found.update(scope.lacking[key])

    def parts(self) -> tuple[Expression, ...]:
        return ()
