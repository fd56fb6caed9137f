"""Which question comes next: the fewest questions until what was asked about is decided."""

from datetime import date

from knowledge.household import Household
from knowledge.names import Programme, Region
from knowledge.parameters import Parameters
from knowledge.programmes import RuleSet
from knowledge.question import Question


def next_question(
    rules: RuleSet,
    household: Household,
    *,
    region: Region,
    on: date,
    local: Parameters,
    focus: frozenset[Programme] = frozenset(),
) -> Question | None:
    """None when nothing that could be asked would decide more."""
    raise NotImplementedError(rules, household, region, on, local, focus)
