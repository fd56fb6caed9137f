"""How many questions decide everything, beside a fixed form and plain backward chaining.

Run: python -m benchmarks.asking [--households 500] [--population unseen] [--processes 2]
The population `unseen` was written down before the asking was tuned and is for the final figure.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from random import Random

import yaml

from benchmarks import households
from knowledge import asking, facts, prescreening
from knowledge.facts import Known
from knowledge.household import Household
from knowledge.names import Programme, Region
from knowledge.parameters import Parameters
from knowledge.question import Question, Select
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
    """Answers from the truth: ticks what is true, leaves the rest. Someone not named yet is
    whoever the question fits."""

    truth: Household
    slots: dict[int, int] = field(default_factory=dict)

    def answer(self, household: Household, question: Question) -> Household:
        if question.select is Select.MANY or any(len(o.tells) > 1 for o in question.options):
            return self._tick(household, question)
        for fact in question.facts:
            member = question.member
            true_member = None if member is None else self._whom(member, fact, question)
            known = self.truth.known(fact, member=true_member)
            if known is not None:
                household = household.put(fact, known, member)
        return household

    def _tick(self, household: Household, question: Question) -> Household:
        told = dict(question.otherwise) if question.select is Select.MANY else {}
        for option in question.options:
            if all(self.truth.facts[fact].value == value for fact, value in option.tells):
                told |= dict(option.tells)
        for fact, value in told.items():
            household = household.put(fact, Known(value), None)
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


@dataclass
class Tally:
    """What one way of asking came to over some households."""

    turns: list[int] = field(default_factory=list)
    wrong: int = 0
    left_open: int = 0
    seconds: float = 0

    def add(self, other: "Tally") -> None:
        """Takes in what was measured elsewhere."""
        self.turns += other.turns
        self.wrong += other.wrong
        self.left_open += other.left_open
        self.seconds += other.seconds

    def line(self, name: str) -> str:
        """One line of the report."""
        spent = self.seconds / max(1, sum(self.turns)) * 1000
        return (
            f"    {name:24} {statistics.mean(self.turns):6.2f} turns  max {max(self.turns):3}"
            f"  wrong {self.wrong}  left open {self.left_open}  {spent:5.1f} ms CPU a turn"
        )


@dataclass(frozen=True)
class Part:
    """The households that one process measures; together they are all of them."""

    population: str
    households: int
    seed: int


def measured(part: Part) -> dict[str, Tally]:
    """Every way of asking over the same households."""
    place = _place()
    chance = Random(part.seed)  # noqa: S311 - a simulation
    draw = households.POPULATIONS[part.population].draw
    truths = [draw(chance, place.region.value) for _ in range(part.households)]
    everything: frozenset[Programme] = frozenset()
    silent = [(truth, Household.empty()) for truth in truths]
    told = [(truth, narrative(chance, truth)) for truth in truths]
    found = {
        "fixed form": Tally([fixed_form(truth) for truth in truths]),
        "backward chaining": _tally(place, backward, silent, everything),
        "ours": _tally(place, ours, silent, everything),
        "ours after a narrative": _tally(place, ours, told, everything),
    }
    for family, programmes in FAMILIES.items():
        found[f"ours, {family} only"] = _tally(place, ours, silent, frozenset(programmes))
    return found


def _tally(
    place: Place,
    asker: Asker,
    pairs: list[tuple[Household, Household]],
    focus: frozenset[Programme],
) -> Tally:
    tally, started = Tally(), time.process_time()
    for truth, start in pairs:
        steps = [start, *interview(place, asker, truth, start, focus)]
        tally.turns.append(len(steps) - 1)
        reached, right = outcomes(place, steps[-1]), outcomes(place, truth)
        wanted = (focus or set(right)) & set(right)
        tally.wrong += sum(reached[p] not in {"need_more", right[p]} for p in wanted)
        tally.left_open += sum(reached[p] == "need_more" != right[p] for p in wanted)
    tally.seconds = time.process_time() - started
    return tally


def _place() -> Place:
    rows = yaml.safe_load(STANDARDS.read_text(encoding="utf-8"))
    return Place(RuleSet.load(facts.CONTENT), Region.ZICHUAN, Parameters.of(rows))


def report(population: str, count: int, *, seed: int, processes: int) -> None:
    """Prints one line a way of asking, measured in so many processes."""
    shares = [count // processes + (i < count % processes) for i in range(processes)]
    parts = [Part(population, share, seed + i) for i, share in enumerate(shares) if share]
    whole: dict[str, Tally] = {}
    with ProcessPoolExecutor(processes) as pool:
        for found in pool.map(measured, parts):
            for name, tally in found.items():
                whole.setdefault(name, Tally()).add(tally)
    print(f"  {households.POPULATIONS[population].name}, {count} households, seed {seed}")
    for name, tally in whole.items():
        print(tally.line(name), flush=True)


def main() -> None:
    """Measures the wanted populations in the region with the most programmes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=300)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument(
        "--population", nargs="*", choices=list(households.POPULATIONS), default=["file", "uniform"]
    )
    given = parser.parse_args()
    place, known = _place(), facts.shipped()
    programmes = len(place.rules.at(place.region, TODAY).programmes)
    print(
        f"{programmes} programmes in {place.region}, {len(known.household)} facts of the "
        f"household, {len(known.person)} of each person",
        flush=True,
    )
    for population in given.population:
        report(population, given.households, seed=given.seed, processes=given.processes)


if __name__ == "__main__":
    main()
