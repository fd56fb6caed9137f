"""A review visit that was promised to a household: planned, moved, cancelled, done."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel, col, func, select

from cases import events, keys
from cases.channels import reminders
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from cases.households.households import Household
from cases.sealed import Place
from knowledge.names import Region

NOTICE = timedelta(days=1)


class VisitState(StrEnum):
    """How far a visit has come."""

    PLANNED = "planned"
    CANCELLED = "cancelled"
    DONE = "done"


class Visit(SQLModel, table=True):
    """A visit at a local wall time of its zone. `at` is the same instant in UTC."""

    __tablename__ = "visits"
    __table_args__ = (CheckConstraint("state IN ('planned','cancelled','done')", name="state"),)
    id: str = Field(primary_key=True)
    household_id: str = Field(foreign_key="households.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    zone: str
    state: str = VisitState.PLANNED
    sealed_purpose: bytes
    planned_by: str = Field(foreign_key="operators.id", index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


def plan(  # noqa: PLR0913
    session: Session,
    household: Household,
    *,
    local: datetime,
    zone: str,
    purpose: str,
    remind_at: datetime | None,
    planned_by: str,
    notices: Sequence[timedelta] = (NOTICE,),
    now: datetime,
) -> Visit:
    """Promise a visit at a local time and with it the reminders: `notices` before, or `remind_at`.

    `local` and `remind_at` are naive wall times in `zone`; a reminder outside 08-21 is moved into
    these hours. When no such hour is left before the visit, it falls due now and a person is asked
    to call. Raises CaseError for a visit in the past, a reminder behind it, an unknown zone.
    """
    place = _place_of(zone)
    at = _instant(local, place)
    if at <= now:
        raise CaseError("The visit lies in the past; give a later day and time.")
    row = keys.new_id()
    visit = Visit(
        id=row,
        household_id=household.id,
        at=at,
        zone=zone,
        sealed_purpose=keys.seal(session, household.key_id, _place(row), purpose),
        planned_by=planned_by,
        created_at=now,
    )
    session.add(visit)
    session.flush()
    wishes = [remind_at] if remind_at is not None else [local - one for one in notices]
    _promise(session, visit, [_instant(wish, place) for wish in wishes], now=now)
    events.publish(session, events.Kind.HOUSEHOLD, {"household": household.id}, now=now)
    return visit


def move(
    session: Session,
    visit: Visit,
    at: datetime,
    *,
    notices: Sequence[timedelta] = (NOTICE,),
    now: datetime,
) -> Visit:
    """Put a visit to another instant; reminders of the old one never go out.

    Raises CaseError for a time that is over and for a visit that is not planned any more.
    """
    if at <= now or visit.state != VisitState.PLANNED:
        raise CaseError("Only a visit that is still planned can move, to a time to come.")
    reminders.cancel(session, kind=reminders.Kind.VISIT, subject=visit.id)
    reminders.cancel(session, kind=reminders.Kind.UNANSWERED, subject=visit.id)
    visit.at = at
    session.add(visit)
    session.flush()
    place = _place_of(visit.zone)
    local = at.astimezone(place).replace(tzinfo=None)
    _promise(session, visit, [_instant(local - one, place) for one in notices], now=now)
    events.publish(session, events.Kind.HOUSEHOLD, {"household": visit.household_id}, now=now)
    return visit


def cancel(session: Session, visit_id: str, *, now: datetime) -> Visit:
    """Call a visit off; its reminder never goes out. Raises UnknownError.

    Raises CaseError once its result is written: what was seen stays seen.
    """
    visit = find_for_update(session, visit_id)
    if visit.state == VisitState.DONE:
        raise CaseError("This visit is over and its result is written; it cannot be called off.")
    visit.state = VisitState.CANCELLED
    session.add(visit)
    reminders.cancel(session, kind=reminders.Kind.VISIT, subject=visit.id)
    reminders.cancel(session, kind=reminders.Kind.UNANSWERED, subject=visit.id)
    events.publish(session, events.Kind.HOUSEHOLD, {"household": visit.household_id}, now=now)
    session.flush()
    return visit


def notices_of(session: Session, visit: Visit) -> tuple[timedelta, ...]:
    """How long before it this visit was to be told; the same holds where it is moved."""
    rows = reminders.of_subject(session, visit.id)
    days = {(visit.at - row.due_at).days for row in rows if row.kind == reminders.Kind.VISIT}
    told = sorted((one for one in days if one > 0), reverse=True)
    return tuple(timedelta(days=one) for one in told) or (NOTICE,)


def find(session: Session, visit_id: str) -> Visit:
    """The visit with this id. Raises UnknownError."""
    visit = session.get(Visit, visit_id)
    if visit is None:
        raise UnknownError("There is no such visit.")
    return visit


def find_for_update(session: Session, visit_id: str) -> Visit:
    """The same, locked until the commit: it cannot be called off or moved meanwhile."""
    visit = session.exec(
        select(Visit)
        .where(Visit.id == visit_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if visit is None:
        raise UnknownError("There is no such visit.")
    return visit


def of_household(session: Session, household: Household) -> Sequence[Visit]:
    """All visits of a household, the next one first."""
    return session.exec(
        select(Visit).where(Visit.household_id == household.id).order_by(col(Visit.at))
    ).all()


def count_listed(session: Session, *, region: Region | None = None) -> int:
    """How many reminders of visits a person must see to, of one region or of all."""
    statement = (
        select(func.count(col(reminders.Reminder.id)))
        .join(Visit, col(Visit.id) == reminders.Reminder.subject)
        .join(Household, col(Household.id) == Visit.household_id)
        .where(reminders.Reminder.state == reminders.ReminderState.LISTED)
    )
    if region is not None:
        statement = statement.where(Household.region == region)
    return session.exec(statement).one()


def purpose(session: Session, household: Household, visit: Visit) -> str:
    """What the visit is for, opened."""
    return keys.unseal(session, household.key_id, _place(visit.id), visit.sealed_purpose)


def _promise(session: Session, visit: Visit, wishes: Sequence[datetime], *, now: datetime) -> None:
    """A reminder for each wish that is still to come; at least one, the latest of them."""
    if any(wish >= visit.at for wish in wishes):
        raise CaseError("The reminder would come after the visit; give an earlier time.")
    ahead = [wish for wish in wishes if wish > now]
    for wish in ahead or [max(wishes)]:
        due = reminders.waking(max(_in_waking_hours(wish), now), visit.zone)
        reminders.promise(
            session,
            kind=reminders.Kind.VISIT,
            subject=visit.id,
            due=now if due >= visit.at else due,
            zone=visit.zone,
            now=now,
        )


def _in_waking_hours(moment: datetime) -> datetime:
    first, last = reminders.FIRST_HOUR, reminders.LAST_HOUR
    if moment.hour < first:
        return moment.replace(hour=first, minute=0, second=0, microsecond=0)
    if moment.hour >= last:
        return moment.replace(hour=last - 1, minute=0, second=0, microsecond=0)
    return moment


def _place_of(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise CaseError("There is no such time zone; give one such as Asia/Shanghai.") from error


def _instant(local: datetime, place: ZoneInfo) -> datetime:
    if local.tzinfo is not None:
        raise CaseError("Give the local wall time without a zone.")
    # Through UTC: wall times of one zone are else compared without their offsets.
    return local.replace(tzinfo=place).astimezone(UTC).astimezone(place)


def _place(row: str) -> Place:
    return Place("visits", "purpose", row)
