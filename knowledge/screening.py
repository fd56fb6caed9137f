"""What the clauses of every programme come to for one household, with the trace of it."""

import itertools
import logging
import math
from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache
from itertools import starmap
from typing import TypeVar

from knowledge.compiling import Compiled, CompiledAmount, CompiledClause, CompiledProgramme
from knowledge.expressions import Gap, Gaps, Scope, Value
from knowledge.facts import FactType
from knowledge.household import Household
from knowledge.names import Region
from knowledge.parameters import Parameters
from knowledge.ruleset import RuleSet, StandardsOn
from knowledge.spans import Span
from knowledge.verdict import ClauseResult, Missing, MissingKind, Outcome, Verdict

Key = TypeVar("Key", str | int, int)
Kept = TypeVar("Kept")
log = logging.getLogger(__name__)
FACTS_TRIED_AT_MOST = 8
TRIALS_AT_MOST = 256
FEN_PER_YUAN = 100


@dataclass(frozen=True)
class Screening:
    """One check: the rules of a region and day, and everything that is known."""

    rules: RuleSet
    compiled: Compiled
    scope: Scope
    standards: StandardsOn
    decided: dict[int, bool | None] = field(default_factory=dict)

    @classmethod
    def of(
        cls, rules: RuleSet, household: Household, *, region: Region, on: date, local: Parameters
    ) -> "Screening":
        """Lays the household beside the rules. What looks at nothing that it told comes out as
        for a household that told nothing, so that is not reckoned again."""
        found = cls.anew(rules, household, region=region, on=on, local=local)
        found.take_over(_of_nobody(rules, region, on, local))
        return found

    @classmethod
    def anew(
        cls, rules: RuleSet, household: Household, *, region: Region, on: date, local: Parameters
    ) -> "Screening":
        """The same with nothing taken over."""
        compiled = rules.at(region, on)
        standards = rules.standards_on(region, on, local)
        here = "" if region is Region.NATIONAL else region.value
        scope = compiled.premises.scope(
            household, compiled.nodes, here=here, parameters=standards.exact
        )
        return cls(rules, compiled, scope, standards)

    @property
    def programmes(self) -> tuple[CompiledProgramme, ...]:
        """The programmes that have rules in the region on that day."""
        return self.compiled.programmes

    def verdicts(self) -> tuple[Verdict, ...]:
        """A verdict on each of them, with its trace."""
        return tuple(_verdict(self, programme) for programme in self.programmes)

    def decide(self, clause: CompiledClause) -> bool | None:
        """True, false or open; where few facts are open all their values are tried."""
        if clause.key not in self.decided:
            known = self.at_first(clause)
            tried = known is None and clause.to_try
            self.decided[clause.key] = self._tried(clause) if tried else known
        return self.decided[clause.key]

    def at_first(self, clause: CompiledClause) -> bool | None:
        """The same without trying values: enough to weigh questions."""
        known = clause.whole.value(self.scope)
        return known if isinstance(known, bool) else None

    def outcome(self, programme: CompiledProgramme) -> Outcome:
        """The outcome alone, without its trace."""
        return _outcome([self.decide(clause) for clause in programme.clauses])

    def likely_outcome(self, programme: CompiledProgramme) -> Outcome:
        """The outcome by `at_first`."""
        return _outcome([self.at_first(clause) for clause in programme.clauses])

    def gaps(self, programme: CompiledProgramme) -> Gaps:
        """What the open clauses lack."""
        found: Gaps = {}
        for clause in programme.clauses:
            if self.decide(clause) is None:
                clause.whole.lack(self.scope, found)
        return found

    def take_over(self, nobody: "Screening") -> None:
        """Keeps what was reckoned for a household that told nothing, where that is the same."""
        told = self.compiled.premises.apart(self.scope, nobody.scope)
        same = _not_looking_at(self.compiled, told)
        _copy(nobody.scope.memo, self.scope.memo, same)
        _copy(nobody.scope.lacking, self.scope.lacking, same)
        _copy(nobody.decided, self.decided, same)

    def _tried(self, clause: CompiledClause) -> bool | None:
        """What all values of the open facts agree on. A fact that the clause asks in one sense
        only can stay open: trying it would tell nothing."""
        lacking: Gaps = {}
        clause.whole.lack(self.scope, lacking)
        gaps = [gap for gap in lacking if not gap.is_parameter]
        if len(gaps) > FACTS_TRIED_AT_MOST:
            return None
        tried = (gap for gap in gaps if gap.id in clause.to_try)
        domains = {gap: domain for gap in tried if (domain := self._domain(gap))}
        if not domains or math.prod(map(len, domains.values())) > TRIALS_AT_MOST:
            return None
        agreed: bool | None = None
        for scope in self._trials(domains):
            known = clause.whole.value(scope)
            if not isinstance(known, bool) or agreed is (not known):
                return None
            agreed = known
        return agreed

    def _domain(self, gap: Gap) -> tuple[Value, ...]:
        fact = self.rules.catalogue.get(gap.id)
        if fact is None:
            return ()
        if fact.type is FactType.BOOL:
            return (True, False)
        values = dict.fromkeys(option.value for option in fact.options)
        return tuple(values) if fact.type is FactType.CHOICE else ()

    def _trials(self, domains: Mapping[Gap, tuple[Value, ...]]) -> Iterator[Scope]:
        same = _untouched(self.compiled, frozenset(gap.id for gap in domains))
        known: dict[str | int, Value] = {}
        _copy(self.scope.memo, known, same)
        of_people = any(gap.member >= 0 for gap in domains)
        for values in itertools.product(*domains.values()):
            facts = dict(self.scope.facts)
            copies = [dict(person) for person in self.scope.members] if of_people else []
            for gap, value in zip(domains, values, strict=True):
                (facts if gap.member < 0 else copies[gap.member])[gap.id] = value
            people = tuple(copies) if of_people else self.scope.members
            yield self.scope.with_facts(facts, people, dict(known))


