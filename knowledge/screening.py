"""What the clauses of every programme come to for one household, with the trace of it."""

import itertools
import logging
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache

from knowledge.compiling import CompiledAmount, CompiledClause, CompiledProgramme
from knowledge.expressions import Gap, Gaps, Scope, Value
from knowledge.facts import FactType
from knowledge.household import Household
from knowledge.names import Region
from knowledge.parameters import Parameters
from knowledge.ruleset import RuleSet, StandardsOn
from knowledge.spans import Span
from knowledge.verdict import ClauseResult, Missing, MissingKind, Outcome, Verdict

log = logging.getLogger(__name__)
FACTS_TRIED_AT_MOST = 8
TRIALS_AT_MOST = 256
FEN_PER_YUAN = 100


@dataclass(frozen=True)
class Screening:
    """One check: the rules of a region and day, and everything that is known."""

    rules: RuleSet
    programmes: tuple[CompiledProgramme, ...]
    scope: Scope
    standards: StandardsOn
    decided: dict[int, bool | None] = field(default_factory=dict)

    @classmethod
    def of(
        cls, rules: RuleSet, household: Household, *, region: Region, on: date, local: Parameters
    ) -> "Screening":
        """Lays the household beside the rules."""
        compiled = rules.at(region, on)
        standards = rules.standards_on(region, on, local)
        scope = compiled.premises.scope(
            household,
            compiled.nodes,
            here="" if region is Region.NATIONAL else region.value,
            parameters=standards.exact,
        )
        return cls(rules, compiled.programmes, scope, standards)

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
        for values in itertools.product(*domains.values()):
            facts = dict(self.scope.facts)
            people = [dict(person) for person in self.scope.members]
            for gap, value in zip(domains, values, strict=True):
                (facts if gap.member < 0 else people[gap.member])[gap.id] = value
            yield replace(self.scope, facts=facts, members=tuple(people), memo={}, lacking={})


def evaluate(
    rules: RuleSet, household: Household, *, region: Region, on: date, local: Parameters
) -> tuple[Verdict, ...]:
    """A verdict on every programme that has rules in the region on that day."""
    screening = Screening.of(rules, household, region=region, on=on, local=local)
    return tuple(_verdict(screening, programme) for programme in screening.programmes)


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
    held = [screening.decide(clause) for clause in programme.clauses]
    outcome = _outcome(held)
    rules, standards = screening.rules, screening.standards
    clauses = [
        _result(rules, standards, clause, value=value)
        for clause, value in zip(programme.clauses, held, strict=True)
    ]
    lifting = [e for e in programme.exceptions if screening.decide(e) is True]
    clauses += [_result(rules, standards, e, value=True) for e in lifting]
    return Verdict(
        programme=programme.programme,
        outcome=outcome,
        clauses=tuple(clauses),
        missing=_missing(screening, programme, outcome),
        amount=_amount(screening, programme) if outcome is not Outcome.UNLIKELY else None,
        documents=_papers(screening, programme),
        where=programme.where,
        next_step=_next_step(programme, outcome),
        check=programme.check if outcome is Outcome.UNLIKELY else None,
        notes=tuple(note.says for note in programme.notes),
    )


def _outcome(held: list[bool | None]) -> Outcome:
    if False in held:
        return Outcome.UNLIKELY
    return Outcome.NEED_MORE if None in held else Outcome.LIKELY


@lru_cache(maxsize=1 << 14)
def _result(
    rules: RuleSet,
    standards: StandardsOn,
    clause: CompiledClause,
    *,
    value: bool | None,
) -> ClauseResult:
    """One line of the trace: of each clause there are only three."""
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


def _missing(
    screening: Screening, programme: CompiledProgramme, outcome: Outcome
) -> tuple[Missing, ...]:
    if outcome is not Outcome.NEED_MORE:
        return ()
    kinds = {gap.id: gap.is_parameter for gap in screening.gaps(programme)}
    return _lacked(tuple(kinds.items()))


@lru_cache(maxsize=1 << 12)
def _lacked(kinds: tuple[tuple[str, bool], ...]) -> tuple[Missing, ...]:
    """Many programmes lack the same."""
    return tuple(
        Missing(MissingKind.PARAMETER if is_parameter else MissingKind.FACT, name)
        for name, is_parameter in kinds
    )


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
            return _told(screening, amount)
        if when is None:
            return None
    return None


def _told(screening: Screening, amount: CompiledAmount) -> str:
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
