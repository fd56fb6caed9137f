"""Every fact of the five source documents is carried by a clause or an indicator row."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, TypeAdapter

from knowledge import entries
from tests import tables

CONTENT = Path(__file__).parents[2] / "knowledge" / "content"
REGIONS = ("dongtou", "longyan", "fengze", "zichuan", "ningxia")
LAST_NUMBERS = {"A": 88, "B": 11, "C": 36, "D": 16, "E": 17, "F": 33, "G": 25, "H": 33}
LAST_NUMBERS |= {"R": 45, "Z": 15}
FACT_IDS = {f"{kind}{n:03}" for kind, last in LAST_NUMBERS.items() for n in range(1, last + 1)}
YEARS = set(range(2022, 2028))


class Carrier(BaseModel):
    """Where one fact is told: in a clause that shows the strings, or in an indicator row."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    clause: str | None = None
    carries: tuple[str, ...] = ()
    indicator: int | None = None


class Exclusion(BaseModel):
    """Why a fact concerns neither residents nor staff."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    reason: str


class Coverage(BaseModel):
    """The whole table of facts."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    facts: dict[str, Carrier]
    excluded: dict[str, Exclusion]


def _coverage() -> Coverage:
    path = Path(__file__).with_name("coverage.yml")
    return Coverage.model_validate(tables.read(path))


def _documents() -> tuple[entries.Document, ...]:
    paths = [path for region in REGIONS for path in (CONTENT / region / "documents").glob("*.yml")]
    return tuple(entries.Document.model_validate(tables.read(path)) for path in sorted(paths))


def _indicators() -> dict[int, entries.Indicator]:
    path = CONTENT / "dongtou" / "indicators.yml"
    rows = TypeAdapter(list[entries.Indicator]).validate_python(tables.read(path))
    return {row.no: row for row in rows}


COVERAGE = _coverage()
CLAUSES = {clause.id: clause for document in _documents() for clause in document.clauses}
INDICATORS = _indicators()


def _shown(clause: entries.Clause) -> str:
    parts = (clause.number, clause.heading, clause.says, *clause.units, clause.note or "")
    return "\n".join(parts)


def test_the_319_facts_are_listed_once_each() -> None:
    listed = set(COVERAGE.facts) | set(COVERAGE.excluded)
    assert len(FACT_IDS) == 319
    assert listed == FACT_IDS
    assert not set(COVERAGE.facts) & set(COVERAGE.excluded)


def test_exclusions_are_few_and_have_a_reason() -> None:
    assert len(COVERAGE.excluded) <= 10
    for exclusion in COVERAGE.excluded.values():
        assert exclusion.reason.startswith("for neither residents nor staff: ")


@pytest.mark.parametrize("fact", sorted(COVERAGE.facts))
def test_the_carrier_shows_the_figures_dates_and_names(fact: str) -> None:
    carrier = COVERAGE.facts[fact]
    if carrier.indicator is not None:
        assert carrier.indicator in INDICATORS
        return
    assert carrier.clause in CLAUSES
    shown = _shown(CLAUSES[carrier.clause])
    assert carrier.carries
    assert [wanted for wanted in carrier.carries if wanted not in shown] == []


def test_the_yearly_targets_are_complete() -> None:
    assert set(INDICATORS) == set(range(1, 37))
    assert all(set(row.values) == YEARS for row in INDICATORS.values())


def test_every_yearly_target_is_repeated_in_its_clause() -> None:
    for row in INDICATORS.values():
        clause = CLAUSES[f"dongtou-2023-t{row.no}"]
        assert clause.number == f"表{row.no}"
        assert clause.status is entries.Status.PLAN_TARGET
        for year, value in row.values.items():
            assert value in clause.says, (row.no, year)


def test_defects_of_the_sources_are_shown_and_not_mended() -> None:
    assert INDICATORS[2].values[2024] == "1"
    for clause in ("t2", "t29", "3-4-targets", "3-1-plans", "3-2-guide", "3-4-home"):
        assert CLAUSES[f"dongtou-2023-{clause}"].note
    assert "8类" in (CLAUSES["ningxia-2024-1-families"].note or "")
    assert "加強與上" in (CLAUSES["longyan-plan-145-5-partner"].note or "")
    assert "牵头" in (CLAUSES["zichuan-2021-1-3-7-units"].note or "")
    assert "服务公司" in (CLAUSES["fengze-2024-5-2-3"].note or "")


def test_what_concerns_staff_alone_is_not_public() -> None:
    for fact in ("G001", "G002", "G003", "G004", "G005", "G006", "G007", "C012", "C035", "R008"):
        carrier = COVERAGE.facts[fact]
        assert carrier.clause is not None
        assert not CLAUSES[carrier.clause].public