def _not_looking_at(compiled: Compiled, facts: frozenset[str]) -> frozenset[str | int]:
    return frozenset(key for key, seen in compiled.looks_at.items() if seen.isdisjoint(facts))


@lru_cache(maxsize=256)
def _untouched(compiled: Compiled, tried: frozenset[str]) -> frozenset[str | int]:
    """The same, kept: what is tried together are always the same few facts."""
    return _not_looking_at(compiled, tried)


def _copy(found: Mapping[Key, Kept], own: dict[Key, Kept], same: Set[str | int]) -> None:
    own.update((key, value) for key, value in found.items() if key in same)


@lru_cache(maxsize=64)
def _of_nobody(rules: RuleSet, region: Region, on: date, local: Parameters) -> Screening:
    """The check of a household of which nothing is known, reckoned to the end."""
    screening = Screening.anew(rules, Household.empty(), region=region, on=on, local=local)
    screening.verdicts()
    return screening


def evaluate(
    rules: RuleSet, household: Household, *, region: Region, on: date, local: Parameters
) -> tuple[Verdict, ...]:
    """A verdict on every programme that has rules in the region on that day."""
    return Screening.of(rules, household, region=region, on=on, local=local).verdicts()


def _verdict(screening: Screening, programme: CompiledProgramme) -> Verdict:
    try:
        return _checked(screening, programme)
    except Exception as error:
        # The named edge of the rules: an error must never become a verdict.
        log.exception("a rule failed", extra={"programme": programme.programme.value})
        return Verdict(
            programme.programme,
            Outcome.NEED_MORE,
            (),
            where=programme.where,
            alarm=f"{programme.programme}: {type(error).__name__}",
        )


