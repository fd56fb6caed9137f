"""The cash programmes as openfisca-core reckons them, for comparison only.

Run in an environment of its own that has openfisca-core, pydantic and PyYAML:
python -m benchmarks.peers.openfisca_cash [--households 2000]
"""

import argparse
import time
from random import Random

import numpy
import yaml
from openfisca_core.entities import Entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from benchmarks import households
from benchmarks.asking import STANDARDS, TODAY, Place
from knowledge import facts, prescreening
from knowledge.household import Household
from knowledge.names import Region
from knowledge.parameters import Parameters
from knowledge.ruleset import RuleSet

MONTH = "2026-11"
YUAN = 100
DIBAO, MULTIPLE, DISPOSABLE, RATIO = 1000.0, 1.5, 40000.0, 0.5
WORK_SHARE, GRADUAL_MONTHS, FIFTHS = 0.2, 6, 5
HOUSEHOLD = Entity("household", "households", "A household", "")
INPUTS = {
    "household_size": int,
    "monthly_income": float,
    "registered_here": bool,
    "property_over_limit": bool,
    "rigid_expenditure_12m": float,
    "medical_self_paid": float,
    "education_self_paid": float,
    "event_happened": bool,
    "single_person": bool,
    "work_income": float,
    "new_job_months": int,
    "on_dibao": bool,
    "idle_severe_adult": bool,
}
MONEY = {name for name, kind in INPUTS.items() if kind is float}
PROGRAMMES = ("dibao", "dibao_margin", "temporary_emergency", "temporary_expenditure")


def _variable(name: str, kind: type, formula: object = None) -> type[Variable]:
    own = {
        "value_type": kind,
        "entity": HOUSEHOLD,
        "definition_period": DateUnit.MONTH,
        "label": name,
    }
    return type(name, (Variable,), own | ({"formula": formula} if formula else {}))


def _common(household, period):  # noqa: ANN001, ANN202 - shapes of openfisca
    return household("registered_here", period) & ~household("property_over_limit", period)


def _counted(household, period):  # noqa: ANN001, ANN202
    """The income without the costs of work: a share of the pay, never more than the pay."""
    pay = numpy.minimum(household("work_income", period), household("monthly_income", period))
    return household("monthly_income", period) - WORK_SHARE * pay


def dibao(household, period):  # noqa: ANN001, ANN201
    """低保, with the cost of work, the single-person ways and the gradual leaving."""
    counted, size = _counted(household, period), household("household_size", period)
    single = household("single_person", period) & (counted < DIBAO * MULTIPLE * size)
    leaving = household("on_dibao", period) & (
        household("new_job_months", period) <= GRADUAL_MONTHS
    )
    adult = household("idle_severe_adult", period)
    ways = (counted < DIBAO * size) | single | leaving | adult
    return _common(household, period) & ways


def dibao_margin(household, period):  # noqa: ANN001, ANN201
    """低保边缘."""
    income, size = household("monthly_income", period), household("household_size", period)
    within = (income >= DIBAO * size) & (_counted(household, period) < DIBAO * MULTIPLE * size)
    return _common(household, period) & within


def temporary_emergency(household, period):  # noqa: ANN001, ANN201
    """临时救助·急难型."""
    return household("event_happened", period)


def temporary_expenditure(household, period):  # noqa: ANN001, ANN201
    """临时救助·支出型."""
    income, size = household("monthly_income", period), household("household_size", period)
    rigid = household("rigid_expenditure_12m", period)
    paid = household("medical_self_paid", period) + household("education_self_paid", period)
    heavy = (rigid > RATIO * income * 12) | (paid > RATIO * income * 12)
    within = (income * 12 < DISPOSABLE * size) & ~household("property_over_limit", period)
    return heavy & within & ((rigid > 0) | (paid > 0))


def system() -> TaxBenefitSystem:
    """The four programmes and their inputs."""
    built = TaxBenefitSystem([HOUSEHOLD])
    for name, kind in INPUTS.items():
        built.add_variable(_variable(name, kind))
    for formula in (dibao, dibao_margin, temporary_emergency, temporary_expenditure):
        built.add_variable(_variable(formula.__name__, bool, formula))
    return built


