"""Which help a household has: what it receives, since when, and where that is known from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import BaseModel
from sqlmodel import Field, SQLModel, col, select

from cases import events, keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from cases.households import households, unfinished
from cases.households.households import Household
from cases.sealed import Place
from knowledge.entitlements import Received
from knowledge.names import Programme


class HouseholdHelp(SQLModel, table=True):
    """One kind of help. What it is and its source are sealed under the household's key."""

    __tablename__ = "household_help"
    id: str = Field(primary_key=True)
    household_id: str = Field(foreign_key="households.id", index=True)
    programme: str
    sealed_body: bytes
    since: date
    until: date | None = None
    recorded_by: str = Field(foreign_key="operators.id", index=True)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    list_id: str | None = None


unfinished.hide(HouseholdHelp)


class _Body(BaseModel, frozen=True):
    what: str
    source: str


@dataclass(frozen=True)
class Help:
    """Help as it is read, with the row that it can be ended by."""

    id: str
    received: Received


def record(
    session: Session, household: Household, received: Received, *, by: str, now: datetime
) -> HouseholdHelp:
    """Write down what a household receives. Raises CaseError when it ends before it begins."""
    if received.until is not None and received.until < received.since:
        raise CaseError("The last day lies before the first; correct one of them.")
    kept = drawn_up(session, household, received, by=by, now=now)
    session.add(kept)
    session.flush()
    events.publish(session, events.Kind.HOUSEHOLD, {"household": household.id}, now=now)
    return kept


def drawn_up(
    session: Session, household: Household, received: Received, *, by: str, now: datetime
) -> HouseholdHelp:
    """The row of one kind of help, sealed and not yet kept."""
    row = keys.new_id()
    body = _Body(what=received.what, source=received.source).model_dump_json()
    return HouseholdHelp(
        id=row,
        household_id=household.id,
        programme=received.programme,
        sealed_body=keys.seal(session, household.key_id, _place(row), body),
        since=received.since,
        until=received.until,
        recorded_by=by,
        recorded_at=now,
    )


def end(
    session: Session, household: Household, help_id: str, *, on: date, now: datetime
) -> HouseholdHelp:
    """Help that is given no more after this day. Raises UnknownError, CaseError."""
    kept = session.get(HouseholdHelp, help_id)
    if kept is None or kept.household_id != household.id:
        raise UnknownError("There is no such help.")
    if on < kept.since:
        raise CaseError("The last day lies before the first; correct one of them.")
    kept.until = on
    # A change asks for a new list, on the day somebody wrote it down.
    kept.recorded_at = now
    session.add(kept)
    session.flush()
    events.publish(session, events.Kind.HOUSEHOLD, {"household": household.id}, now=now)
    return kept


def of_household(session: Session, household: Household) -> Sequence[Help]:
    """All the help that was ever written down, the oldest first."""
    rows = session.exec(
        select(HouseholdHelp)
        .where(HouseholdHelp.household_id == household.id)
        .order_by(col(HouseholdHelp.since), col(HouseholdHelp.id))
    )
    return [Help(row.id, _read(session, household, row)) for row in rows]


def changed_at(session: Session, household: Household) -> datetime | None:
    """When somebody last wrote down that the household's help has changed."""
    rows = session.exec(
        select(HouseholdHelp.recorded_at).where(HouseholdHelp.household_id == household.id)
    ).all()
    return max(rows, default=None)


def assisted(
    session: Session, *, on: date, programmes: Collection[Programme] = tuple(Programme)
) -> Sequence[Household]:
    """The households that receive any help on this day, or one of these programmes."""
    rows = session.exec(
        select(HouseholdHelp.household_id)
        .where(
            col(HouseholdHelp.programme).in_(programmes),
            HouseholdHelp.since <= on,
            (col(HouseholdHelp.until).is_(None)) | (col(HouseholdHelp.until) >= on),
        )
        .distinct()
    )
    return [households.find(session, household_id) for household_id in rows]


def _read(session: Session, household: Household, row: HouseholdHelp) -> Received:
    blob = keys.unseal(session, household.key_id, _place(row.id), row.sealed_body)
    body = _Body.model_validate_json(blob)
    return Received(Programme(row.programme), body.what, row.since, body.source, row.until)


def _place(row: str) -> Place:
    return Place("household_help", "body", row)
