"""How a household enters, stays in and leaves special-hardship care: one table with evidence."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from cases.errors import CaseError, MoveError
from knowledge import cadences


class Stage(StrEnum):
    """Where a file stands."""

    FOUND = "found"
    REVIEWED = "reviewed"
    LISTED = "listed"
    DECIDED = "decided"
    IN_CARE = "in_care"
    EXIT_CHECKED = "exit_checked"
    EXIT_REVIEWED = "exit_reviewed"
    EXIT_DECIDED = "exit_decided"
    NOT_TAKEN = "not_taken"
    ENDED = "ended"


class Step(StrEnum):
    """What can be done with a file."""

    FIND = "find"
    REVIEW = "review"
    LIST_NEEDS = "list_needs"
    DECIDE = "decide"
    FILE = "file"
    NOT_TAKE = "not_take"
    PAIR = "pair"
    CONFER = "confer"
    ESCALATE = "escalate"
    CHECK_EXIT = "check_exit"
    REVIEW_EXIT = "review_exit"
    DECIDE_EXIT = "decide_exit"
    FILE_EXIT = "file_exit"
    STAY = "stay"


class Proof(StrEnum):
    """A piece of evidence that a step wants, each with where it is kept."""

    FINDING = "finding"
    REVIEW_MINUTES = "review_minutes"
    NEEDS_LIST = "needs_list"
    TOWN_DECISION = "town_decision"
    COUNTY_RECEIPT = "county_receipt"
    REASONS = "reasons"
    AGREEMENT = "agreement"
    CONFERENCE_MINUTES = "conference_minutes"
    WHAT_IS_LEFT = "what_is_left"
    HOME_CHECK = "home_check"
    EXIT_MINUTES = "exit_minutes"
    PUBLIC_NOTICE = "public_notice"
    EXIT_DECISION = "exit_decision"
    EXIT_RECEIPT = "exit_receipt"


class Actor(StrEnum):
    """Whose turn it is."""

    VILLAGE = "village"
    TOWN = "town"
    COUNTY = "county"
    DEPARTMENTS = "departments"
    PAIRED_UNIT = "paired_unit"
    SOCIETY = "society"
    COUNTY_AND_PURSE = "county_and_purse"
    NOBODY = "nobody"


class ProofMissingError(CaseError):
    """The step wants evidence that was not given; `missing` names it."""

    def __init__(self, missing: Collection[Proof]) -> None:
        super().__init__("The step wants evidence that is not there; write down where it is kept.")
        self.missing = tuple(sorted(missing))


@dataclass(frozen=True)
class Rule:
    """Where a step leads, what it wants to be shown, and the clause that says so."""

    to: Stage
    wants: tuple[Proof, ...]
    clause: str


@dataclass(frozen=True)
class Standing:
    """A file as the table sees it. `level`: who helps now, one to four of the four steps."""

    stage: Stage = Stage.FOUND
    level: int = 1
    paired: bool = False


@dataclass(frozen=True)
class Due:
    """Until when; `confirm`: no document and no place says how long."""

    on: date
    confirm: bool


# The longest a step waits where nobody has entered how long; a reminder, never a right.
HOUSE_DAYS = 10
CONFERENCE_MONTHS = 6
LAST_LEVEL = 4
STEP_DAYS = "hardship_step_days"
FOUND_BY = "ningxia-2024-3-2-finders"
REVIEW_CLAUSE, DECIDE_CLAUSE = "ningxia-2024-3-2-enter-review", "ningxia-2024-3-2-enter-decide"
CHECK_CLAUSE, EXIT_CLAUSE = "ningxia-2024-3-2-exit-check", "ningxia-2024-3-2-exit-file"
LEVELS = {level: f"ningxia-2024-3-4-step{level}" for level in range(1, LAST_LEVEL + 1)}
BEYOND = "ningxia-2024-3-1-escalate"

S, T, P = Stage, Step, Proof
_ENTERING = (S.FOUND, S.REVIEWED, S.LISTED, S.DECIDED)
_LEAVING = (S.EXIT_CHECKED, S.EXIT_REVIEWED, S.EXIT_DECIDED)
CLOSED = frozenset({S.NOT_TAKEN, S.ENDED})
# Whose needs charities may see: filed with the county, and not gone.
SHOWN = frozenset({S.IN_CARE, *_LEAVING})

RULES: dict[tuple[Stage, Step], Rule] = {
    **{(state, T.FIND): Rule(S.FOUND, (P.FINDING,), FOUND_BY) for state in sorted(CLOSED)},
    (S.FOUND, T.REVIEW): Rule(S.REVIEWED, (P.REVIEW_MINUTES,), REVIEW_CLAUSE),
    (S.REVIEWED, T.LIST_NEEDS): Rule(S.LISTED, (P.NEEDS_LIST,), REVIEW_CLAUSE),
    (S.LISTED, T.DECIDE): Rule(S.DECIDED, (P.TOWN_DECISION,), DECIDE_CLAUSE),
    (S.DECIDED, T.FILE): Rule(S.IN_CARE, (P.COUNTY_RECEIPT,), DECIDE_CLAUSE),
    **{
        (state, T.NOT_TAKE): Rule(S.NOT_TAKEN, (P.REASONS,), "shehuijiuzhu-law-2026-45")
        for state in _ENTERING
    },
    (S.IN_CARE, T.PAIR): Rule(S.IN_CARE, (P.AGREEMENT,), "ningxia-2024-3-3-pairs"),
    (S.IN_CARE, T.CONFER): Rule(S.IN_CARE, (P.CONFERENCE_MINUTES,), "ningxia-2024-3-4-halfyear"),
    (S.IN_CARE, T.ESCALATE): Rule(S.IN_CARE, (P.WHAT_IS_LEFT,), "ningxia-2024-3-4-plan"),
    (S.IN_CARE, T.CHECK_EXIT): Rule(S.EXIT_CHECKED, (P.HOME_CHECK,), CHECK_CLAUSE),
    (S.EXIT_CHECKED, T.REVIEW_EXIT): Rule(
        S.EXIT_REVIEWED, (P.EXIT_MINUTES, P.PUBLIC_NOTICE), CHECK_CLAUSE
    ),
    (S.EXIT_REVIEWED, T.DECIDE_EXIT): Rule(S.EXIT_DECIDED, (P.EXIT_DECISION,), EXIT_CLAUSE),
    (S.EXIT_DECIDED, T.FILE_EXIT): Rule(S.ENDED, (P.EXIT_RECEIPT,), EXIT_CLAUSE),
    **{(state, T.STAY): Rule(S.IN_CARE, (P.REASONS,), CHECK_CLAUSE) for state in _LEAVING},
}

_TURN: dict[Stage, Actor] = {
    S.FOUND: Actor.VILLAGE,
    S.REVIEWED: Actor.VILLAGE,
    S.LISTED: Actor.TOWN,
    S.DECIDED: Actor.COUNTY,
    S.EXIT_CHECKED: Actor.VILLAGE,
    S.EXIT_REVIEWED: Actor.TOWN,
    S.EXIT_DECIDED: Actor.COUNTY,
    S.NOT_TAKEN: Actor.NOBODY,
    S.ENDED: Actor.NOBODY,
}
_HELPS: dict[int, Actor] = {
    1: Actor.DEPARTMENTS,
    2: Actor.PAIRED_UNIT,
    3: Actor.SOCIETY,
    4: Actor.COUNTY_AND_PURSE,
}

_WITHIN_CARE = frozenset({T.PAIR, T.ESCALATE})

# Who files may not be who decided: the filing is the county's look at the town's decision.
FILED_AFTER: dict[Step, Step] = {T.FILE: T.DECIDE, T.FILE_EXIT: T.DECIDE_EXIT}


def rule(standing: Standing, step: Step) -> Rule:
    """What a step wants and where it leads. Raises MoveError when it is not allowed from here."""
    found = RULES.get((standing.stage, step))
    if found is None or (step is T.ESCALATE and standing.level == LAST_LEVEL):
        raise MoveError(f"A file that is {standing.stage} cannot {step}; look at it again.")
    if step is T.ESCALATE and standing.level == 1 and not standing.paired:
        raise MoveError("Nobody is paired with this household yet; name the paired unit first.")
    return found


def take(standing: Standing, step: Step, given: Collection[Proof]) -> Standing:
    """Where a file stands after a step. Raises MoveError, ProofMissingError."""
    found = rule(standing, step)
    missing = set(found.wants) - set(given)
    if missing:
        raise ProofMissingError(missing)
    if step is T.FIND:
        return Standing()
    level = standing.level + 1 if step is T.ESCALATE else standing.level
    return replace(standing, stage=found.to, level=level, paired=standing.paired or step is T.PAIR)


def possible(standing: Standing) -> tuple[Step, ...]:
    """What can be done now, in the order of `Step`."""
    found = []
    for step in Step:
        try:
            rule(standing, step)
        except MoveError:
            continue
        found.append(step)
    return tuple(found)


def actor(standing: Standing) -> Actor:
    """Who acts next; while a household is in care it is who helps at its level."""
    if standing.stage is S.IN_CARE:
        return _HELPS[standing.level]
    return _TURN[standing.stage]


def due(
    standing: Standing, step: Step, *, on: date, days: int | None, before: Due | None = None
) -> Due | None:
    """Until when after a step on that day; None for a closed file. In care it is the half-yearly
    conference, which pairing and escalating do not put off; elsewhere `days` as the place entered
    them: no document says how long."""
    if standing.stage in CLOSED:
        return None
    if step in _WITHIN_CARE and before is not None:
        return before
    if standing.stage is S.IN_CARE:
        return Due(cadences.add_months(on, CONFERENCE_MONTHS), confirm=False)
    return Due(on + timedelta(days=days or HOUSE_DAYS), confirm=not days)
