"""Households told as data come out as they should."""

from datetime import date

import pytest

from knowledge import asking, prescreening
from knowledge.household import Household
from knowledge.names import Programme, Region
from knowledge.verdict import Verdict
from tests.knowledge.prescreening import rulebook

HOUSEHOLDS = rulebook.cases("households")
LIMITS = rulebook.cases("limits")
BELOW_ON_ABOVE = (-1, 0, 1)


def verdicts_of(case: dict, facts: object) -> dict[str, Verdict]:
    region = Region(case["region"])
    found = prescreening.evaluate(
        rulebook.rules(),
        Household.from_json(facts),
        region=region,
        on=case.get("on", rulebook.TODAY),
        local=rulebook.standards(case.get("standards", "invented"), region),
    )
    return {verdict.programme.value: verdict for verdict in found}


@pytest.mark.parametrize("case", HOUSEHOLDS, ids=lambda case: case["name"])
def test_household_comes_out_as_told(case: dict) -> None:
    verdicts = verdicts_of(case, case["input"])
    assert {p: verdicts[p].outcome.value for p in case["output"]} == case["output"]
    decisive = {c.id for v in verdicts.values() for c in v.clauses if c.value is not None}
    assert set(case.get("cites", ())) <= decisive
    for programme, missing in case.get("missing", {}).items():
        assert {m.id for m in verdicts[programme].missing} == set(missing)
    for programme, amount in case.get("amounts", {}).items():
        assert verdicts[programme].amount == amount


@pytest.mark.parametrize(
    "case", [c for c in HOUSEHOLDS if "next_in" in c], ids=lambda case: case["name"]
)
def test_next_question_is_among_the_expected(case: dict) -> None:
    region = Region(case["region"])
    question = asking.next_question(
        rulebook.rules(),
        Household.from_json(case["input"]),
        region=region,
        on=rulebook.TODAY,
        local=rulebook.standards(case.get("standards", "invented"), region),
        focus=frozenset(map(Programme, case.get("focus", ()))),
    )
    asked = set() if question is None else set(question.facts)
    assert asked <= set(case["next_in"])
    assert bool(asked) == bool(case["next_in"])


@pytest.mark.parametrize("case", LIMITS, ids=lambda c: f"{c['clause']}-{c['region']}-{c['at']}")
@pytest.mark.parametrize("step", BELOW_ON_ABOVE)
def test_clause_turns_exactly_at_its_limit(case: dict, step: int) -> None:
    facts = dict(case["input"])
    if "fact" in case:
        facts[case["fact"]] = case["at"] + step
    else:
        facts["members"] = [{**facts["members"][0], case["person"]: case["at"] + step}]
    clauses = [c for v in verdicts_of(case, facts).values() for c in v.clauses]
    held = {clause.id: clause.value for clause in clauses}
    assert held[case["clause"]] is case["gives"][step + 1]


def test_every_unlikely_says_which_clause_where_to_check_and_how_to_apply() -> None:
    for case in HOUSEHOLDS:
        for verdict in verdicts_of(case, case["input"]).values():
            if verdict.outcome is prescreening.Outcome.UNLIKELY:
                assert verdict.failed
                assert verdict.where
                assert "照样" in (verdict.check or "")


def test_day_before_the_law_nothing_is_decided_by_it() -> None:
    case = {"region": "zichuan", "on": date(2026, 6, 30)}
    verdicts = verdicts_of(case, {"property_over_limit": True, "registered_here": False})
    cited = [c for v in verdicts.values() for c in v.clauses if "law-2026" in c.document_id]
    assert cited
    assert all(clause.value is None for clause in cited)
