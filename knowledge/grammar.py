"""Which expressions a rule may contain: a small whitelisted part of Python's syntax."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from knowledge.expressions import (
    Expression,
    Here,
    HouseholdFact,
    Kind,
    Literal,
    PersonFact,
    Reference,
    Standard,
)
from knowledge.facts import Fact, FactType
from knowledge.operators import Arithmetic, Comparison, Junction, Not, Once, OneOf, Quantifier

HERE = "here"
LARGEST_LITERAL = 9
LONGEST = 2000
SIGNS: Mapping[type, str] = {
    ast.Lt: "<",
    ast.Gt: ">",
    ast.LtE: "<=",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
}


class ExpressionError(ValueError):
    """An expression outside the small language; the message says what is wrong with it."""


@dataclass(frozen=True, eq=False)
class Names:
    """What a rule may speak of. `nodes` are other programmes and named parts. Two of them
    are never equal, so that what was read with one can be kept for it."""

    household: Mapping[str, Fact]
    person: Mapping[str, Fact]
    parameters: Mapping[str, Kind] = field(default_factory=dict)
    nodes: Mapping[str, Kind] = field(default_factory=dict)
    shared: dict[Expression, Expression] = field(default_factory=dict, repr=False)


@lru_cache(maxsize=4096)
def parse(text: str, names: Names) -> Expression:
    """The expression that the text says; ExpressionError when it says none. The same text
    with the same names is the same object."""
    return _Reader(names, None).read(_tree(text))


def parse_for_person(text: str, names: Names) -> Expression:
    """The same for what is said of one person, who is called `m`."""
    return _Reader(names, "m").read(_tree(text))


def _tree(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise ExpressionError("is too long to be read by a person; name parts of it")
    try:
        return ast.parse(" ".join(text.split()), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(f"is not an expression: {text!r}") from error


def kind_of(fact: Fact) -> Kind | None:
    """What a fact yields inside an expression; days yield nothing."""
    if fact.type is FactType.BOOL:
        return Kind.TRUTH
    if fact.type is FactType.CHOICE:
        return Kind.TEXT
    return None if fact.type is FactType.DATE else Kind.NUMBER


@dataclass(frozen=True)
class _Reader:
    names: Names
    person: str | None

    def read(self, node: ast.expr) -> Expression:
        """What is said twice is read as one object, so that it is reckoned once."""
        found = self._read(node)
        return self.names.shared.setdefault(found, found)

    def _read(self, node: ast.expr) -> Expression:
        match node:
            case ast.BoolOp(op=op, values=values):
                parts = tuple(self._truth(value) for value in values)
                return Junction(isinstance(op, ast.Or), parts)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self._truth(operand))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compare(left, op, right)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in SIGNS:
                return Arithmetic(SIGNS[type(op)], self._number(left), self._number(right))
            case ast.Constant(value=value):
                return _literal(value)
            case ast.Name(id=name):
                return self._name(name)
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner == self.person:
                return self._person(name)
            case ast.Call(func=ast.Name(id="once"), args=[first, then], keywords=[]):
                return Once(self._truth(first), self._truth(then))
            case ast.Call(func=ast.Name(id=name), args=[ast.GeneratorExp() as each], keywords=[]):
                return self._quantifier(name, each)
        raise ExpressionError(f"may not contain {ast.unparse(node)!r}")

    def _compare(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Expression:
        if isinstance(op, ast.In | ast.NotIn):
            found = self._one_of(left, right)
            return found if isinstance(op, ast.In) else Not(found)
        if type(op) not in SIGNS:
            raise ExpressionError(f"may not compare with {type(op).__name__}")
        ours, theirs, sign = self.read(left), self.read(right), SIGNS[type(op)]
        if ours.kind is not theirs.kind or ours.kind is Kind.TRUTH:
            raise ExpressionError(f"cannot compare {ast.unparse(left)} with {ast.unparse(right)}")
        if ours.kind is Kind.TEXT and sign not in {"==", "!="}:
            raise ExpressionError(f"words have no order: {ast.unparse(left)}")
        for word, fact in ((theirs, ours), (ours, theirs)):
            if isinstance(word, Literal):
                self._listed(fact, word.literal)
        return Comparison(sign, ours, theirs)

    def _one_of(self, left: ast.expr, right: ast.expr) -> Expression:
        if not isinstance(right, ast.Tuple | ast.List):
            raise ExpressionError("`in` needs a list of words or numbers")
        part = self.read(left)
        listed: list[int | str] = []
        for item in right.elts:
            word = self.read(item)
            if not isinstance(word, Literal) or word.kind is not part.kind:
                raise ExpressionError(f"{ast.unparse(item)} cannot stand in this list")
            self._listed(part, word.literal)
            listed.append(word.literal)
        return OneOf(part, frozenset(listed))

    def _listed(self, part: Expression, word: int | str) -> None:
        match part:
            case HouseholdFact(id=name):
                fact = self.names.household[name]
            case PersonFact(id=name):
                fact = self.names.person[name]
            case _:
                return
        if fact.type is FactType.CHOICE and word not in {o.value for o in fact.options}:
            raise ExpressionError(f"{word!r} is not an answer to {name}")

    def _truth(self, node: ast.expr) -> Expression:
        return self._of(Kind.TRUTH, node)

    def _number(self, node: ast.expr) -> Expression:
        return self._of(Kind.NUMBER, node)

    def _of(self, kind: Kind, node: ast.expr) -> Expression:
        found = self.read(node)
        if found.kind is not kind:
            raise ExpressionError(f"{ast.unparse(node)} is a {found.kind}, not a {kind}")
        return found

    def _name(self, name: str) -> Expression:
        if name == HERE:
            return Here()
        if name in self.names.household:
            kind = kind_of(self.names.household[name])
            if kind is None:
                raise ExpressionError(f"{name} is a day and cannot be reckoned with")
            return HouseholdFact(name, kind)
        if name in self.names.parameters:
            return Standard(name, self.names.parameters[name])
        if name in self.names.nodes:
            return Reference(name, self.names.nodes[name])
        raise ExpressionError(f"{name} is neither a fact, a parameter nor a programme")

    def _person(self, name: str) -> Expression:
        fact = self.names.person.get(name)
        kind = None if fact is None else kind_of(fact)
        if kind is None:
            raise ExpressionError(f"{name} is not a fact of a person")
        return PersonFact(name, kind)

    def _quantifier(self, name: str, each: ast.GeneratorExp) -> Expression:
        if name not in {"any", "all", "count"} or self.person is not None:
            raise ExpressionError(f"may not contain {name}(…) here")
        match each.generators:
            case [
                ast.comprehension(
                    target=ast.Name(id=person), iter=ast.Name(id="members"), ifs=[], is_async=0
                )
            ]:
                inside = _Reader(self.names, person)
                kind = Kind.NUMBER if name == "count" else Kind.TRUTH
                return Quantifier(name, inside._truth(each.elt), kind)
        raise ExpressionError(f"{name} must be written {name}(… for m in members)")


def _literal(value: object) -> Literal:
    if isinstance(value, str):
        return Literal(value, Kind.TEXT)
    if isinstance(value, int) and not isinstance(value, bool) and value <= LARGEST_LITERAL:
        return Literal(value, Kind.NUMBER)
    raise ExpressionError(f"{value!r} must be a parameter with its source")
