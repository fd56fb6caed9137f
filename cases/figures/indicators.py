"""Which targets of a plan a helpline can measure, and what the measure is: four, and no more."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cases.care import checks
from cases.database import Session
from cases.households import assistance, happiness_lists, visit_results
from knowledge.names import Programme, Region

# The two completion rates are over families of low income as the plan counts them.
LOW_INCOME = frozenset(
    {
        Programme.DIBAO,
        Programme.DIBAO_MARGIN,
        Programme.RIGID_EXPENDITURE,
        Programme.LOW_INCOME_FAMILY,
    }
)


class Indicator(StrEnum):
    """Both halves of row 10 of the Dongtou table, and the two completion rates."""

    VISITED = "visited"
    LISTED = "listed"
    NEEDS = "needs"
    LEADS = "leads"


# In which row of the table its target stands.
ROWS = {Indicator.VISITED: 10, Indicator.LISTED: 10, Indicator.NEEDS: 7, Indicator.LEADS: 8}


@dataclass(frozen=True)
class Reached:
    """How many of how many; none of none is not a hundred per cent."""

    indicator: Indicator
    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """The rate; None where there is nobody to count."""
        return self.part / self.whole if self.whole else None


def of(session: Session, region: Region, *, on: date) -> tuple[Reached, ...]:
    """探访关爱率, 幸福清单送达率 and both completion rates of the twelve months before a day.

    Of the households that receive help: how many were seen (nobody at home, or no wish to be
    seen, does not count), how many hold a delivered list. Of those of low income: whose needs are
    known. Of those on bureaus' lists whose check was due: how many were looked in on.
    """
    households = [one for one in assistance.assisted(session, on=on) if one.region == region]
    visited = visit_results.rate(session, households, on=on)
    listed = happiness_lists.rate(session, households, on=on)
    poor = assistance.assisted(session, on=on, programmes=LOW_INCOME)
    needs = checks.needs_known(session, [one for one in poor if one.region == region], on=on)
    leads = checks.leads_looked_into(session, region, on=on)
    return (
        Reached(Indicator.VISITED, visited.seen, visited.households),
        Reached(Indicator.LISTED, listed.delivered, listed.households),
        Reached(Indicator.NEEDS, needs.part, needs.whole),
        Reached(Indicator.LEADS, leads.part, leads.whole),
    )
