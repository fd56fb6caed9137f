"""What was found of a person's needs, eight dimensions and four grades, every earlier one kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Field, SQLModel, col, select

from cases import events, keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError
from cases.households import file_parts
from cases.households.file_bodies import Body, Note, PartKind
from cases.households.file_parts import Draft
from cases.households.households import Household
from cases.sealed import Place
from knowledge.needs import Assessment, Dimension, Grade


class NeedAssessment(SQLModel, table=True):
    """One assessment of one person of a household; the newest holds."""

    __tablename__ = "need_assessments"
    id: str = Field(primary_key=True)
    household_id: str = Field(foreign_key="households.id", index=True)
    person_id: str
    assessed_on: date
    sealed_body: bytes
    by: str = Field(foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)


class Said(Body):
    """What the resident, or who helps them, had said in the chat before somebody looked."""

    ticket: str
    on: date
    by_helper: bool = False
    whom: str = ""
    grades: Mapping[Dimension, Grade]
    ungraded: tuple[Dimension, ...] = ()


class Found(Body):
    """What is kept of it: the grades, and the services wished for, given and refused already.
    `said`: what the person had said of it, where it was confirmed or corrected from that."""

    whom: str
    grades: Mapping[Dimension, Grade]
    wishes: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    note: str = ""
    said: Said | None = None

    def assessment(self) -> Assessment:
        """As services are matched with it."""
        wishes, given = frozenset(self.wishes), frozenset(self.given)
        return Assessment(self.grades, wishes, given, frozenset(self.refused))


@dataclass(frozen=True)
class Opened:
    """An assessment as it is read."""

    row: NeedAssessment
    found: Found


def assess(  # noqa: PLR0913
    session: Session,
    household: Household,
    person_id: str,
    found: Found,
    *,
    on: date,
    today: date,
    cadence: str | None,
    by: str,
    now: datetime,
) -> NeedAssessment:
    """Keep what was found of a person; the yearly date of the household follows from it.

    `cadence` is the rule by which the place asks again; None where it has none. Raises CaseError
    for a day to come, UnknownError for somebody who is not in the file.
    """
    if on > today:
        raise CaseError("Nobody was assessed on a day to come; correct the day.")
    file_parts.find(session, household, person_id)
    row = keys.new_id()
    body = found.model_dump_json()
    kept = NeedAssessment(
        id=row,
        household_id=household.id,
        person_id=person_id,
        assessed_on=on,
        sealed_body=keys.seal(session, household.key_id, _place(row), body),
        by=by,
        at=now,
    )
    session.add(kept)
    session.flush()
    if cadence is not None:
        _note_done(session, household, cadence, by=by, now=now)
    events.publish(session, events.Kind.HOUSEHOLD, {"household": household.id}, now=now)
    return kept


def latest(session: Session, household: Household) -> Sequence[Opened]:
    """The newest assessment of each person, the oldest of these first. The caller records it."""
    return [_opened(session, household, row) for row in _latest(session, household)]


def of_person(session: Session, household: Household, person_id: str) -> Opened | None:
    """The newest assessment of this person; None before the first."""
    rows = (row for row in _latest(session, household) if row.person_id == person_id)
    row = next(rows, None)
    return None if row is None else _opened(session, household, row)


def _latest(session: Session, household: Household) -> list[NeedAssessment]:
    rows = session.exec(
        select(NeedAssessment)
        .where(NeedAssessment.household_id == household.id)
        .order_by(col(NeedAssessment.assessed_on), col(NeedAssessment.at))
    )
    newest = {row.person_id: row for row in rows}
    return sorted(newest.values(), key=lambda row: (row.assessed_on, row.at))


def _note_done(
    session: Session, household: Household, cadence: str, *, by: str, now: datetime
) -> None:
    """The household is due when the person who waited longest is."""
    oldest = _latest(session, household)[0].assessed_on
    done = Draft(PartKind.DONE, Note(), code=cadence, first=oldest)
    file_parts.write(session, household, done, by=by, now=now)


def _opened(session: Session, household: Household, row: NeedAssessment) -> Opened:
    blob = keys.unseal(session, household.key_id, _place(row.id), row.sealed_body)
    return Opened(row, Found.model_validate_json(blob))


def _place(row: str) -> Place:
    return Place("need_assessments", "body", row)
