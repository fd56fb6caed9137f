"""Simulated households: drawn from the population file, or evenly over all answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from random import Random

import yaml

from knowledge import facts
from knowledge.household import Household

POPULATION = Path(__file__).parent / "population.yml"
UNSEEN = Path(__file__).parent / "unseen_population.yml"
PER_CENT = 100
ADULT, WORKING, OLD = 18, 16, 60
BASIC_PENSION, FEN_OF_A_YUAN, NEW_JOB_ONE_IN, LONG_AGO = 20_000, 100, 24, 99
LIVING_HARD_BELOW = 150_000
Shares = Mapping[str, object]
Person = dict[str, bool | int | str]


@dataclass(frozen=True)
class Population:
    """How a household is drawn."""

    name: str
    draw: Callable[[Random, str], Household]


@cache
def _shares(population: Path) -> Shares:
    read: Shares = yaml.safe_load(population.read_text(encoding="utf-8"))
    return read


def frozen(chance: Random, region: str, *, population: Path = POPULATION) -> Household:
    """One household of the population file."""
    shares = _shares(population)
    people = [_person(chance, shares) for _ in range(int(_pick(chance, shares["household_size"])))]
    own: dict[str, bool | int | str] = {
        fact: _hit(chance, share) for fact, share in _table(shares["true_share"]).items()
    }
    for fact in ("event", "recognised", "housing_hard", "legal_need"):
        own[fact] = _pick(chance, shares[fact])
    per_person = _ranged(chance, shares["monthly_income_per_person"])
    rigid = _ranged(chance, shares["rigid_expenditure_12m"])
    medical = rigid * _whole(shares["medical_share_of_rigid"]) // PER_CENT
    own |= {
        "monthly_income": per_person * len(people),
        "rigid_expenditure_12m": rigid,
        "medical_self_paid": medical,
        "education_self_paid": rigid - medical,
        "registered_here": _hit(chance, shares["registered_here"]),
        "property_over_limit": _hit(chance, shares["property_over_limit"]),
        "special_hardship": False,
        "in_care_eighth": False,
        "living_hard": per_person < LIVING_HARD_BELOW,
    }
    return _consistent(own, people, region)


def uniform(chance: Random, region: str) -> Household:
    """One household with every answer equally probable."""
    known = facts.shipped()
    own = {fact.id: _any(chance, fact) for fact in known.household.values()}
    size = chance.randint(1, 5)
    people = [{fact.id: _any(chance, fact) for fact in known.person.values()} for _ in range(size)]
    own.pop("event_date")
    return _consistent(own, people, region)


POPULATIONS = {
    "file": Population("population file", frozen),
    "uniform": Population("uniform", uniform),
    "unseen": Population("unseen population file", partial(frozen, population=UNSEEN)),
}


def _consistent(own: dict[str, bool | int | str], people: list[Person], region: str) -> Household:
    for person in people:
        if person["disability_kind"] == "none" or person["disability_grade"] == 0:
            person |= {"disability_kind": "none", "disability_grade": 0}
        person["can_work"] = bool(person["can_work"]) and int(person["age"]) >= WORKING
        if int(person["age"]) >= ADULT and not person["student"]:
            person["parents"] = "caring"
    own |= {
        "household_size": len(people),
        "living_region": region if own["registered_here"] else "elsewhere",
        "has_elder": any(int(p["age"]) >= OLD for p in people),
        "has_child": any(int(p["age"]) < ADULT for p in people),
        "has_disabled": any(p["disability_grade"] for p in people),
        "has_severe_disability": any(p["disability_grade"] in {1, 2} for p in people),
        "idle_severe_adult": any(_idle(p) for p in people),
        "has_mental_disability": any(_mental(p) for p in people),
        "uncared_child": any(p["parents"] != "caring" for p in people),
        "orphan_child": any(p["parents"] == "lost" and int(p["age"]) < ADULT for p in people),
        "orphan_student": any(p["parents"] == "lost" and int(p["age"]) >= ADULT for p in people),
        "parents_unable": any(_unable(p) for p in people),
        "has_serious_illness": any(p["serious_illness"] for p in people),
        "has_student": any(p["student"] for p in people),
        "disaster_hit": bool(own["disaster_hit"]) or own["event"] == "disaster",
    }
    own["event"] = "disaster" if own["disaster_hit"] else own["event"]
    own["autistic_child"] = bool(own["autistic_child"]) and bool(own["has_child"])
    own |= _earned(own, people)
    own["legal_exempt"] = own["legal_need"] != "none" and own["monthly_income"] == 0
    if own["rigid_expenditure_12m"] == 0:
        own["medical_self_paid"] = own["education_self_paid"] = 0
    if not own["has_student"]:
        own["education_self_paid"] = 0
    return Household.from_json({**own, "members": people})


def _earned(own: dict[str, bool | int | str], people: list[Person]) -> dict[str, int]:
    """Of the income what is pay, and what is a basic pension: no draw of its own, so that the
    households stay those that were frozen before rules asked for either."""
    income = int(own["monthly_income"])
    able = sum(bool(person["can_work"]) for person in people)
    old = sum(int(person["age"]) >= OLD for person in people)
    return {
        "work_income": income * able // len(people),
        "uncounted_income": min(income - income * able // len(people), old * BASIC_PENSION),
        "new_job_months": (income // FEN_OF_A_YUAN) % NEW_JOB_ONE_IN if able else LONG_AGO,
    }


def _mental(person: Person) -> bool:
    kinds = {"intellectual", "mental"}
    return person["disability_grade"] in {3, 4} and person["disability_kind"] in kinds


def _idle(person: Person) -> bool:
    severe = person["disability_grade"] in {1, 2} and int(person["age"]) >= ADULT
    return severe and not person["can_work"]


def _unable(person: Person) -> bool:
    return person["parents"] not in {"caring", "lost"} and int(person["age"]) < ADULT


def _person(chance: Random, shares: Shares) -> Person:
    age = _ranged(chance, shares["ages"])
    minor = age < ADULT
    return {
        "age": age,
        "disability_kind": _pick(chance, shares["disability_kind"]),
        "disability_grade": _pick(chance, shares["disability_grade"]),
        "serious_illness": _hit(chance, shares["serious_illness"]),
        "can_work": _hit(chance, shares["can_work"]),
        "student": _hit(chance, shares["student_under_18" if minor else "student_grown"]),
        "parents": _pick(chance, shares["parents"]),
    }


def _any(chance: Random, fact: facts.Fact) -> bool | int | str:
    if fact.options and fact.type is not facts.FactType.MONEY:
        return chance.choice(fact.options).value
    if fact.type is facts.FactType.MONEY:
        return chance.choice((0, chance.randint(1, 300_000), chance.randint(1, 9_000_000)))
    return chance.randint(fact.low, fact.high or PER_CENT)


def _pick(chance: Random, weights: object) -> bool | int | str:
    table = _table(weights)
    value: bool | int | str = chance.choices(list(table), [_whole(w) for w in table.values()])[0]
    return value


def _hit(chance: Random, share: object) -> bool:
    return chance.random() * PER_CENT < _whole(share)


def _table(weights: object) -> dict[str, object]:
    if not isinstance(weights, dict):
        raise TypeError("a choice needs weights")
    return weights


def _whole(share: object) -> int:
    if not isinstance(share, int):
        raise TypeError("a share must be a number")
    return share


def _ranged(chance: Random, ranges: object) -> int:
    if not isinstance(ranges, list):
        raise TypeError("ranges must be a list")
    low, high, _ = chance.choices(ranges, [share for _, _, share in ranges])[0]
    return chance.randint(int(low), int(high))
