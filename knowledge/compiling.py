"""How the sheets of a region become expressions that know each other, without cycles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from knowledge import grammar, polarity
from knowledge.expressions import (
    Expression,
    Kind,
    NotInForce,
    Reference,
)
from knowledge.grammar import ExpressionError, Names
from knowledge.mentions import Mentions
from knowledge.names import Programme, Region
from knowledge.operators import Junction
from knowledge.programmes import AmountRule, ClauseRule, ExceptionRule, Note, Paper, Sheet
from knowledge.situation import Premises

Steps = tuple[str | int, ...]


class CompileError(ValueError):
    """A rule that cannot be understood, with the sheet and the place in it."""

    def __init__(self, place: "Place", steps: Steps, message: str) -> None:
        super().__init__(message)
        self.region, self.programme, self.place = place.region, place.sheet.programme, steps


@dataclass(frozen=True)
class Place:
    """A sheet in its layer, with those of its documents that bind on the day."""

    region: Region
    sheet: Sheet
    binding: frozenset[str]

    @property
    def counts(self) -> bool:
        """Whether the sheet as a whole is in force."""
        return self.sheet.document is None or self.sheet.document in self.binding


@dataclass(frozen=True, eq=False)
class CompiledClause:
    """A clause with what it means: `whole` holds also by an exception, `own` by itself.
    Clauses that mean the same have the same `key`; `to_try` are the facts whose values are
    tried while they are open."""

    rule: ClauseRule | ExceptionRule
    own: Expression
    whole: Expression
    key: int
    facts: tuple[str, ...]
    parameters: tuple[str, ...]
    to_try: frozenset[str]


@dataclass(frozen=True, eq=False)
class CompiledAmount:
    """An amount with its bounds."""

    rule: AmountRule
    when: Expression | None
    low: Expression | None
    high: Expression | None


@dataclass(frozen=True, eq=False)
class CompiledProgramme:
    """Everything said of one programme in the region."""

    programme: Programme
    clauses: tuple[CompiledClause, ...]
    exceptions: tuple[CompiledClause, ...]
    amounts: tuple[CompiledAmount, ...]
    papers: tuple[tuple[Paper, Expression | None], ...]
    where: str | None
    check: str | None
    likely: str | None
    waits: str | None
    validity: str | None
    review: str | None
    notes: tuple[Note, ...]
    facts: frozenset[str]


@dataclass(frozen=True, eq=False)
class Compiled:
    """The rules of one region on one day. `looks_at` are the facts that each node looks at, by
    its name and its id; whatever looks at people looks at how many there are."""

    programmes: tuple[CompiledProgramme, ...]
    nodes: Mapping[str, Expression]
    names: Names
    premises: Premises
    looks_at: Mapping[str | int, frozenset[str]]

    @property
    def standards(self) -> frozenset[str]:
        """The standards that anything in it speaks of."""
        roots = [*self.nodes.values()]
        for programme in self.programmes:
            roots += [e for a in programme.amounts for e in (a.when, a.low, a.high) if e]
            roots += [clause.own for clause in programme.exceptions]
        mentions = Mentions(self.nodes)
        return frozenset(name for root in roots for name in mentions.standards(root))


def compiled(names: Names, places: tuple[Place, ...]) -> Compiled:
    """All programmes with their parts bound to each other; CompileError where one fails."""
    by_programme: dict[Programme, list[Place]] = {}
    for place in places:
        by_programme.setdefault(place.sheet.programme, []).append(place)
    nodes: dict[str, Expression] = {}
    for place in places:
        _add_parts(names, place, nodes)
    drafts = {p: _Draft.of(names, layers) for p, layers in by_programme.items()}
    for programme, draft in drafts.items():
        wholes = {f"{programme}/{c[0].id}": draft.whole(c) for c in draft.clauses.values()}
        nodes |= wholes
        nodes[programme.value] = _all_of(tuple(wholes))
    for programme, layers in by_programme.items():
        _check_cycles(layers[-1], programme.value, nodes, ())
    mentions = Mentions(nodes)
    finished = tuple(d.finish(nodes, mentions) for d in drafts.values() if d.clauses)
    return Compiled(
        finished, nodes, names, Premises.of(names), _looks_at(finished, nodes, mentions)
    )


def _looks_at(
    programmes: tuple[CompiledProgramme, ...],
    nodes: Mapping[str, Expression],
    mentions: Mentions,
) -> dict[str | int, frozenset[str]]:
    found: dict[str | int, frozenset[str]] = {}
    for name, node in nodes.items():
        found[name] = found[id(node)] = mentions.looked_at(node)
    for programme in programmes:
        for exception in programme.exceptions:
            found[exception.key] = mentions.looked_at(exception.own)
    return found


def _all_of(clauses: tuple[str, ...]) -> Expression:
    if not clauses:
        return NotInForce()
    parts = tuple(Reference(clause, Kind.TRUTH) for clause in clauses)
    return Junction(decisive=False, members=parts)


def _add_parts(names: Names, place: Place, nodes: dict[str, Expression]) -> None:
    for name, text in place.sheet.parts.items():
        if place.counts or name not in nodes:
            nodes[name] = _read(names, place, text, ("parts", name))


def _read(names: Names, place: Place, text: str, steps: Steps) -> Expression:
    try:
        found = grammar.parse(text, names)
    except ExpressionError as error:
        raise CompileError(place, steps, str(error)) from error
    amount = steps[0] == "amounts" and steps[-1] != "when"
    if found.kind is not (Kind.NUMBER if amount else Kind.TRUTH):
        raise CompileError(place, steps, f"yields a {found.kind}")
    return found


def _check_cycles(
    place: Place, name: str, nodes: Mapping[str, Expression], above: tuple[str, ...]
) -> None:
    if name in above:
        raise CompileError(place, ("programme",), "goes round: " + " -> ".join((*above, name)))
    for referred in _references(nodes[name]):
        _check_cycles(place, referred, nodes, (*above, name))


def _references(expression: Expression) -> set[str]:
    found = {expression.id} if isinstance(expression, Reference) else set()
    for part in expression.parts():
        found |= _references(part)
    return found


@dataclass(frozen=True)
class _Draft:
    """One programme while its layers are laid over each other."""

    names: Names
    layers: tuple[Place, ...]
    clauses: dict[str, tuple[ClauseRule, Expression]]
    exceptions: dict[str, tuple[ExceptionRule, Expression]]

    @classmethod
    def of(cls, names: Names, layers: list[Place]) -> "_Draft":
        draft = cls(names, tuple(layers), {}, {})
        for place in layers:
            draft._add_clauses(place)
            draft._add_exceptions(place)
        return draft

    def whole(self, clause: tuple[ClauseRule, Expression]) -> Expression:
        rule, own = clause
        known = {rule.id, rule.replaces}
        ways = tuple(e for r, e in self.exceptions.values() if known & set(r.lifts))
        return Junction(decisive=True, members=(own, *ways)) if ways else own

    def finish(self, nodes: Mapping[str, Expression], mentions: Mentions) -> CompiledProgramme:
        programme = self.layers[0].sheet.programme
        clauses = tuple(
            _clause(
                nodes,
                rule,
                own,
                Reference(f"{programme}/{rule.id}", Kind.TRUTH),
                mentions=mentions,
            )
            for rule, own in self.clauses.values()
        )
        exceptions = tuple(
            _clause(nodes, rule, own, own, mentions=mentions)
            for rule, own in self.exceptions.values()
        )
        live = [place.sheet for place in self.layers if place.counts]
        return CompiledProgramme(
            programme=programme,
            clauses=clauses,
            exceptions=exceptions,
            amounts=self._amounts(),
            papers=self._papers(),
            where=_last(sheet.where for sheet in live),
            check=_last(sheet.check for sheet in live),
            likely=_last(sheet.likely for sheet in live),
            waits=_last(sheet.waits for sheet in live),
            validity=_last(sheet.validity for sheet in live),
            review=_last(sheet.review for sheet in live),
            notes=self._notes(),
            facts=frozenset(f for c in (*clauses, *exceptions) for f in c.facts),
        )

    def _add_clauses(self, place: Place) -> None:
        for index, rule in enumerate(place.sheet.clauses):
            own = _read(self.names, place, rule.when, ("clauses", index, "when"))
            if rule.replaces and rule.replaces not in self.clauses:
                steps: Steps = ("clauses", index, "replaces")
                raise CompileError(place, steps, f"{rule.replaces} is not a clause")
            if rule.explored:
                continue
            binds = place.counts and rule.cite.document in place.binding
            if binds or place.region is Region.NATIONAL:
                self.clauses[rule.replaces or rule.id] = (rule, own if binds else NotInForce())

    def _add_exceptions(self, place: Place) -> None:
        for index, rule in enumerate(place.sheet.exceptions):
            own = _read(self.names, place, rule.when, ("exceptions", index, "when"))
            unknown = set(rule.lifts) - set(self.clauses)
            if unknown and place.region is Region.NATIONAL:
                steps: Steps = ("exceptions", index, "lifts")
                raise CompileError(place, steps, f"{min(unknown)} is not a clause")
            if place.counts and rule.cite.document in place.binding:
                self.exceptions[rule.id] = (rule, own)

    def _amounts(self) -> tuple[CompiledAmount, ...]:
        told = [(p, i, a) for p in self.layers for i, a in enumerate(p.sheet.amounts)]
        live = [t for t in told if t[0].counts and t[2].cite.document in t[0].binding]
        return tuple(self._amount(*t) for t in live if t[0] is live[-1][0])

    def _amount(self, place: Place, index: int, rule: AmountRule) -> CompiledAmount:
        def read(name: str, text: str | None) -> Expression | None:
            steps = ("amounts", index, name)
            return None if text is None else _read(self.names, place, text, steps)

        low, high = read("low", rule.low), read("high", rule.high)
        return CompiledAmount(rule, read("when", rule.when), low, high)

    def _papers(self) -> tuple[tuple[Paper, Expression | None], ...]:
        found: dict[str, tuple[Paper, Expression | None]] = {}
        for place in self.layers:
            for index, paper in enumerate(place.sheet.documents if place.counts else ()):
                steps = ("documents", index, "when")
                when = _read(self.names, place, paper.when, steps) if paper.when else None
                found[paper.says] = (paper, when)
        return tuple(found.values())

    def _notes(self) -> tuple[Note, ...]:
        explored = (c for p in self.layers for c in p.sheet.clauses if c.explored)
        told = [Note(says=c.says, cite=c.cite) for c in explored]
        return (*told, *(note for place in self.layers for note in place.sheet.notes))


def _last(texts: Iterator[str | None]) -> str | None:
    found = None
    for text in texts:
        found = text or found
    return found


def _clause(
    nodes: Mapping[str, Expression],
    rule: ClauseRule | ExceptionRule,
    own: Expression,
    whole: Expression,
    *,
    mentions: Mentions,
) -> CompiledClause:
    meaning = nodes[whole.id] if isinstance(whole, Reference) else whole
    return CompiledClause(
        rule,
        own,
        whole,
        id(meaning),
        mentions.facts(whole),
        tuple(sorted(mentions.standards(whole))),
        polarity.to_try(whole, nodes),
    )
