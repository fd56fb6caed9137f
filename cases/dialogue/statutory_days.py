"""By when the law wants a decision on an application that was handed in somewhere else."""

from datetime import datetime, time

from cases import calendars
from cases.database import Session
from cases.dialogue.lookups import DayReckoned, StatutoryDay
from cases.ticket_rules import allowances, clocks
from cases.ticket_rules.allowances import Manner
from knowledge.workdays import ZONE

NOON = time(12)


def reckon(session: Session, asked: StatutoryDay) -> DayReckoned:
    """The end of the last day with its clause, by the calendar with the region's own days."""
    rule = allowances.statute(asked.programme, asked.region, Manner.COUNTY)
    due = clocks.statutory(
        asked.programme,
        asked.region,
        datetime.combine(asked.accepted_on, NOON, tzinfo=ZONE),
        extra=calendars.local_days(session, asked.region),
    )
    if rule is None or due is None:
        return DayReckoned(due=None, cite=None)
    return DayReckoned(due=due.due, cite=rule.cite, provisional=due.provisional)
