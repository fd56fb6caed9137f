"""Two files that may be of one household: proposed by identity, decided by a person, undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, UniqueConstraint, and_, exists
from sqlalchemy.orm import aliased
from sqlmodel import Field, SQLModel, col, or_, select

from cases import events, keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from cases.households import file_parts, households, people
from cases.households.file_bodies import PEOPLE
from cases.households.file_parts import MOVED, FilePart
from cases.households.households import Household
from cases.sealed import Place
from knowledge.names import Region

LONGEST_CHAIN = 20


class Decision(StrEnum):
    """What a person found of two files. `undone`: they were one and are two again."""

    SAME = "same"
    DIFFERENT = "different"
    UNDONE = "undone"


class HouseholdPair(SQLModel, table=True):
    """One decision about two files, with its reason; the newest of a pair holds."""

    __tablename__ = "household_pairs"
    __table_args__ = (
        UniqueConstraint("one_id", "other_id", "at"),
        CheckConstraint("decision IN ('same','different','undone')", name="decision"),
    )
    id: str = Field(primary_key=True)
    one_id: str = Field(foreign_key="households.id", index=True)
    other_id: str = Field(foreign_key="households.id", index=True)
    decision: str
    sealed_why: bytes
    by: str = Field(foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)


class HouseholdMerge(SQLModel, table=True):
    """A file that is read as part of another; nothing in either is touched."""

    __tablename__ = "household_merges"
    household_id: str = Field(primary_key=True, foreign_key="households.id")
    into_id: str = Field(foreign_key="households.id", index=True)
    by: str = Field(foreign_key="operators.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True)
class Proposal:
    """Two files that hold the same person. `by_number`: the identity number says so."""

    one_id: str
    other_id: str
    by_number: bool


@dataclass(frozen=True)
class Told:
    """A decision as the file's history shows it."""

    decision: Decision
    other_id: str
    why: str
    by: str
    at: datetime


def proposals(
    session: Session, *, region: Region | None = None, limit: int = 100
) -> Sequence[Proposal]:
    """Pairs of files with the same person that nobody has decided about, surest first."""
    found: dict[tuple[str, str], bool] = {}
    for column, by_number in ((FilePart.id_index, True), (FilePart.name_index, False)):
        other = aliased(FilePart)
        theirs = other.id_index if by_number else other.name_index
        statement = (
            select(FilePart.household_id, other.household_id)
            .join(
                other, and_(col(column) == theirs, col(FilePart.household_id) < other.household_id)
            )
            .where(
                col(FilePart.kind).in_(PEOPLE),
                col(FilePart.ended_at).is_(None),
                col(other.ended_at).is_(None),
                ~_decided(FilePart.household_id, other.household_id),
            )
            .distinct()
            .limit(limit)
        )
        if region is not None:
            statement = statement.join(Household, col(Household.id) == FilePart.household_id).where(
                Household.region == region
            )
        for one, two in session.exec(statement):
            found.setdefault((one, two), by_number)
    return [
        Proposal(one, two, by_number)
        for (one, two), by_number in found.items()
        if root(session, one) != root(session, two)
    ][:limit]


def decide(  # noqa: PLR0913
    session: Session,
    one: Household,
    other: Household,
    decision: Decision,
    *,
    why: str,
    by: str,
    now: datetime,
) -> None:
    """Note what a person found of two files. Raises CaseError without a reason."""
    if not why.strip() or one.id == other.id:
        raise CaseError("Say in a few words why, of two different files.")
    first, second = sorted((one, other), key=lambda household: household.id)
    row = keys.new_id()
    session.add(
        HouseholdPair(
            id=row,
            one_id=first.id,
            other_id=second.id,
            decision=decision,
            sealed_why=keys.seal(session, first.key_id, _place(row), why.strip()),
            by=by,
            at=now,
        )
    )
    session.flush()
    for household in (one, other):
        events.publish(session, events.Kind.HOUSEHOLD, {"household": household.id}, now=now)


