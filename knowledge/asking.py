"""Which question comes next: the fewest questions until what was asked about is decided."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from knowledge import phrasing
from knowledge.compiling import CompiledProgramme
from knowledge.expressions import Gap
from knowledge.facts import Chance, Entity, Fact, Known, Source
from knowledge.household import Household
from knowledge.names import Programme, Region
from knowledge.parameters import Parameters
from knowledge.phrasing import Together
from knowledge.question import Question
from knowledge.ruleset import RuleSet
from knowledge.screening import Screening
from knowledge.verdict import Outcome

LIKELY_COUNTS = 2.0
UNLIKELY_COUNTS = 1.0
INFERRED_PROBABILITY = 0.8
OPENING_FACTS_AT_LEAST = 2


@dataclass(frozen=True)
class _Asking:
    rules: RuleSet
    household: Household
    region: Region
    on: date
    local: Parameters
    focus: frozenset[Programme]


@dataclass(frozen=True)
class _Candidate:
    fact: Fact
    member: int | None

    @property
    def key(self) -> tuple[str, int]:
        return self.fact.id, -1 if self.member is None else self.member


def next_question(  # noqa: PLR0913 - all are needed, and all but two are named
    rules: RuleSet,
    household: Household,
    *,
    region: Region,
    on: date,
    local: Parameters,
    focus: frozenset[Programme] = frozenset(),
) -> Question | None:
    """The question that decides most of `focus` (all programmes when empty); None when
    nothing that may still be asked is missing. Nothing is asked twice."""
    asking = _Asking(rules, household, region, on, local, focus)
    screening = _screened(asking, household)
    undecided = _undecided(asking, screening)
    candidates = _candidates(asking, screening, undecided)
    if not candidates:
        return None
    opening = _opening(asking, candidates)
    if opening is not None:
        return opening
    groups = _groups(asking, candidates)
    best = max(candidates, key=lambda c: _worth(asking, undecided, c, groups.get(c.fact.id)))
    if best.fact.id in groups:
        return phrasing.ask_together(rules.phrases, groups[best.fact.id])
    return phrasing.ask(rules.phrases, household, best.fact, best.member)


def questions_open(  # noqa: PLR0913 - all are needed, and all but two are named
    rules: RuleSet,
    household: Household,
    *,
    region: Region,
    on: date,
    local: Parameters,
    focus: frozenset[Programme] = frozenset(),
) -> tuple[Question, ...]:
    """Everything that may still be asked, one fact each, in the order of the rules."""
    asking = _Asking(rules, household, region, on, local, focus)
    screening = _screened(asking, household)
    candidates = _candidates(asking, screening, _undecided(asking, screening))
    return tuple(phrasing.ask(rules.phrases, household, c.fact, c.member) for c in candidates)


def _screened(asking: _Asking, household: Household) -> Screening:
    return Screening.of(
        asking.rules, household, region=asking.region, on=asking.on, local=asking.local
    )


def _undecided(asking: _Asking, screening: Screening) -> dict[CompiledProgramme, tuple[Gap, ...]]:
    """The programmes of the focus that facts may still decide, with what they lack."""
    found = {}
    for programme in screening.programmes:
        if asking.focus and programme.programme not in asking.focus:
            continue
        if screening.outcome(programme) is Outcome.NEED_MORE:
            gaps = tuple(gap for gap in screening.gaps(programme) if not gap.is_parameter)
            if gaps:
                found[programme] = gaps
    return found


def _candidates(
    asking: _Asking, screening: Screening, undecided: dict[CompiledProgramme, tuple[Gap, ...]]
) -> dict[_Candidate, int]:
    """What may be asked, with how many programmes lack it."""
    found: dict[_Candidate, int] = {}
    for gaps in undecided.values():
        for candidate in dict.fromkeys(c for gap in gaps for c in _askable(asking, screening, gap)):
            found[candidate] = found.get(candidate, 0) + 1
    return found


def _askable(asking: _Asking, screening: Screening, gap: Gap) -> Iterator[_Candidate]:
    catalogue = asking.rules.catalogue
    if gap.member < 0:
        fact = catalogue.household.get(gap.id)
        if fact is not None and gap.id not in asking.household.facts:
            yield _Candidate(fact, None)
        return
    fact = catalogue.person[gap.id]
    if fact.flag is not None and screening.scope.facts.get(fact.flag) is None:
        if fact.flag not in asking.household.facts:
            yield _Candidate(catalogue.household[fact.flag], None)
    elif asking.household.known(gap.id, member=gap.member) is None:
        yield _Candidate(fact, gap.member)


def _opening(asking: _Asking, candidates: dict[_Candidate, int]) -> Question | None:
    """The first opening turn that still asks for at least two facts that matter."""
    wanted = {c.fact.id for c in candidates if c.fact.entity is Entity.HOUSEHOLD}
    for question in phrasing.openings(asking.rules.phrases, wanted, asking.region):
        if len(question.facts) >= OPENING_FACTS_AT_LEAST:
            return question
    return None


def _groups(asking: _Asking, candidates: dict[_Candidate, int]) -> dict[str, Together]:
    """Of each fact the group that it is asked with; all of a group must be wanted."""
    wanted = {c.fact.id for c in candidates if c.member is None}
    groups = (group for group in asking.rules.phrases.together if wanted.issuperset(group.facts))
    return {fact: group for group in groups for fact in group.facts}


def _worth(
    asking: _Asking,
    undecided: dict[CompiledProgramme, tuple[Gap, ...]],
    candidate: _Candidate,
    group: Together | None,
) -> tuple[bool, bool, float, int]:
    gain = 0.0
    for value, probability in _chances(asking.household, candidate):
        told = asking.household.put(candidate.fact.id, Known(value), candidate.member)
        screening = _screened(asking, told)
        for programme in undecided:
            match screening.likely_outcome(programme):
                case Outcome.LIKELY:
                    gain += probability * LIKELY_COUNTS
                case Outcome.UNLIKELY:
                    gain += probability * UNLIKELY_COUNTS
    sensitive = candidate.fact.sensitive or group is not None
    lacking = sum(any(gap.id == candidate.fact.id for gap in gaps) for gaps in undecided.values())
    return gain > 0 and not sensitive, gain > 0, gain / candidate.fact.cost, lacking


def _chances(
    household: Household, candidate: _Candidate
) -> Iterator[tuple[bool | int | str, float]]:
    prior = candidate.fact.prior or tuple(
        Chance(value=option.value, weight=1) for option in candidate.fact.options
    )
    total = sum(chance.weight for chance in prior)
    known = household.known(candidate.fact.id, member=candidate.member)
    guess = known.value if known is not None and known.source is Source.INFERRED else None
    rest = 1.0
    if isinstance(guess, bool | int | str):
        rest = 1 - INFERRED_PROBABILITY
        yield guess, INFERRED_PROBABILITY
    for chance in prior:
        yield chance.value, rest * chance.weight / total
