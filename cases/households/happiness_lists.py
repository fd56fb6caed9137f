"""The 幸福清单 that were made for households, which of them were delivered, and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from pydantic import TypeAdapter
from sqlmodel import Field, SQLModel, col, select

from cases import events, keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from cases.households import assistance
from cases.households.households import Household
from cases.sealed import Place
from knowledge import entitlements
from knowledge.entitlements import Delivery, HappinessList, Occasion, Receipt

YEAR = timedelta(days=365)
_SHAPE = TypeAdapter(HappinessList)


class KeptList(SQLModel, table=True):
    """One list as it was made; `delivered_on` is empty until somebody brought it."""

    __tablename__ = "happiness_lists"
    id: str = Field(primary_key=True)
    household_id: str = Field(foreign_key="households.id", index=True)
    made_on: date = Field(index=True)
    occasion: str
    sealed_body: bytes
    made_by: str = Field(foreign_key="operators.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    sealed_bearer: bytes | None = None
    delivered_on: date | None = None
    receipt: str | None = None
    recorded_by: str | None = Field(default=None, foreign_key="operators.id", index=True)


@dataclass(frozen=True)
class Rate:
    """送达率: of the households that receive help, how many hold a list of the last twelve months
    that was delivered. Kept as two numbers: none of none is not a hundred per cent."""

    delivered: int
    households: int


@dataclass(frozen=True)
class Owed:
    """A household that should get a new list, and why."""

    household: Household
    occasion: Occasion


def keep(
    session: Session, household: Household, made: HappinessList, *, by: str, now: datetime
) -> KeptList:
    """Keep a list that was made for a household."""
    row = keys.new_id()
    body = _SHAPE.dump_json(made).decode()
    kept = KeptList(
        id=row,
        household_id=household.id,
        made_on=made.made_on,
        occasion=made.occasion,
        sealed_body=keys.seal(session, household.key_id, _place("body", row), body),
        made_by=by,
        created_at=now,
    )
    session.add(kept)
    session.flush()
    events.publish(session, events.Kind.HOUSEHOLD, {"household": household.id}, now=now)
    return kept


def deliver(  # noqa: PLR0913
    session: Session,
    household: Household,
    kept: KeptList,
    delivery: Delivery,
    *,
    by: str,
    today: date,
) -> None:
    """Note who brought the list and how it was taken; once. Raises CaseError."""
    if kept.delivered_on is not None:
        raise CaseError("This list was delivered already; make a new one if something changed.")
    if not kept.made_on <= delivery.on <= today:
        raise CaseError("A list is delivered after it was made, up to today; correct the day.")
    place = _place("bearer", kept.id)
    kept.sealed_bearer = keys.seal(session, household.key_id, place, delivery.by)
    kept.delivered_on = delivery.on
    kept.receipt = delivery.receipt
    kept.recorded_by = by
    session.add(kept)
    session.flush()


def find(session: Session, household: Household, list_id: str) -> KeptList:
    """The household's list with this id. Raises UnknownError."""
    kept = session.get(KeptList, list_id)
    if kept is None or kept.household_id != household.id:
        raise UnknownError("There is no such list.")
    return kept


def read(session: Session, household: Household, kept: KeptList) -> HappinessList:
    """The list, opened. The caller records the look."""
    blob = keys.unseal(session, household.key_id, _place("body", kept.id), kept.sealed_body)
    made = _SHAPE.validate_json(blob)
    if kept.delivered_on is None or kept.sealed_bearer is None or kept.receipt is None:
        return made
    bearer = keys.unseal(session, household.key_id, _place("bearer", kept.id), kept.sealed_bearer)
    delivery = Delivery(bearer, kept.delivered_on, Receipt(kept.receipt))
    return replace(made, delivery=delivery)


def of_household(session: Session, household: Household) -> Sequence[KeptList]:
    """The lists of a household, the newest first."""
    return session.exec(
        select(KeptList)
        .where(KeptList.household_id == household.id)
        .order_by(col(KeptList.made_on).desc(), col(KeptList.created_at).desc())
    ).all()


def owed_to(session: Session, household: Household, *, on: date) -> Occasion | None:
    """Why a household should get a new list on this day; None when it has its own."""
    newest = next(iter(of_household(session, household)), None)
    changed = assistance.changed_at(session, household)
    if newest is None or (changed is not None and newest.created_at < changed):
        return Occasion.YEARLY if newest is None else Occasion.CHANGE
    return entitlements.due(read(session, household, newest), changed_on=None, on=on)


def owed(session: Session, among: Sequence[Household], *, on: date) -> Sequence[Owed]:
    """Which of these households should get a new list."""
    found = ((household, owed_to(session, household, on=on)) for household in among)
    return [Owed(household, occasion) for household, occasion in found if occasion is not None]


def rate(session: Session, among: Sequence[Household], *, on: date) -> Rate:
    """How many of these households hold a delivered list of the last twelve months."""
    ids = {household.id for household in among}
    rows = session.exec(
        select(KeptList.household_id)
        .where(col(KeptList.delivered_on).is_not(None), KeptList.made_on > on - YEAR)
        .distinct()
    )
    return Rate(len(ids & set(rows)), len(ids))


def _place(column: str, row: str) -> Place:
    return Place("happiness_lists", column, row)
