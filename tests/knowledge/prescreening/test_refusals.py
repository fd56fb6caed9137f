"""What cannot be is refused with a sentence that names it."""

import json
from datetime import date
from pathlib import Path

import pytest

from knowledge import facts, prescreening
from knowledge.household import Household, HouseholdError
from knowledge.names import Region
from knowledge.parameters import ParameterError, Parameters
from tests.knowledge.prescreening import rulebook

ROW = {
    "parameter": "dibao_standard",
    "value": 100000,
    "unit": "fen/person/month",
    "valid_from": "2026-01-01",
    "document": "虚构标准",
}


def screened(line: str) -> dict[str, object]:
    return prescreening.screen_line(
        line,
        rules=rulebook.rules(),
        region=Region.ZICHUAN,
        on=rulebook.TODAY,
        local=Parameters.none(),
    )


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"monthly_incom": 1}, "monthly_incom"),
        ({"monthly_income": -1}, "monthly_income"),
        ({"monthly_income": 12.5}, "monthly_income"),
        ({"monthly_income": "很多"}, "monthly_income"),
        ({"monthly_income": True}, "monthly_income"),
        ({"monthly_income": {"low": 5, "high": 1}}, "monthly_income"),
        ({"monthly_income": 10**20}, "monthly_income"),
        ({"event_date": "2026-02-30"}, "event_date"),
        ({"event_date": "2027-01-01"}, "event_date"),
        ({"event_date": "0001-01-01"}, "event_date"),
        ({"household_size": 40}, "household_size"),
        ({"household_size": 0}, "household_size"),
        ({"household_size": 1, "members": [{}, {}]}, "household_size"),
        ({"members": [{}] * 40}, "40 members"),
        ({"members": {"age": 3}}, "members"),
        ({"members": ["爸爸"]}, r"members\[0\]"),
        ({"members": [{"age": 900}]}, r"members\[0\]"),
        ({"members": [{"registered_here": True}]}, "registered_here"),
        ({"registered_here": "也许"}, "registered_here"),
        ({"event": "stolen"}, "event"),
        ({"members_complete": 1}, "members_complete"),
        ([1, 2], "facts"),
    ],
)
def test_impossible_facts_are_named(told: object, said: str) -> None:
    with pytest.raises(HouseholdError, match=said):
        screened(json.dumps({"facts": told}))


@pytest.mark.parametrize("line", ["", "nonsense", "[]", '"text"', "{}", "[" * 100_000])
def test_a_line_that_is_no_household_is_refused(line: str) -> None:
    with pytest.raises(HouseholdError):
        screened(line)


def test_a_line_comes_out_in_the_shape_of_the_contract() -> None:
    out = screened('{"id": "a", "facts": {"event": "fire"}}')
    assert list(out) == ["id", "programmes", "next", "rules_version"]
    assert list(out["programmes"][0]) == [
        "id", "outcome", "clauses", "missing", "amount", "documents", "where",
    ]  # fmt: skip
    assert list(out["next"]) == ["facts", "question", "why", "select"]


def test_every_fact_and_parameter_is_listed() -> None:
    fixed = {
        "household_size", "monthly_income", "registered_here", "living_region",
        "property_over_limit", "rigid_expenditure_12m", "event", "event_date",
        "medical_self_paid", "education_self_paid", "age", "relation", "disability_kind",
        "disability_grade", "serious_illness", "can_work", "student",
    }  # fmt: skip
    assert fixed <= {row["id"] for row in prescreening.list_facts(facts.shipped())}
    listed = {row["id"]: row for row in prescreening.list_parameters(rulebook.rules())}
    assert "dongtou" in listed["minimum_wage"]["regions"]
    assert "zichuan" not in listed["minimum_wage"]["regions"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"parameter": "dibao_standrad"}, "dibao_standrad"),
        ({"value": -1}, "negative"),
        ({"value": "1/3"}, "whole number"),
        ({"value": True}, "must be a money"),
        ({"unit": "yuan"}, "unit"),
        ({"value": None}, "value"),
        ({"valid_from": "2026-02-30"}, "valid_from"),
        ({"valid_until": "2025-01-01"}, "valid_until"),
        ({"extra": 1}, "extra"),
    ],
)
def test_standards_that_cannot_be_are_named(change: dict, said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        Parameters.of([{**ROW, **change}])


def test_two_values_on_one_day_are_refused() -> None:
    with pytest.raises(ParameterError, match="two values"):
        Parameters.of([ROW, {**ROW, "value": 5, "valid_from": "2026-06-01"}])


def test_a_value_holds_on_its_first_and_last_day_only() -> None:
    local = Parameters.of([{**ROW, "valid_until": "2026-06-30"}])
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)]
    assert [bool(local.on(day)) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(("raw", "exact"), [("150%", "3/2"), (0.1, "1/10"), ("2/3", "2/3")])
def test_ratios_are_exact(raw: object, exact: str) -> None:
    ratio = {**ROW, "parameter": "margin_multiple", "unit": "ratio", "value": raw}
    assert str(Parameters.of([ratio]).values[0].exact) == exact


def test_a_standards_file_that_is_no_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "zichuan.yml"
    path.write_text("dibao_standard: 1", encoding="utf-8")
    with pytest.raises(ParameterError, match=r"zichuan\.yml"):
        Parameters.load(path)


def test_labels_and_aliases_mean_their_value() -> None:
    told = Household.from_json({"event": "火灾", "members": [{"disability_grade": "二级"}]})
    assert told.facts["event"].value == "fire"
    assert told.members[0]["disability_grade"].value == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "- parameter: dibao_standard\n  value: 1\n  value: 2\n",
            "mine.yml:1: value is told twice",
        ),
        ("- {parameter: dibao_standard\n", r"mine\.yml:2: not valid YAML"),
        ("- {a: 1}\n- {b: 2}\n", r"mine\.yml:1: 0\.parameter: row 1"),
        (f"# 虚构\n- {ROW}\n- {ROW}\n", r"mine\.yml:3: .*two values"),
        (f"- {ROW}\n-\n".replace("'", '"'), r"mine\.yml:2: 1"),
        (f"- { ({**ROW, 'value': '1e9999999'}) }\n", r"mine\.yml:1: 0\.value.*plain number"),
        (f"- { ({**ROW, 'unit': 'yuan'}) }\n", r"mine\.yml:1: 0\.unit"),
    ],
)
def test_a_standards_file_is_refused_with_file_and_line(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "mine.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ParameterError, match=said):
        Parameters.load(path)


def test_a_standards_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"nowhere\.yml: cannot be read"):
        Parameters.load(tmp_path / "nowhere.yml")
