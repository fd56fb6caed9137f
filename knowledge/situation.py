"""What follows by necessity from what a household told, and what stays open."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from knowledge import grammar
from knowledge.expressions import (
    Expression,
    HouseholdFact,
    PersonFact,
    Reference,
    Scope,
    Value,
)
from knowledge.facts import Fact, FactType, Follows, Interval, Known
from knowledge.grammar import ExpressionError, Names
from knowledge.household import MEMBERS_AT_MOST, Household
from knowledge.spans import Span

SIZE = "household_size"
Values = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Derivation:
    """One way in which a fact follows, and the facts that it looks at."""

    way: Follows
    when: Expression
    looks_at: frozenset[str]


@dataclass(frozen=True)
class Premises:
    """What is known of a household and a person of whom nothing was told, and what follows
    for each fact from others, in the order of the files."""

    household: Mapping[str, Value]
    person: Mapping[str, Value]
    of_household: tuple[tuple[str, tuple[Derivation, ...]], ...]
    of_person: tuple[tuple[str, tuple[Derivation, ...]], ...]

    @classmethod
    def of(cls, names: Names) -> "Premises":
        """Reads what follows; ExpressionError names the fact whose rule is wrong."""
        return cls(
            _blank(names.household.values()),
            _blank(names.person.values()),
            tuple(_derivations(names, fact) for fact in names.household.values() if fact.follows),
            tuple(_derivations(names, fact) for fact in names.person.values() if fact.follows),
        )

    @staticmethod
    def apart(scope: Scope, other: Scope) -> frozenset[str]:
        """The facts that two scopes of the same rules know differently. Where the people
        differ in number, that alone is told of them: whatever looks at people looks at it."""
        found = _apart(scope.facts, other.facts)
        if SIZE in found:
            return frozenset(found)
        pairs = [*zip(scope.members, other.members, strict=True)]
        if scope.ghost is not None and other.ghost is not None:
            pairs.append((scope.ghost, other.ghost))
        return frozenset(found.union(*(_apart(one, another) for one, another in pairs)))

    def scope(
        self,
        household: Household,
        nodes: Mapping[str, Expression],
        *,
        here: str,
        parameters: Mapping[str, Value],
    ) -> Scope:
        """Everything that rules may look at; what is only inferred is left unknown."""
        facts = _told(self.household, household.facts)
        people = [_told(self.person, told) for told in household.members]
        # Nothing follows from what nobody told, except from what follows itself.
        touched = {SIZE, *household.facts, *(f for told in household.members for f in told)}
        blank = dict(self.person)
        closed = _close(facts, household)
        people += [blank] * (_certain_size(facts[SIZE]) - len(people))
        ghost = None if closed else blank
        scope = Scope(facts, tuple(people), ghost, parameters, nodes, here)
        for fact, ways in self.of_household:
            _derive(scope, facts, fact, ways, touched)
        told = [person for person in people if person is not blank]
        scope.memo.clear()
        for index, person in enumerate([*told, blank]):
            scope.person, scope.index = person, index
            for fact, ways in self.of_person:
                _derive(scope, person, fact, ways, touched)
        scope.person, scope.index = {}, -1
        scope.memo.clear()
        return scope


def _apart(values: Mapping[str, Value], others: Mapping[str, Value]) -> set[str]:
    return {
        fact
        for fact, value in values.items()
        if value is not (other := others.get(fact)) and value != other
    }


def _blank(facts: Iterable[Fact]) -> Values:
    return {
        fact.id: Span(fact.low, math.inf if fact.high is None else fact.high)
        for fact in facts
        if fact.type in {FactType.MONEY, FactType.INTEGER}
    }


def _derivations(names: Names, fact: Fact) -> tuple[str, tuple[Derivation, ...]]:
    of_person = fact.id in names.person
    read = grammar.parse_for_person if of_person else grammar.parse
    try:
        return fact.id, tuple(_derivation(way, read(way.when, names)) for way in fact.follows)
    except ExpressionError as error:
        raise ExpressionError(f"{fact.id}: follows: {error}") from error


def _derivation(way: Follows, when: Expression) -> Derivation:
    """What refers to other rules may look at anything, so nothing is noted of it."""
    found = tuple(_within(when))
    if any(isinstance(part, Reference) for part in found):
        return Derivation(way, when, frozenset())
    facts = (part.id for part in found if isinstance(part, HouseholdFact | PersonFact))
    return Derivation(way, when, frozenset(facts))


def _within(expression: Expression) -> Iterator[Expression]:
    yield expression
    for part in expression.parts():
        yield from _within(part)


def _told(blank: Mapping[str, Value], told: Mapping[str, Known]) -> Values:
    values = dict(blank)
    for fact, known in told.items():
        if known.decides:
            values[fact] = _value(known)
    return values


def _value(known: Known) -> Value:
    match known.value:
        case Interval(low=low, high=high):
            return low if low == high else Span(low, high)
        case date():
            return None
        case value:
            return value


def _close(facts: Values, household: Household) -> bool:
    """Whether nobody can be told any more; a complete list says how many there are."""
    size = facts[SIZE]
    if isinstance(size, Span) and household.complete and household.members:
        facts[SIZE] = len(household.members)
    size = facts[SIZE]
    if not isinstance(size, Span):
        return True
    facts[SIZE] = Span(max(size.low, 1, len(household.members)), size.high)
    return False


def _certain_size(size: Value) -> int:
    certain = size.low if isinstance(size, Span) else size
    return min(int(certain), MEMBERS_AT_MOST) if isinstance(certain, int) else 0


def _derive(
    scope: Scope, values: Values, fact: str, ways: tuple[Derivation, ...], touched: set[str]
) -> None:
    """Adds what follows, and to `touched` that something did. What looks only at facts of which
    nothing is known tells nothing and is not reckoned."""
    for one in ways:
        now = values.get(fact)
        if not isinstance(now, Span | None):
            return
        if one.looks_at and one.looks_at.isdisjoint(touched):
            continue
        # What was just found out may change what follows next.
        scope.memo.clear()
        if one.when.value(scope) is not True:
            continue
        touched.add(fact)
        if one.way.value is not None:
            values[fact] = one.way.value
        elif isinstance(now, Span):
            values[fact] = _narrowed(now, one.way)


def _narrowed(now: Span, way: Follows) -> Span:
    low = now.low if way.low is None else max(now.low, way.low)
    high = now.high if way.high is None else min(now.high, way.high)
    return Span(low, high) if low <= high else now
