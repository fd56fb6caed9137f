"""What is due of every household, as its file says; a date that moves says because of what."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel, col, func, select

from cases import events, keys
from cases.database import Session, UtcDateTime
from cases.households import assistance, file_parts, people, same_household
from cases.households.file_bodies import Home, PartKind
from cases.households.households import Household
from knowledge import cadences
from knowledge.cadences import Born, Due, Granted, Happened, Place, Standing
from knowledge.names import Region
from knowledge.occasions import Book, Happening, Trait

# A part is one transaction; short, so that residents write between two of them.
BATCH = 25
STAMP_LETTERS = 16
AT = Callable[[Region], Place]


class HouseholdDue(SQLModel, table=True):
    """One date of one household. `was_on` is the date before it moved, `moved_by` the clause."""

    __tablename__ = "household_dues"
    __table_args__ = (UniqueConstraint("household_id", "name"),)
    id: str = Field(primary_key=True)
    household_id: str = Field(foreign_key="households.id", index=True)
    name: str
    kind: str
    due_on: date
    tell_from: date = Field(index=True)
    clause: str
    confirm: bool = False
    was_on: date | None = None
    moved_by: str | None = None
    moved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Reckoning(SQLModel, table=True):
    """By which knowledge, on which day, a household's dates were reckoned last."""

    __tablename__ = "reckonings"
    household_id: str = Field(primary_key=True, foreign_key="households.id")
    stamp: str = Field(index=True)


@dataclass(frozen=True)
class Rules:
    """What dates are reckoned by: the cadences, what each place has entered, the day."""

    book: Book
    at: AT
    on: date
    version: str

    @property
    def stamp(self) -> str:
        """The same for the same rules and day."""
        text = f"{self.version}\x1f{self.on.isoformat()}"
        return hashlib.sha256(text.encode()).hexdigest()[:STAMP_LETTERS]


def standing_of(session: Session, household: Household) -> Standing:
    """What of a file, and of those read as part of it, decides its dates."""
    granted: list[Granted] = []
    born: list[Born] = []
    happened: list[Happened] = []
    traits: set[Trait] = set()
    done: dict[str, date] = {}
    for one in same_household.family(session, household):
        granted += _granted(session, one)
        born += [
            Born(known.part_id, known.person.born)
            for known in people.of_household(session, one)
            if known.kind is PartKind.MEMBER and known.person.born is not None
        ]
        for row in file_parts.holding(session, one, PartKind.HAPPENING, PartKind.DONE):
            if row.code is None or row.first is None:
                continue
            if row.kind == PartKind.DONE:
                done[row.code] = max(row.first, done.get(row.code, row.first))
            else:
                happened.append(Happened(row.part_id, Happening(row.code), row.first))
        for row in file_parts.holding(session, one, PartKind.HOME):
            traits |= set(file_parts.read(session, one, row, Home).traits)
    return Standing(
        Region(household.region),
        tuple(granted),
        frozenset(traits),
        tuple(born),
        tuple(happened),
        done,
    )


def reckon(
    session: Session, household: Household, rules: Rules, *, now: datetime
) -> Sequence[cadences.Moved]:
    """Write down what is due of a household now; returns the dates that moved."""
    found: Sequence[Due] = ()
    if same_household.root(session, household.id) == household.id:
        standing = standing_of(session, household)
        place = rules.at(Region(household.region))
        found = cadences.dues(standing, rules.book, on=rules.on, place=place)
    rows = {row.name: row for row in _rows(session, household)}
    fresh = {due.key: due for due in found}
    moved = []
    for name, due in fresh.items():
        row = rows.get(name)
        if row is not None and row.due_on != due.on:
            moved.append(cadences.Moved(name, row.due_on, due.on, due.says, due.clause))
            row.was_on, row.moved_by, row.moved_at = row.due_on, due.clause, now
        session.add(_written(row, household, due))
    for name in rows.keys() - fresh.keys():
        session.delete(rows[name])
    _stamp(session, household, rules.stamp)
    session.flush()
    return moved


def reckon_stale(session: Session, rules: Rules, *, now: datetime, limit: int = BATCH) -> int:
    """Reckon some of the households whose dates are of another day or other rules; how many."""
    rows = session.exec(
        select(Household)
        .join(Reckoning, col(Reckoning.household_id) == Household.id, isouter=True)
        .where(
            (col(Reckoning.stamp).is_(None)) | (col(Reckoning.stamp) != rules.stamp),
        )
        .limit(limit)
    ).all()
    moved = 0
    for household in rows:
        moved += len(reckon(session, household, rules, now=now))
    if moved:
        events.publish(session, events.Kind.HOUSEHOLD, {"moved": str(moved)}, now=now)
    return len(rows)


def due_soon(
    session: Session, *, on: date, region: Region | None = None, limit: int = 200
) -> Sequence[tuple[HouseholdDue, Household]]:
    """What is late or within its days of notice, the longest waiting first."""
    statement = (
        select(HouseholdDue, Household)
        .join(Household, col(Household.id) == HouseholdDue.household_id)
        .where(HouseholdDue.tell_from <= on)
    )
    if region is not None:
        statement = statement.where(Household.region == region)
    return session.exec(statement.order_by(col(HouseholdDue.due_on)).limit(limit)).all()


def count_due(session: Session, *, on: date, region: Region | None = None) -> int:
    """How many dates are late or within their days of notice, of one region or of all."""
    statement = (
        select(func.count(col(HouseholdDue.id)))
        .join(Household, col(Household.id) == HouseholdDue.household_id)
        .where(HouseholdDue.tell_from <= on)
    )
    if region is not None:
        statement = statement.where(Household.region == region)
    return session.exec(statement).one()


def of_household(session: Session, household: Household) -> Sequence[HouseholdDue]:
    """The dates of a household as they were reckoned last, the next one first."""
    return sorted(_rows(session, household), key=lambda row: (row.due_on, row.name))


def _granted(session: Session, household: Household) -> list[Granted]:
    return [
        Granted(one.received.programme, one.received.since, one.received.until)
        for one in assistance.of_household(session, household)
    ]


def _rows(session: Session, household: Household) -> Sequence[HouseholdDue]:
    return session.exec(select(HouseholdDue).where(HouseholdDue.household_id == household.id)).all()


def _written(row: HouseholdDue | None, household: Household, due: Due) -> HouseholdDue:
    row = row or HouseholdDue(
        id=keys.new_id(),
        household_id=household.id,
        name=due.key,
        kind=due.kind,
        due_on=due.on,
        tell_from=due.tell_from,
        clause=due.clause,
    )
    row.due_on, row.tell_from = due.on, due.tell_from
    row.clause, row.confirm, row.kind = due.clause, due.confirm, due.kind
    return row


def _stamp(session: Session, household: Household, stamp: str) -> None:
    row = session.get(Reckoning, household.id)
    if row is None:
        session.add(Reckoning(household_id=household.id, stamp=stamp))
    else:
        row.stamp = stamp
        session.add(row)
