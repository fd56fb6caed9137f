"""Caseworkers' pattern sheets hold, and households explain the rules."""

import csv
import json
from datetime import date

import jsonschema
import pytest

from knowledge import facts, prescreening, trying
from knowledge.household import Household
from knowledge.names import Programme, Region
from knowledge.verdict import Outcome
from tests import tables
from tests.knowledge.prescreening import rulebook

WORDS = {"true": True, "false": False, "?": None, "!": "refused"}
with (rulebook.CASES / "patterns.csv").open(encoding="utf-8", newline="") as sheet:
    PATTERNS = list(csv.DictReader(sheet))
POOR = Household.from_json({"household_size": 1, "monthly_income": 0, "registered_here": True})
ZICHUAN = Region.ZICHUAN


def told(row: dict[str, str]) -> dict[str, object]:
    cells = {k: v for k, v in row.items() if v and k not in {"name", "region"} and k[0] != "="}
    return {k: WORDS[v] if v in WORDS else int(v) if v.isdigit() else v for k, v in cells.items()}


@pytest.mark.parametrize("row", PATTERNS, ids=lambda row: row["name"])
def test_pattern_sheet_holds(row: dict[str, str]) -> None:
    region = Region(row["region"])
    local = rulebook.standards("invented", region)
    found = prescreening.evaluate(
        rulebook.rules(),
        Household.from_json(told(row)),
        region=region,
        on=rulebook.TODAY,
        local=local,
    )
    outcomes = {verdict.programme.value: verdict.outcome.value for verdict in found}
    assert outcomes[row["=programme"]] == row["=outcome"]


def test_an_explanation_names_clause_source_facts_and_standards() -> None:
    found = prescreening.evaluate(
        rulebook.rules(),
        POOR,
        region=ZICHUAN,
        on=rulebook.TODAY,
        local=rulebook.standards("invented", ZICHUAN),
    )
    text = "\n".join(trying.explain(found[0], POOR))
    assert "+ dibao-income" in text
    assert "《中华人民共和国社会救助法》第18条" in text
    assert "monthly_income=0" in text
    assert "dibao_standard=100000" in text


def test_clauses_that_never_failed_are_listed() -> None:
    rich = Household.from_json({"property_over_limit": True})
    local = rulebook.standards("invented", ZICHUAN)
    found = trying.never_failed(
        rulebook.rules(), [rich], region=ZICHUAN, on=rulebook.TODAY, local=local
    )
    assert "dibao-property" not in found
    assert "dibao-income" in found


def test_who_changes_between_two_days_is_listed() -> None:
    fire = Household.from_json({"event": "fire"})
    found = trying.changed_between(
        rulebook.rules(),
        [POOR, fire],
        region=ZICHUAN,
        before=date(2026, 6, 30),
        after=date(2026, 7, 1),
        local=rulebook.standards("none", ZICHUAN),
    )
    emergency = trying.Change(1, Programme.TEMPORARY_EMERGENCY, Outcome.NEED_MORE, Outcome.LIKELY)
    assert emergency in found


def test_every_rule_file_fits_its_schema() -> None:
    schemas = json.loads(json.dumps(trying.schemas()))
    kinds = {"rules": "*/rules/*.yml", "facts": "national/facts/*.yml"}
    for kind, pattern in kinds.items():
        for path in facts.CONTENT.glob(pattern):
            jsonschema.validate(tables.read(path), schemas[kind])
