"""Every clause is shown to fail alone, and every citation stands in its document."""

import pytest

from knowledge import facts, prescreening
from knowledge.household import Household
from knowledge.names import Programme, Region
from knowledge.programmes import Cite
from knowledge.verdict import Outcome, Verdict
from tests import tables
from tests.knowledge.prescreening import rulebook

CASES = rulebook.cases("only_failing")
FAILING = [(case, clause) for case in CASES for clause in case["fails"]]
# Holds whenever the heavier clause beside it holds, so it never fails alone.
NEVER_ALONE = {"expenditure-some"}


def verdict_of(case: dict, facts_told: object) -> Verdict:
    region = Region(case["region"])
    found = prescreening.evaluate(
        rulebook.rules(),
        Household.from_json(facts_told),
        region=region,
        on=case.get("on", rulebook.TODAY),
        local=rulebook.standards("invented", region),
    )
    return next(v for v in found if v.programme == case["programme"])


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['programme']}-{c['region']}")
def test_base_household_is_likely(case: dict) -> None:
    assert verdict_of(case, case["base"]).outcome is Outcome.LIKELY


@pytest.mark.parametrize(("case", "clause"), FAILING, ids=lambda value: str(value)[:40])
def test_clause_fails_alone(case: dict, clause: str) -> None:
    verdict = verdict_of(case, {**case["base"], **case["fails"][clause]})
    assert verdict.outcome is Outcome.UNLIKELY
    assert [failed.id for failed in verdict.failed] == [clause]


def test_no_clause_in_force_is_left_without_a_failing_case() -> None:
    shown = {clause for _, clause in FAILING} | NEVER_ALONE
    for region in Region:
        for programme in rulebook.rules().at(region, rulebook.TODAY).programmes:
            assert {clause.rule.id for clause in programme.clauses} <= shown


def test_every_programme_of_the_contract_has_rules_somewhere() -> None:
    ruled = {programme for _, programme in rulebook.rules().sheets}
    assert set(Programme) - ruled == {Programme.LOW_INCOME_FAMILY}


def test_every_citation_names_a_clause_of_its_document() -> None:
    numbers: dict[str, set[str]] = {}
    for path in facts.CONTENT.glob("*/documents/*.yml"):
        document = tables.read(path)
        numbers[document["id"]] = {str(clause["number"]) for clause in document["clauses"]}
    wrong = [cite for cite in _cites() if cite.clause not in numbers[cite.document]]
    assert not wrong


def _cites() -> list[Cite]:
    sheets = rulebook.rules().sheets.values()
    rules = [r for s in sheets for r in (*s.clauses, *s.exceptions, *s.amounts, *s.notes)]
    return [rule.cite for rule in rules]


@pytest.mark.parametrize("region", list(Region))
def test_every_programme_says_where_to_apply_what_to_bring_and_the_next_step(
    region: Region,
) -> None:
    for programme in rulebook.rules().at(region, rulebook.TODAY).programmes:
        assert programme.where, programme.programme
        assert programme.papers, programme.programme
        assert programme.likely, programme.programme
        assert programme.waits, programme.programme
        assert "45条" in (programme.check or ""), programme.programme


def test_where_follows_the_law_household_registration_emergency_or_school() -> None:
    where = {
        p.programme: p.where for p in rulebook.rules().at(Region.ZICHUAN, rulebook.TODAY).programmes
    }
    for programme in (Programme.DIBAO, Programme.TEKUN, Programme.MEDICAL, Programme.HOUSING):
        assert "户口所在地" in where[programme]
    for programme in (Programme.TEMPORARY_EMERGENCY, Programme.TEMPORARY_EXPENDITURE):
        assert "出事地方" in where[programme]
    assert "学校" in where[Programme.EDUCATION]
