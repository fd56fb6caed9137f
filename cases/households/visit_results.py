"""What came of a visit: seen, not met, or refused; written once, from wherever it was typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict
from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel, col, select

from cases import events, keys
from cases.channels import reminders
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, ReusedError
from cases.households import file_parts, visit_plans
from cases.households.file_bodies import Note, PartKind
from cases.households.file_parts import Draft
from cases.households.households import Household
from cases.households.visits import Visit, VisitState
from cases.sealed import Place
from knowledge.occasions import Happening

YEAR = timedelta(days=365)
REUSED = "This form was sent before with other words; open the visit again."


class WrongDayError(CaseError):
    """A result of a day that has not come, or a next visit on one that is over."""


class Outcome(StrEnum):
    """How a visit ended. `refused`: nobody wished to be visited; nothing stops because of it."""

    SEEN = "seen"
    MISSED = "missed"
    REFUSED = "refused"


class VisitResult(SQLModel, table=True):
    """What came of a visit. `client_id` is the form's own: sent again it is kept once."""

    __tablename__ = "visit_results"
    __table_args__ = (
        CheckConstraint("outcome IN ('seen','missed','refused')", name="outcome"),
        Index("ix_visit_results_rate", "outcome", "seen_on"),
    )
    visit_id: str = Field(primary_key=True, foreign_key="visits.id")
    household_id: str = Field(foreign_key="households.id", index=True)
    client_id: str
    outcome: str
    seen_on: date
    next_on: date | None = None
    sealed_body: bytes
    by: str = Field(foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)


class Findings(BaseModel):
    """What was found: what changed ("" nothing clearly), what is needed, what follows."""

    model_config = ConfigDict(frozen=True)

    changed: str = ""
    needs: str = ""
    follow_up: str = ""


@dataclass(frozen=True)
class Told:
    """A result as it is typed."""

    client_id: str
    outcome: Outcome
    findings: Findings
    on: date
    next_on: date | None = None


@dataclass(frozen=True)
class Rate:
    """探访关爱率: of the households that receive help, how many were seen in twelve months."""

    seen: int
    households: int


def write(  # noqa: PLR0913
    session: Session, household: Household, visit: Visit, told: Told, *, by: str, now: datetime
) -> VisitResult:
    """Write a result down; the same form again gives the same row.

    What was seen counts as done for each date the visit was for; a change goes into the file.
    Raises ReusedError for other words after it, CaseError for a visit that was called off,
    WrongDayError.
    """
    known = session.get(VisitResult, visit.id)
    if known is not None:
        if known.client_id != told.client_id:
            raise ReusedError(REUSED)
        return known
    if visit.state == VisitState.CANCELLED:
        raise CaseError("This visit was called off; plan another one.")
    today = now.astimezone(ZoneInfo(visit.zone)).date()
    if told.on > today or (told.next_on is not None and told.next_on <= today):
        raise WrongDayError("Nobody was visited on a day to come; the next visit is after today.")
    body = told.findings.model_dump_json()
    result = VisitResult(
        visit_id=visit.id,
        household_id=household.id,
        client_id=told.client_id,
        outcome=told.outcome,
        seen_on=told.on,
        next_on=told.next_on,
        sealed_body=keys.seal(session, household.key_id, _place(visit.id), body),
        by=by,
        at=now,
    )
    session.add(result)
    visit.state = VisitState.DONE
    session.add(visit)
    reminders.settle(session, visit.id)
    if told.outcome is Outcome.SEEN:
        _into_file(session, household, visit, told, by=by, now=now)
    session.flush()
    events.publish(session, events.Kind.HOUSEHOLD, {"household": household.id}, now=now)
    return result


def of_visit(session: Session, visit: Visit) -> VisitResult | None:
    """What came of a visit; None while nothing was written."""
    return session.get(VisitResult, visit.id)


def read(session: Session, household: Household, result: VisitResult) -> Findings:
    """What was found, opened. The caller records the look."""
    place = _place(result.visit_id)
    blob = keys.unseal(session, household.key_id, place, result.sealed_body)
    return Findings.model_validate_json(blob)


def rate(session: Session, among: Sequence[Household], *, on: date) -> Rate:
    """How many of these households were seen in the twelve months before a day."""
    ids = {household.id for household in among}
    rows = session.exec(
        select(VisitResult.household_id)
        .where(
            VisitResult.outcome == Outcome.SEEN,
            VisitResult.seen_on > on - YEAR,
            col(VisitResult.seen_on) <= on,
        )
        .distinct()
    )
    return Rate(len(ids & set(rows)), len(ids))


def _into_file(  # noqa: PLR0913
    session: Session, household: Household, visit: Visit, told: Told, *, by: str, now: datetime
) -> None:
    plan = visit_plans.of_visit(session, visit)
    for name in plan.dues.split() if plan is not None else ():
        done = Draft(PartKind.DONE, Note(), code=name, first=told.on)
        file_parts.write(session, household, done, by=by, now=now)
    if told.findings.changed:
        change = Draft(
            PartKind.HAPPENING,
            Note(text=told.findings.changed),
            code=Happening.OTHER,
            first=told.on,
        )
        file_parts.write(session, household, change, by=by, now=now)
    if told.findings.needs:
        needs = Draft(PartKind.ASSESSMENT, Note(text=told.findings.needs), first=told.on)
        file_parts.write(session, household, needs, by=by, now=now)


def _place(row: str) -> Place:
    return Place("visit_results", "body", row)
