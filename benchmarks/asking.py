"""How many questions decide everything, beside a fixed form and plain backward chaining.

Run: python -m benchmarks.asking [--households 500]
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random

import yaml

from benchmarks import households
from knowledge import asking, facts, prescreening
from knowledge.household import Household
from knowledge.names import Programme, Region
from knowledge.parameters import Parameters
from knowledge.question import Question
from knowledge.ruleset import RuleSet

TODAY = date(2026, 11, 22)
STANDARDS = households.POPULATION.parent / "standards.yml"
TURNS_AT_MOST = 200
NARRATIVE_FACTS = 8
P = Programme
FAMILIES = {
    "disability": {P.DISABILITY_LIVING, P.DISABILITY_NURSING, P.ASSISTIVE_DEVICES},
    "cash": {P.DIBAO, P.DIBAO_MARGIN, P.TEMPORARY_EMERGENCY, P.TEMPORARY_EXPENDITURE},
    "child": {P.ORPHAN, P.UNATTENDED_CHILD, P.CHILD_REHABILITATION, P.EDUCATION},
    "health": {P.MEDICAL, P.EMERGENCY_MEDICAL, P.WOMEN_CANCER},
}
Asker = Callable[["Place", Household, frozenset[Programme]], Question | None]


@dataclass(frozen=True)
class Place:
    """Where the households live, with invented standards so that everything decides."""

    rules: RuleSet
    region: Region
    local: Parameters


@dataclass
class Resident:
    """Answers from the truth. Someone not named yet is whoever the question fits."""

    truth: Household
    slots: dict[int, int] = field(default_factory=dict)

    def answer(self, household: Household, question: Question) -> Household:
        for fact in question.facts:
            member = question.member
            true_member = None if member is None else self._whom(member, fact, question)
            known = self.truth.known(fact, member=true_member)
            if known is not None:
                household = household.put(fact, known, member)
        return household

    def _whom(self, slot: int, fact: str, question: Question) -> int:
        if slot not in self.slots:
            free = [i for i in range(len(self.truth.members)) if i not in self.slots.values()]
            shape = facts.shipped().person[fact]
            if question.question == shape.flagged_question:
                free.sort(key=lambda i: not self._has(i, shape.flag))
            self.slots[slot] = free[0]
        return self.slots[slot]

    def _has(self, member: int, flag: str | None) -> bool:
        person = {k: v.value for k, v in self.truth.members[member].items()}
        match flag:
            case "has_disabled":
                return person["disability_kind"] != "none"
            case "has_serious_illness":
                return person["serious_illness"] is True
            case "has_student":
                return person["student"] is True
            case "has_child":
                return int(str(person["age"])) < households.ADULT
        return False


def ours(place: Place, household: Household, focus: frozenset[Programme]) -> Question | None:
    """The product's own choice."""
    return asking.next_question(
        place.rules, household, region=place.region, on=TODAY, local=place.local, focus=focus
    )


def backward(place: Place, household: Household, focus: frozenset[Programme]) -> Question | None:
    """The first fact that the first open rule lacks, as rule-chaining interviews ask."""
    found = asking.questions_open(
        place.rules, household, region=place.region, on=TODAY, local=place.local, focus=focus
    )
    return found[0] if found else None


def outcomes(place: Place, household: Household) -> dict[Programme, str]:
    """What each programme comes to."""
    found = prescreening.evaluate(
        place.rules, household, region=place.region, on=TODAY, local=place.local
    )
    return {verdict.programme: verdict.outcome.value for verdict in found}


def interview(
    place: Place, asker: Asker, truth: Household, start: Household, focus: frozenset[Programme]
) -> Iterator[Household]:
    """The household after each turn."""
    resident, household = Resident(truth), start
    for _ in range(TURNS_AT_MOST):
        question = asker(place, household, focus)
        if question is None:
            return
        household = resident.answer(household, question)
        yield household


def narrative(chance: Random, truth: Household) -> Household:
    """What a first message tells: the people and a few other facts."""
    told = chance.sample(sorted(truth.facts), NARRATIVE_FACTS)
    return Household({fact: truth.facts[fact] for fact in told})


def fixed_form(truth: Household) -> int:
    """How many questions a form with everything on it has."""
    known = facts.shipped()
    return len(known.household) + len(known.person) * len(truth.members)


def measure(place: Place, truths: list[Household], chance: Random) -> None:
    """Prints one line a way of asking."""
    everything: frozenset[Programme] = frozenset()
    empty = Household.empty()
    print(f"    fixed form               {statistics.mean(map(fixed_form, truths)):6.2f} turns")
    for name, asker in (("backward chaining", backward), ("ours", ours)):
        _line(place, name, asker, [(truth, empty) for truth in truths], everything)
    told = [(truth, narrative(chance, truth)) for truth in truths]
    _line(place, "ours after a narrative", ours, told, everything)
    for family, programmes in FAMILIES.items():
        pairs = [(truth, empty) for truth in truths]
        _line(place, f"ours, {family} only", ours, pairs, frozenset(programmes))


def _line(
    place: Place,
    name: str,
    asker: Asker,
    pairs: list[tuple[Household, Household]],
    focus: frozenset[Programme],
) -> None:
    turns, wrong, undecided, started = [], 0, 0, time.process_time()
    for truth, start in pairs:
        steps = [start, *interview(place, asker, truth, start, focus)]
        turns.append(len(steps) - 1)
        reached, right = outcomes(place, steps[-1]), outcomes(place, truth)
        wanted = focus or set(right)
        wrong += sum(reached[p] not in {"need_more", right[p]} for p in wanted & set(right))
        undecided += sum(reached[p] == "need_more" != right[p] for p in wanted & set(right))
    spent = (time.process_time() - started) / max(1, sum(turns)) * 1000
    print(
        f"    {name:24} {statistics.mean(turns):6.2f} turns  max {max(turns):3}"
        f"  wrong {wrong}  left open {undecided}  {spent:5.1f} ms CPU a turn"
    )


def main() -> None:
    """Measures every population in every region with its own rules."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--households", type=int, default=300)
    parser.add_argument("--seed", type=int, default=20261122)
    given = parser.parse_args()
    rules = RuleSet.load(facts.CONTENT)
    rows = yaml.safe_load(STANDARDS.read_text(encoding="utf-8"))
    region = Region.ZICHUAN
    place = Place(rules, region, Parameters.of(rows))
    programmes = len(rules.at(region, TODAY).programmes)
    known = facts.shipped()
    print(
        f"{programmes} programmes in {region}, {len(known.household)} facts of the household, "
        f"{len(known.person)} of each person, {given.households} households, seed {given.seed}"
    )
    for population in (households.POPULATIONS[name] for name in ("file", "uniform")):
        chance = Random(given.seed)  # noqa: S311 - a simulation
        truths = [population.draw(chance, region.value) for _ in range(given.households)]
        print(f"  {population.name}")
        measure(place, truths, chance)


if __name__ == "__main__":
    main()