def merge(  # noqa: PLR0913
    session: Session, kept: Household, folded: Household, *, why: str, by: str, now: datetime
) -> None:
    """Read one file as part of another from now on. Raises CaseError where it would loop."""
    if kept.region != folded.region:
        raise CaseError("The files are of two places; settle first where the household belongs.")
    if root(session, kept.id) == folded.id or session.get(HouseholdMerge, folded.id) is not None:
        raise CaseError("One of these files belongs to the other already; look at both again.")
    decide(session, kept, folded, Decision.SAME, why=why, by=by, now=now)
    session.add(HouseholdMerge(household_id=folded.id, into_id=kept.id, by=by, at=now))
    session.flush()


def unmerge(session: Session, folded: Household, *, why: str, by: str, now: datetime) -> None:
    """Take a merge back: both files are again what they were, with what was added to each."""
    row = session.get(HouseholdMerge, folded.id)
    if row is None:
        raise CaseError("This file is not part of another.")
    kept = households.find(session, row.into_id)
    decide(session, kept, folded, Decision.UNDONE, why=why, by=by, now=now)
    session.delete(row)
    session.flush()


def split(  # noqa: PLR0913
    session: Session,
    household: Household,
    part_ids: Sequence[str],
    *,
    name: str,
    address: str,
    by: str,
    now: datetime,
) -> Household:
    """A file of their own for some of a household; where they came from stays readable.

    Raises CaseError when nobody or everybody would leave, UnknownError for a stranger.
    """
    known = {one.part_id: one for one in people.of_household(session, household)}
    if not part_ids or set(part_ids) >= set(known):
        raise CaseError("Choose who leaves; somebody must stay.")
    if not set(part_ids) <= set(known):
        raise UnknownError("One of these people is not in this file.")
    leaving = [one for one in known.values() if one.part_id in part_ids]
    fresh = households.open_file(
        session,
        name=name,
        address=address,
        region=Region(household.region),
        conversation_id=None,
        created_by=by,
        now=now,
    )
    for one in leaving:
        file_parts.end(session, household, one.part_id, why=MOVED, by=by, now=now)
        people.write(session, fresh, one.kind, one.person, by=by, now=now)
    return fresh


def root(session: Session, household_id: str) -> str:
    """The file under which this one is read."""
    for _ in range(LONGEST_CHAIN):
        row = session.get(HouseholdMerge, household_id)
        if row is None:
            return household_id
        household_id = row.into_id
    raise CaseError("These files are merged in a circle; ask an administrator.")


def family(session: Session, household: Household) -> Sequence[Household]:
    """A file and all that are read as part of it."""
    found = [household]
    for one in found:
        rows = session.exec(
            select(HouseholdMerge.household_id).where(HouseholdMerge.into_id == one.id)
        )
        found += [households.find(session, row) for row in rows]
    return found


def decisions(session: Session, household: Household) -> Sequence[Told]:
    """What was decided about this file and others, the newest first."""
    rows = session.exec(
        select(HouseholdPair)
        .where(or_(HouseholdPair.one_id == household.id, HouseholdPair.other_id == household.id))
        .order_by(col(HouseholdPair.at).desc())
    )
    return [_told(session, household, row) for row in rows]


def _told(session: Session, household: Household, row: HouseholdPair) -> Told:
    first = households.find(session, row.one_id)
    return Told(
        Decision(row.decision),
        row.other_id if row.one_id == household.id else row.one_id,
        keys.unseal(session, first.key_id, _place(row.id), row.sealed_why),
        row.by,
        row.at,
    )


def _decided(one: object, other: object) -> ColumnElement[bool]:
    return exists().where(
        col(HouseholdPair.one_id) == one,
        col(HouseholdPair.other_id) == other,
        col(HouseholdPair.decision).in_((Decision.SAME, Decision.DIFFERENT)),
    )


def _place(row: str) -> Place:
    return Place("household_pairs", "why", row)
