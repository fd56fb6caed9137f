"""Which targets of a plan a helpline can measure, and what the measure is: two, and no more."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from sqlmodel import col, select

from cases.database import Session
from cases.households import assistance, happiness_lists
from cases.households.households import Household
from cases.households.visits import Visit, VisitState
from knowledge.names import Region

YEAR = timedelta(days=365)
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

    Of the households that receive help: how many were visited, how many hold a delivered list.
    """
    households = [one for one in assistance.assisted(session, on=on) if one.region == region]
    listed = happiness_lists.rate(session, households, on=on)
    return (
        Reached(Indicator.VISITED, _visited(session, households, on=on), len(households)),
        Reached(Indicator.LISTED, listed.delivered, listed.households),
    )


def _visited(session: Session, households: list[Household], *, on: date) -> int:
    last = datetime.combine(on, time.max, tzinfo=UTC)
    rows = session.exec(
        select(Visit.household_id)
        .where(col(Visit.at) > last - YEAR, col(Visit.at) <= last)
        .where(Visit.state == VisitState.DONE)
        .distinct()
    )
    return len({household.id for household in households} & set(rows))