def told(household: Household) -> dict[str, dict[str, object]]:
    """The household as openfisca takes it: money in 元 as a float."""
    known = {fact: value.value for fact, value in household.facts.items()}
    people = [{k: v.value for k, v in person.items()} for person in household.members]
    known["event_happened"] = known["event"] != "none"
    known["on_dibao"] = known["recognised"] == "dibao"
    known["single_person"] = any(_single(person) for person in people)
    values = {name: known[name] for name in INPUTS}
    return {n: {MONTH: v / YUAN if n in MONEY else v} for n, v in values.items()}


def _single(person: dict[str, object]) -> bool:
    mental = person["disability_kind"] in {"intellectual", "mental"}
    grade = person["disability_grade"]
    return bool(person["serious_illness"]) or grade in {1, 2} or (grade == 3 and mental)  # noqa: PLR2004


def ask_openfisca(built: TaxBenefitSystem, household: Household) -> dict[str, bool]:
    """Builds a simulation for one household and reckons the four programmes."""
    simulation: Simulation = SimulationBuilder().build_from_dict(
        built, {"households": {"h": told(household)}}
    )
    return {name: bool(simulation.calculate(name, MONTH)[0]) for name in PROGRAMMES}


def ask_ours(place: Place, household: Household) -> dict[str, bool]:
    """All programmes with their trace; the four that are compared."""
    found = prescreening.evaluate(
        place.rules, household, region=place.region, on=TODAY, local=place.local
    )
    return {v.programme.value: v.outcome.value == "likely" for v in found}


def at_limit(household: Household, step: int) -> Household:
    """The same household with an income one 分 below, on or above the line of 低保."""
    size = household.facts["household_size"].value
    line = int(DIBAO * YUAN) * int(str(size))
    told = household.tell("monthly_income", line + step).tell("recognised", "none")
    return told.tell("work_income", 0)


def at_limit_after_work(household: Household, step: int) -> Household:
    """The same with pay, so that the income without a fifth of it lies there: a fifth is no
    number that a float can hold."""
    near = at_limit(household, step)
    line = int(str(near.facts["monthly_income"].value))
    fifth = line // FIFTHS + int(str(household.facts["new_job_months"].value))
    return near.tell("monthly_income", line + fifth).tell("work_income", FIFTHS * fifth)


def compare(name: str, sample: list[Household], built: TaxBenefitSystem, place: Place) -> None:
    """Prints disagreements and the CPU time of one household by each."""
    wrong, theirs_spent, ours_spent = 0, 0.0, 0.0
    for household in sample:
        started = time.process_time()
        theirs = ask_openfisca(built, household)
        between = time.process_time()
        ours = ask_ours(place, household)
        theirs_spent += between - started
        ours_spent += time.process_time() - between
        wrong += any(theirs[programme] != ours[programme] for programme in PROGRAMMES)
    count = len(sample)
    theirs_each, ours_each = 1e6 * theirs_spent / count, 1e6 * ours_spent / count
    print(
        f"  {name:40} {count} households, {wrong} disagree; openfisca {theirs_each:5.0f} µs"
        f" for 4 programmes, ours {ours_each:5.0f} µs for all with trace"
    )


def main() -> None:
    """Away from the lines and at the line of 低保."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--households", type=int, default=1000)
    given = parser.parse_args()
    chance = Random(20261122)  # noqa: S311 - a simulation
    local = Parameters.of(yaml.safe_load(STANDARDS.read_text(encoding="utf-8")))
    place = Place(RuleSet.load(facts.CONTENT), Region.ZICHUAN, local)
    built = system()
    drawn = [households.frozen(chance, "zichuan") for _ in range(given.households)]
    compare("population file", drawn, built, place)
    for step in (-1, 0, 1):
        near = [at_limit(household, step) for household in drawn[:200]]
        compare(f"line of 低保 {step:+d} 分", near, built, place)
        after = [at_limit_after_work(household, step) for household in drawn[:200]]
        compare(f"the same after the cost of work {step:+d} 分", after, built, place)


if __name__ == "__main__":
    main()
