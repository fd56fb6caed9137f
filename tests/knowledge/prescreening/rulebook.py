"""The shipped rules beside invented standards, as the tests use them."""

from datetime import date
from functools import cache
from pathlib import Path

from knowledge import facts, parameters
from knowledge.names import Region
from knowledge.parameters import Parameters
from knowledge.ruleset import RuleSet
from tests import tables

CASES = Path(__file__).parent.parent / "rules"
TODAY = date(2026, 11, 22)
LEFT_OPEN = {"work_deduction_share", "gradual_months"}
UNSAID = {"rigid_income_deducts", "expenditure_income_strict", "hard_means_listed"}
OPEN = {
    "living_cost_counted": 1_560_000,
    "rigid_income_deducts": True,
    "expenditure_income_strict": False,
    "hard_means_listed": False,
    "service_families_complete": False,
    "legal_other_taken": True,
}


@cache
def rules() -> RuleSet:
    """The shipped rules."""
    return RuleSet.load(facts.CONTENT)


@cache
def standards(name: str, region: Region) -> Parameters:
    """`invented`, `dibao_only`, `no_deduction`, `wider`, `open` (the place takes every text at its
    widest), `unsaid` (it has not said) or `none`; Dongtou keeps its multiple."""
    rows = tables.read(CASES / "standards.yml")
    if name == "none":
        rows = []
    if name == "dibao_only":
        rows = [row for row in rows if row["parameter"] == "dibao_standard"]
    if name == "no_deduction":
        rows = [row for row in rows if row["parameter"] not in LEFT_OPEN]
    if name == "wider":
        wider = {"single_person_wider": True}
        rows = [row | {"value": wider.get(row["parameter"], row["value"])} for row in rows]
    if name == "open":
        rows = [row | {"value": OPEN.get(row["parameter"], row["value"])} for row in rows]
    if name == "unsaid":
        rows = [row for row in rows if row["parameter"] not in UNSAID]
    if region is Region.DONGTOU:
        rows = [row for row in rows if row["parameter"] != "margin_multiple"]
    return Parameters.of(rows, parameters.shipped_standards())


def cases(name: str) -> list[dict[str, object]]:
    """The rows of one file of cases."""
    rows: list[dict[str, object]] = tables.read(CASES / f"{name}.yml")
    return rows