def _checked(screening: Screening, programme: CompiledProgramme) -> Verdict:
    held = tuple(map(screening.decide, programme.clauses))
    outcome = _outcome(held)
    open_still = outcome is Outcome.NEED_MORE
    return _told(
        screening.rules,
        screening.standards,
        programme,
        held=held,
        lifting=tuple(screening.decide(e) is True for e in programme.exceptions),
        missing=_missing(screening.gaps(programme)) if open_still else (),
        papers=_papers(screening, programme),
        amount=None if outcome is Outcome.UNLIKELY else _amount(screening, programme),
    )


@lru_cache(maxsize=1 << 12)
def _told(  # noqa: PLR0913 - all of them are the key
    rules: RuleSet,
    standards: StandardsOn,
    programme: CompiledProgramme,
    *,
    held: tuple[bool | None, ...],
    lifting: tuple[bool, ...],
    missing: tuple[tuple[str, bool], ...],
    papers: tuple[str, ...],
    amount: str | None,
) -> Verdict:
    """What was found, in words: many households are told the same."""
    outcome = _outcome(held)
    found = [*zip(programme.clauses, held, strict=True)]
    found += [(e, True) for e, lifts in zip(programme.exceptions, lifting, strict=True) if lifts]
    return Verdict(
        programme=programme.programme,
        outcome=outcome,
        clauses=tuple(_result(rules, standards, clause, value=v) for clause, v in found),
        missing=tuple(starmap(_lacked, missing)),
        amount=amount,
        documents=papers,
        where=programme.where,
        next_step=_next_step(programme, outcome),
        check=programme.check if outcome is Outcome.UNLIKELY else None,
        notes=tuple(note.says for note in programme.notes),
    )


def _outcome(held: Collection[bool | None]) -> Outcome:
    if False in held:
        return Outcome.UNLIKELY
    return Outcome.NEED_MORE if None in held else Outcome.LIKELY


def _result(
    rules: RuleSet,
    standards: StandardsOn,
    clause: CompiledClause,
    *,
    value: bool | None,
) -> ClauseResult:
    """One line of the trace."""
    cite = clause.rule.cite
    return ClauseResult(
        id=clause.rule.id,
        value=value,
        says=clause.rule.says,
        document=rules.title(cite.document),
        document_id=cite.document,
        clause=cite.clause,
        facts=clause.facts,
        parameters=clause.parameters,
        standards=standards.shown,
    )


def _missing(gaps: Gaps) -> tuple[tuple[str, bool], ...]:
    """Each name once, in the order in which it was met."""
    return tuple({gap.id: gap.is_parameter for gap in gaps}.items())


def _lacked(name: str, is_parameter: bool) -> Missing:  # noqa: FBT001 - a pair as it was kept
    return Missing(MissingKind.PARAMETER if is_parameter else MissingKind.FACT, name)


def _next_step(programme: CompiledProgramme, outcome: Outcome) -> str | None:
    return programme.likely if outcome is Outcome.LIKELY else programme.waits


def _papers(screening: Screening, programme: CompiledProgramme) -> tuple[str, ...]:
    return tuple(
        paper.says
        for paper, when in programme.papers
        if when is None or when.value(screening.scope) is not False
    )


def _amount(screening: Screening, programme: CompiledProgramme) -> str | None:
    for amount in programme.amounts:
        when = True if amount.when is None else amount.when.value(screening.scope)
        if when is True:
            return _sum(screening, amount)
        if when is None:
            return None
    return None


def _sum(screening: Screening, amount: CompiledAmount) -> str:
    values: dict[str, str] = {}
    for name, bound in (("low", amount.low), ("high", amount.high)):
        if bound is None:
            continue
        known = bound.value(screening.scope)
        if known is None or isinstance(known, Span | str):
            return amount.rule.formula
        values[name] = _yuan(known)
    return amount.rule.says.format(**values)


def _yuan(fen: int | Fraction) -> str:
    whole, rest = divmod(max(0, int(fen)), FEN_PER_YUAN)
    return f"{whole}.{rest:02d}" if rest else str(whole)
