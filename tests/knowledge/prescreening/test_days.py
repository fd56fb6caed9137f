"""Every dated value and every document counts from its first day to its last, and on no other."""

import re
from datetime import date, timedelta

import pytest

from knowledge.names import Region
from knowledge.parameters import Parameter, Parameters
from knowledge.programmes import ClauseRule, ExceptionRule
from tests.knowledge.prescreening import rulebook

RULES = rulebook.rules()
DAY = timedelta(days=1)
NUMERIC = re.compile(r"[<>]|margin_income|big_spending|rigid_family")
SHIPPED = [(region, row) for region, known in RULES.shipped.items() for row in known.values]
INVENTED = rulebook.standards("invented", Region.ZICHUAN).values
DATED = [d for d in RULES.documents.values() if d.valid_from is not None and d.binds(d.valid_from)]
# One holds whatever the age is where the other fails; the others need a standard of a day on which
# the document was in force, and count people rather than money.
NO_LIMIT = {"tekun-student", "longyan-single-person", "longyan-margin-income", "care-families"}


def _counts(region: Region, row: Parameter, on: date) -> bool:
    found = RULES.standards_on(region, on, Parameters.none()).exact
    return found.get(row.parameter) == row.exact


@pytest.mark.parametrize(("region", "row"), SHIPPED, ids=lambda value: str(value)[:30])
def test_a_shipped_value_counts_from_its_first_day(region: Region, row: Parameter) -> None:
    assert not _counts(region, row, row.valid_from - DAY)
    first = max(row.valid_from, RULES.documents[row.document].valid_from or row.valid_from)
    assert _counts(region, row, first)


@pytest.mark.parametrize(
    ("region", "row"),
    [(region, row) for region, row in SHIPPED if row.valid_until],
    ids=lambda value: str(value)[:30],
)
def test_a_shipped_value_counts_to_its_last_day(region: Region, row: Parameter) -> None:
    assert row.valid_until is not None
    assert _counts(region, row, row.valid_until)
    assert not _counts(region, row, row.valid_until + DAY)


@pytest.mark.parametrize("row", INVENTED, ids=lambda row: row.parameter)
def test_an_entered_value_counts_from_its_first_day(row: Parameter) -> None:
    local = Parameters((row,))
    assert row.parameter not in local.on(row.valid_from - DAY)
    assert local.on(row.valid_from)[row.parameter] is row


@pytest.mark.parametrize("document", DATED, ids=lambda document: document.id)
def test_a_document_binds_from_its_first_day_to_its_last(document: object) -> None:
    head = RULES.documents[document.id]  # type: ignore[attr-defined]
    assert head.valid_from is not None
    assert not head.binds(head.valid_from - DAY)
    if head.valid_until is not None:
        assert head.binds(head.valid_until)
        assert not head.binds(head.valid_until + DAY)


def test_every_rule_with_a_limit_is_tried_below_on_and_above_it() -> None:
    cases = rulebook.cases("limits")
    tried = {case["clause"] for case in cases} | {case.get("by") for case in cases}
    rules: list[ClauseRule | ExceptionRule] = []
    for sheet in RULES.sheets.values():
        rules += [*sheet.clauses, *sheet.exceptions]
    numeric = {rule.id for rule in rules if NUMERIC.search(rule.when)}
    assert numeric - tried <= NO_LIMIT
