"""When an answer to something that is only just told would be due: the clock before any ticket."""

from dataclasses import dataclass
from datetime import datetime

from cases.ticket_rules import clocks
from cases.ticket_rules.allowances import Subject
from knowledge.names import Category, Matter, Priority, Region
from knowledge.workdays import NO_LOCAL_DAYS, LocalDays


@dataclass(frozen=True)
class Clock:
    """When the result is due, and whether the calendar of that year is still unpublished."""

    due: datetime
    provisional: bool


def respond_by(  # noqa: PLR0913
    *,
    priority: Priority,
    category: Category,
    region: Region,
    opened_at: datetime,
    matter: Matter | None = None,
    extra: LocalDays = NO_LOCAL_DAYS,
) -> Clock:
    """The instant until which the resident must have a result (clocks.yml, with sources)."""
    subject = Subject(region=region, category=category, priority=priority, matter=matter)
    found = clocks.resolution(subject, opened_at, now=opened_at, extra=extra)
    return Clock(found.due, found.provisional)
