"""Who is rung when nobody acknowledges a danger: the roster by region, shift and tier, its gaps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Field, SQLModel, col, select

from cases import keys
from cases.database import Session, UtcDateTime
from cases.errors import CaseError, UnknownError
from cases.sealed import Place
from knowledge.names import Region

LOCAL = ZoneInfo("Asia/Shanghai")
TIERS = (1, 2, 3, 4)
# The places a helpline serves; the nation has no roster of its own.
SERVED = tuple(region for region in Region if region is not Region.NATIONAL)
DAYS = "1234567"
MINUTES_A_DAY = 24 * 60
MINUTES_A_WEEK = 7 * MINUTES_A_DAY


class DutyShift(SQLModel, table=True):
    """One shift of one person, every week: days 1 (Monday) to 7, local times, over midnight where
    it ends no later than it begins. `region` None is all regions. Name and phones are sealed."""

    __tablename__ = "duty_shifts"
    id: str = Field(primary_key=True)
    region: str | None = None
    tier: int
    days: str
    begins: str
    ends: str
    key_id: str = Field(foreign_key="data_keys.id", index=True)
    sealed_name: bytes
    sealed_phone: bytes
    sealed_deputy: bytes | None = None
    sealed_deputy_phone: bytes | None = None
    made_by: str = Field(foreign_key="operators.id", index=True)
    made_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


@dataclass(frozen=True)
class Person:
    """Somebody to ring."""

    name: str
    phone: str


@dataclass(frozen=True)
class Shift:
    """A shift to be entered."""

    region: Region | None
    tier: int
    days: str
    begins: time
    ends: time
    person: Person
    deputy: Person | None = None


@dataclass(frozen=True)
class Gap:
    """When nobody can be rung: local day 1 to 7 and time, for how many minutes."""

    region: Region
    day: int
    at: time
    minutes: int


def enter(session: Session, shift: Shift, *, by: str, now: datetime) -> DutyShift:
    """Put a shift into the roster. Raises CaseError for days or a tier that do not exist, and for
    somebody who cannot be rung."""
    days = "".join(sorted(set(shift.days)))
    if not days or set(days) - set(DAYS) or shift.tier not in TIERS:
        raise CaseError("A shift needs days from 1 to 7 and a tier from 1 to 4.")
    there = (shift.person,) if shift.deputy is None else (shift.person, shift.deputy)
    if not all(one.phone.strip() and one.name.strip() for one in there):
        raise CaseError("A shift needs a name and a telephone number, and so does its deputy.")
    row, key = keys.new_id(), keys.create(session, now=now)
    sealed = {
        what: keys.seal(session, key, Place("duty_shifts", what, row), text)
        for what, text in _texts(shift)
    }
    made = DutyShift(
        id=row,
        region=shift.region,
        tier=shift.tier,
        days=days,
        begins=f"{shift.begins:%H:%M}",
        ends=f"{shift.ends:%H:%M}",
        key_id=key,
        sealed_name=sealed["name"],
        sealed_phone=sealed["phone"],
        sealed_deputy=sealed.get("deputy"),
        sealed_deputy_phone=sealed.get("deputy_phone"),
        made_by=by,
        made_at=now,
    )
    session.add(made)
    session.flush()
    return made


def end(session: Session, shift_id: str, *, now: datetime) -> None:
    """Take a shift out of the roster. Raises UnknownError."""
    row = session.get(DutyShift, shift_id)
    if row is None or row.ended_at is not None:
        raise UnknownError("There is no such shift.")
    row.ended_at = now
    session.add(row)
    session.flush()


def roster(session: Session) -> Sequence[DutyShift]:
    """The shifts in force, by region, tier and hour."""
    return session.exec(
        select(DutyShift)
        .where(col(DutyShift.ended_at).is_(None))
        .order_by(col(DutyShift.region), col(DutyShift.tier), col(DutyShift.begins))
    ).all()


def people(session: Session, row: DutyShift) -> tuple[Person, ...]:
    """Whom a shift rings: the person, then the deputy."""
    first = Person(_open(session, row, "name"), _open(session, row, "phone"))
    if row.sealed_deputy is None:
        return (first,)
    return (first, Person(_open(session, row, "deputy"), _open(session, row, "deputy_phone")))


def on_call(
    session: Session, region: str | None, tier: int, *, now: datetime
) -> tuple[Person, ...]:
    """Whom to ring now in a tier: those of the region, else those of all regions."""
    there = _there(session, tier, now=now)
    own = [row for row in there if row.region == region] if region is not None else []
    rung = own or [row for row in there if row.region is None]
    return tuple(person for row in rung for person in people(session, row))


def to_ring(
    session: Session, region: str | None, tier: int, *, now: datetime
) -> tuple[Person, ...]:
    """Whom a page of a tier rings, each once: nobody there, then the next tiers up, then those
    below; where no roster holds for the place (or it is unknown), those of every place."""
    order = [*TIERS[TIERS.index(tier) :], *reversed(TIERS[: TIERS.index(tier)])]
    for one in order:
        if found := on_call(session, region, one, now=now):
            return tuple(dict.fromkeys(found))
    for one in order:
        if rows := _there(session, one, now=now):
            return tuple(dict.fromkeys(who for row in rows for who in people(session, row)))
    return ()


def gaps(shifts: Iterable[DutyShift], regions: Iterable[Region]) -> Sequence[Gap]:
    """When the first tier of a region has nobody, the region's own and the general roster taken
    together; empty when somebody can be rung at every minute of the week."""
    first = [row for row in shifts if row.tier == min(TIERS)]
    found: list[Gap] = []
    for region in regions:
        covered: set[int] = set()
        for row in first:
            if row.region in {None, region}:
                covered |= _minutes(row)
        found += _holes(region, covered)
    return found


def _there(session: Session, tier: int, *, now: datetime) -> Sequence[DutyShift]:
    minute = _minute_of_week(now)
    return [row for row in roster(session) if row.tier == tier and minute in _minutes(row)]


def _holes(region: Region, covered: set[int]) -> list[Gap]:
    holes: list[Gap] = []
    begun: int | None = None
    for minute in range(MINUTES_A_WEEK + 1):
        open_now = minute < MINUTES_A_WEEK and minute not in covered
        if open_now and begun is None:
            begun = minute
        elif not open_now and begun is not None:
            day, at = divmod(begun, MINUTES_A_DAY)
            moment = time(at // 60, at % 60)
            holes.append(Gap(region, day=day + 1, at=moment, minutes=minute - begun))
            begun = None
    return holes


def _minutes(row: DutyShift) -> set[int]:
    """The minutes of the week, from Monday 00:00, that a shift covers."""
    begins, ends = _clock(row.begins), _clock(row.ends)
    length = (ends - begins - 1) % MINUTES_A_DAY + 1
    return {
        ((int(day) - 1) * MINUTES_A_DAY + begins + step) % MINUTES_A_WEEK
        for day in row.days
        for step in range(length)
    }


def _clock(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _minute_of_week(now: datetime) -> int:
    local = now.astimezone(LOCAL)
    midnight = timedelta(hours=local.hour, minutes=local.minute)
    return local.weekday() * MINUTES_A_DAY + int(midnight.total_seconds()) // 60


def _texts(shift: Shift) -> Sequence[tuple[str, str]]:
    texts = [("name", shift.person.name.strip()), ("phone", shift.person.phone.strip())]
    if shift.deputy is not None:
        texts += [("deputy", shift.deputy.name.strip())]
        texts += [("deputy_phone", shift.deputy.phone.strip())]
    return texts


def _open(session: Session, row: DutyShift, what: str) -> str:
    blobs = {
        "name": row.sealed_name,
        "phone": row.sealed_phone,
        "deputy": row.sealed_deputy,
        "deputy_phone": row.sealed_deputy_phone,
    }
    blob = blobs[what]
    if blob is None:
        raise UnknownError("This shift has no deputy.")
    return keys.unseal(session, row.key_id, Place("duty_shifts", what, row.id), blob)
