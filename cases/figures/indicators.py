"""Which targets of a plan a helpline can measure, and what the measure is: two, and no more."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cases.database import Session
from cases.households import assistance, happiness_lists, visit_results
from knowledge.names import Region

# Row 10 of the Dongtou table names two rates in one.
ROW = 10


class Indicator(StrEnum):
    """The two halves of that row."""

    VISITED = "visited"
    LISTED = "listed"


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
    """探访关爱率 and 幸福清单送达率 of the twelve months before a day.

    Of the households that receive help: how many were seen (nobody at home, or no wish to be
    seen, does not count), how many hold a delivered list.
    """
    households = [one for one in assistance.assisted(session, on=on) if one.region == region]
    visited = visit_results.rate(session, households, on=on)
    listed = happiness_lists.rate(session, households, on=on)
    return (
        Reached(Indicator.VISITED, visited.seen, visited.households),
        Reached(Indicator.LISTED, listed.delivered, listed.households),
    )
