"""When each step of a ticket is overdue: pure functions of the calendar and of what happened."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from cases.ticket_rules import allowances, lifecycle
from cases.ticket_rules.allowances import Allowance, Kind, Manner, Stage, Step, Subject
from cases.ticket_rules.lifecycle import State
from knowledge import workdays
from knowledge.names import Priority, Programme, Region
from knowledge.workdays import NO_LOCAL_DAYS, Deadline, LocalDays

NEVER_PAUSED = frozenset({Priority.P0, Priority.P1})
DAYS = frozenset({Kind.NATURAL, Kind.WORKING})
ANSWERED = frozenset({State.RESOLVED, State.FOLLOW_UP, *lifecycle.ENDED})


class Happened(StrEnum):
    """What moves a clock."""

    MOVED = "moved"
    PRIORITY = "priority"
    EXTENDED = "extended"


@dataclass(frozen=True)
class Happening:
    """One thing that happened: into which state, which priority, how many days more."""

    kind: Happened
    at: datetime
    state: State | None = None
    priority: Priority | None = None
    days: int = 0


@dataclass(frozen=True)
class Clock:
    """When one step is due, by which rule. `met_at` None: it still runs."""

    step: Step
    due: datetime
    provisional: bool
    rule: Allowance
    since: datetime
    met_at: datetime | None = None


def after(
    stage: Stage, since: datetime, *, more: int = 0, extra: LocalDays = NO_LOCAL_DAYS
) -> Deadline:
    """When such a time is over. `more` are days that were granted on top or paused."""
    match stage.kind:
        case Kind.MINUTES:
            return Deadline(since + timedelta(minutes=stage.amount), provisional=False)
        case Kind.HOURS:
            return Deadline(since + timedelta(hours=stage.amount), provisional=False)
        case Kind.NATURAL | Kind.WORKING:
            working = stage.kind is Kind.WORKING
            return workdays.due(since, days=stage.amount + more, working=working, extra=extra)


def resolution(
    subject: Subject,
    opened_at: datetime,
    happenings: Sequence[Happening] = (),
    *,
    now: datetime,
    extra: LocalDays = NO_LOCAL_DAYS,
) -> Clock:
    """When the resident must have a result.

    It is reckoned as if the last priority had held from the beginning, so a change of priority
    starts at the beginning too. It stands still only while the resident is waited for, never for
    P0 and P1: what was left at the pause is counted again from the day of the answer. Nothing that
    happens after it has run out, a pause or an extension, makes it run again.
    """
    priority = _last_priority(subject, happenings)
    rule = allowances.allowance(Step.RESOLUTION, subject.model_copy(update={"priority": priority}))
    run = _Run(rule, priority not in NEVER_PAUSED and rule.kind in DAYS, extra, opened_at)
    for one in happenings:
        run = run.until(one.at).having(one)
    run = run.until(now)
    ended = run.ends()
    return Clock(Step.RESOLUTION, ended.due, ended.provisional, rule, run.since, run.met)


def turn(
    subject: Subject,
    opened_at: datetime,
    happenings: Sequence[Happening] = (),
    *,
    now: datetime,
    extra: LocalDays = NO_LOCAL_DAYS,
) -> Clock:
    """Until when those whose turn it is must act, in the state in which the ticket is.

    Never beyond the time of the result, unless that has run out already.
    """
    whole = resolution(subject, opened_at, happenings, now=now, extra=extra)
    moves = [one for one in happenings if one.kind is Happened.MOVED]
    state, since = State.RECEIVED, opened_at
    if moves:
        state, since = moves[-1].state or state, moves[-1].at
    step = STEP_OF.get(state)
    if step is None:
        return whole
    priority = _last_priority(subject, happenings)
    rule = allowances.allowance(step, subject.model_copy(update={"priority": priority}))
    own = after(rule, since, extra=extra)
    due = min(own.due, whole.due) if _within(step, whole, since) else own.due
    return Clock(step, due, own.provisional, rule, since)


def readings(
    subject: Subject,
    opened_at: datetime,
    happenings: Sequence[Happening] = (),
    *,
    now: datetime,
    extra: LocalDays = NO_LOCAL_DAYS,
) -> Sequence[Clock]:
    """The clocks of a ticket as its page shows them: first response, the turn, the result."""
    priority = _last_priority(subject, happenings)
    current = subject.model_copy(update={"priority": priority})
    rule = allowances.allowance(Step.FIRST_RESPONSE, current)
    ended = after(rule, opened_at, extra=extra)
    met = next((one.at for one in happenings if one.kind is Happened.MOVED), None)
    first = Clock(Step.FIRST_RESPONSE, ended.due, ended.provisional, rule, opened_at, met)
    whole = resolution(subject, opened_at, happenings, now=now, extra=extra)
    own = turn(subject, opened_at, happenings, now=now, extra=extra)
    return (first, whole) if own.step is Step.RESOLUTION else (first, own, whole)


def statutory(
    programme: Programme,
    region: Region,
    accepted_at: datetime,
    *,
    by: Manner = Manner.COUNTY,
    extra: LocalDays = NO_LOCAL_DAYS,
) -> Deadline | None:
    """When a decision on an application is due by law; None where no law is known."""
    found = allowances.statute(programme, region, by)
    if found is None:
        return None
    since, provisional = accepted_at, False
    for stage in found.stages:
        ended = after(stage, since, extra=extra)
        provisional = provisional or ended.provisional
        # A stage of days ends with its last day; the next one is counted from that day.
        since = ended.due - timedelta(microseconds=1) if stage.kind in DAYS else ended.due
    return Deadline(ended.due, provisional)


STEP_OF = {
    State.RECEIVED: Step.REFERRAL,
    State.TRIAGED: Step.REFERRAL,
    State.REFERRED: Step.ACCEPTANCE,
    State.SENT_BACK: Step.REFERRAL,
    State.WAITING_FOR_RESIDENT: Step.RESIDENT_ANSWER,
    State.RESOLVED: Step.FOLLOW_UP,
    State.FOLLOW_UP: Step.FOLLOW_UP,
}
BESIDE_THE_RESULT = frozenset({Step.FOLLOW_UP, Step.RESIDENT_ANSWER})


def _within(step: Step, whole: Clock, since: datetime) -> bool:
    return step not in BESIDE_THE_RESULT and whole.due > since


def _last_priority(subject: Subject, happenings: Sequence[Happening]) -> Priority:
    found = [one.priority for one in happenings if one.priority is not None]
    return found[-1] if found else subject.priority


@dataclass(frozen=True)
class _Run:
    """A clock on its way through what happened. `waiting`: standing still since then."""

    rule: Allowance
    pauses: bool
    extra: LocalDays
    since: datetime
    more: int = 0
    waiting: datetime | None = None
    met: datetime | None = None

    def ends(self) -> Deadline:
        return after(self.rule, self.since, more=self.more, extra=self.extra)

    def until(self, at: datetime) -> "_Run":
        """Count how long it stood still up to now; what had run out before does not stand still."""
        if self.waiting is None or not self.pauses or self.waiting >= self.ends().due:
            return self
        working = self.rule.kind is Kind.WORKING
        still = workdays.between(self.waiting, at, working=working, extra=self.extra)
        return replace(self, more=self.more + still, waiting=at)

    def having(self, one: Happening) -> "_Run":
        match one.kind:
            case Happened.PRIORITY:
                return self
            case Happened.EXTENDED:
                granted = self.pauses and one.at < self.ends().due
                return replace(self, more=self.more + one.days) if granted else self
            case Happened.MOVED:
                return self._moved(one)

    def _moved(self, one: Happening) -> "_Run":
        again = one.state is State.REOPENED
        met = (self.met or one.at) if one.state in ANSWERED else None
        return replace(
            self,
            since=one.at if again else self.since,
            more=0 if again else self.more,
            waiting=one.at if one.state is State.WAITING_FOR_RESIDENT else None,
            met=met,
        )
