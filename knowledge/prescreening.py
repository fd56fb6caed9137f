"""Whether a household looks eligible, not, or what is missing: a hint, never a decision."""

from datetime import date

from knowledge.household import Household
from knowledge.names import Region
from knowledge.parameters import Parameters
from knowledge.programmes import RuleSet
from knowledge.verdict import Verdict


def evaluate(
    rules: RuleSet, household: Household, *, region: Region, on: date, local: Parameters
) -> tuple[Verdict, ...]:
    """A verdict on every programme that has rules in the region on that day."""
    raise NotImplementedError(rules, household, region, on, local)
