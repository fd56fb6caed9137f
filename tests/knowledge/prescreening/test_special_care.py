"""The seven families that the Ningxia document names, each alone; the eighth is only told."""

import pytest

from knowledge import prescreening
from knowledge.household import Household
from knowledge.names import Programme, Region
from knowledge.verdict import Outcome, Verdict
from tests.knowledge.prescreening import rulebook

NOBODY = {
    "recognised": "dibao",
    "still_stuck": True,
    "event": "none",
    "has_elder": False,
    "has_child": False,
    "has_disabled": False,
    "has_severe_disability": False,
    "has_serious_illness": False,
}
SEVERE = {"has_disabled": True, "has_severe_disability": True}
ONE = {"household_size": 1, "members": [{"disability_grade": 1, "disability_kind": "visual"}]}
TWO_DISABLED = [
    {"disability_grade": 3, "disability_kind": "hearing"},
    {"disability_grade": 4, "disability_kind": "visual"},
]
SEVEN = {
    "低保老人照护重病家人": {"has_elder": True, "has_serious_illness": True},
    "低保老人照护重残家人": {"has_elder": True, **SEVERE, **ONE},
    "低保老人照护孩子": {"has_elder": True, "has_child": True},
    "重残的人照护孩子": {"has_child": True, **SEVERE, **ONE},
    "重残和重病都有": {"has_serious_illness": True, **SEVERE, **ONE},
    "一户多残": {"has_disabled": True, "household_size": 2, "members": TWO_DISABLED},
    "突发事件": {"event": "fire"},
}


def verdict(told: dict[str, object], standards: str = "none") -> Verdict:
    found = prescreening.evaluate(
        rulebook.rules(),
        Household.from_json({**NOBODY, **told}),
        region=Region.NINGXIA,
        on=rulebook.TODAY,
        local=rulebook.standards(standards, Region.NINGXIA),
    )
    return next(v for v in found if v.programme is Programme.SPECIAL_CARE)


@pytest.mark.parametrize("told", SEVEN.values(), ids=list(SEVEN))
def test_each_named_family_is_one(told: dict[str, object]) -> None:
    assert verdict(told).outcome is Outcome.LIKELY


def test_a_household_of_none_of_the_seven_waits_for_the_eighth_to_be_named() -> None:
    found = verdict({})
    assert found.outcome is Outcome.NEED_MORE
    assert found.waits_for_standard
    assert {missing.id for missing in found.missing} == {"care_families_complete"}
    assert any("第8类" in note for note in found.notes)


def test_where_the_place_says_there_are_only_seven_the_clause_fails_and_tells_where() -> None:
    found = verdict({}, "invented")
    assert [clause.id for clause in found.failed] == ["care-families"]
    assert "第8类" in (found.check or "")
