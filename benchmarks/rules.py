"""How long a verdict on every programme with its trace takes, and the next question.

Run: python -m benchmarks.rules [--households 1000]. Beside openfisca-core, in an environment that
has it: python -m benchmarks.peers.openfisca_cash
"""

import argparse
import statistics
import time
from collections.abc import Callable
from random import Random

import yaml

from benchmarks import households
from benchmarks.asking import STANDARDS, TODAY, Place
from knowledge import asking, facts, prescreening
from knowledge.household import Household
from knowledge.names import Region
from knowledge.parameters import Parameters
from knowledge.ruleset import RuleSet

MICROSECONDS = 1_000_000


def main() -> None:
    """Prints one line for each thing measured."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--households", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20261122)
    given = parser.parse_args()
    chance = Random(given.seed)  # noqa: S311 - a simulation
    started = time.process_time()
    rules = RuleSet.load(facts.CONTENT)
    print(f"reading all rules      {(time.process_time() - started) * 1000:8.1f} ms CPU")
    local = Parameters.of(yaml.safe_load(STANDARDS.read_text(encoding="utf-8")))
    place = Place(rules, Region.ZICHUAN, local)
    whole = [households.frozen(chance, "zichuan") for _ in range(given.households)]
    half = [_half(chance, household) for household in whole]
    count = len(rules.at(place.region, TODAY).programmes)
    print(f"{count} programmes, {given.households} households, CPU time of one")
    _timed("everything known", whole, lambda h: _evaluate(place, h))
    _timed("half of it known", half, lambda h: _evaluate(place, h))
    _timed("nothing known", [Household.empty()] * 200, lambda h: _evaluate(place, h))
    _timed("next question, half known", half[:200], lambda h: _next(place, h))
    _timed("next question, nothing known", [Household.empty()] * 50, lambda h: _next(place, h))


def _half(chance: Random, household: Household) -> Household:
    kept = {fact: known for fact, known in household.facts.items() if chance.getrandbits(1)}
    return Household(kept, household.members)


def _evaluate(place: Place, household: Household) -> object:
    return prescreening.evaluate(
        place.rules, household, region=place.region, on=TODAY, local=place.local
    )


def _next(place: Place, household: Household) -> object:
    return asking.next_question(
        place.rules, household, region=place.region, on=TODAY, local=place.local
    )


def _timed(name: str, sample: list[Household], measured: Callable[[Household], object]) -> None:
    measured(sample[0])
    spent = []
    for household in sample:
        started = time.process_time()
        measured(household)
        spent.append((time.process_time() - started) * MICROSECONDS)
    cuts = statistics.quantiles(spent, n=100)
    print(f"  {name:30} p50 {statistics.median(spent):8.0f} µs   p99 {cuts[98]:8.0f} µs")


if __name__ == "__main__":
    main()
