"""When an answer is overdue: the clock of a ticket by priority, category and region."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.lifecycle import State
from knowledge import workdays
from knowledge.names import Category, Priority, Region

P1_RELIEF = timedelta(hours=24)
COMPLAINT_DAYS = {Region.DONGTOU: 15}
REPLY_WORKING_DAYS = 5
PICK_UP_URGENT, PICK_UP = timedelta(hours=1), timedelta(days=1)
FOLLOW_UP_WORKING_DAYS = 1
REFERRED_CATEGORIES = frozenset({Category.COMPLAINT, Category.REPORT})


@dataclass(frozen=True)
class Clock:
    """When a first answer is due, and whether the calendar of that year is still unpublished."""

    due: datetime
    provisional: bool


def respond_by(
    *, priority: Priority, category: Category, region: Region, opened_at: datetime
) -> Clock:
    """The instant until which the resident must have an answer.

    P0 at once, P1 within 24 hours at night and on holidays too (Zichuan 一(三)6; elsewhere our own
    target). Complaints in Dongtou 15 natural days (浙江省社会救助条例 第50条); the rest
    five working days (our default after the municipal 12345 rules).
    """
    if priority is Priority.P0:
        return Clock(opened_at, provisional=False)
    if priority is Priority.P1:
        return Clock(opened_at + P1_RELIEF, provisional=False)
    days = COMPLAINT_DAYS.get(region) if category in REFERRED_CATEGORIES else None
    if days is not None:
        deadline = workdays.due(opened_at, days=days, working=False)
    else:
        deadline = workdays.due(opened_at, days=REPLY_WORKING_DAYS, working=True)
    return Clock(deadline.due, deadline.provisional)


def turn_until(
    state: State, *, priority: Priority, respond_by: datetime, now: datetime
) -> datetime:
    """Until when those whose turn it is must act, in a state that a ticket enters now.

    Picking up what was referred or sent back: an hour for P0 and P1, else a day (referral on the
    same day, municipal 12345 rules), not beyond the answer's own time. Asking the resident whether
    it helped: the next working day. All else: the time of the answer.
    """
    match state:
        case State.REFERRED | State.SENT_BACK:
            soon = now + (PICK_UP if priority is Priority.P2 else PICK_UP_URGENT)
            return min(soon, respond_by) if respond_by > now else soon
        case State.RESOLVED | State.FOLLOW_UP:
            return workdays.due(now, days=FOLLOW_UP_WORKING_DAYS, working=True).due
        case _:
            return respond_by
