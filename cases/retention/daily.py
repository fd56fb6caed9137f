"""The erasing of a day: who does it, how far it came, what was erased; counts, never contents."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Date,
    bindparam,
    false,
    func,
    select,
    text,
    tuple_,
)
from sqlmodel import Field, SQLModel, col, update
from sqlmodel import select as select_rows

from cases import audit
from cases.database import Session, UtcDateTime
from cases.retention import erasing, holdings, terms
from cases.retention.roots import ROOTS, Root
from cases.retention.terms import Kept, Terms
from knowledge.workdays import ZONE

# Residents sleep, and so do most units.
HOUR = 2
LEASE = timedelta(minutes=2)
CLOCK = "clock"
# After so many days without a run the clock may have leapt; what it makes due is wrong for ever.
LONGEST_GAP = timedelta(days=3)
MOST_COUNTED = 10_000
_DAYS = TypeAdapter(dict[str, int | None])
_BEGIN = text(
    "INSERT INTO erasing_runs (day, began_at, days) VALUES (:day, :now, :days) "
    "ON CONFLICT (day) DO NOTHING"
).bindparams(bindparam("day", type_=Date()), bindparam("now", type_=UtcDateTime()))
_COUNT = text(
    "INSERT INTO erased_counts (day, kept, erased, needed) VALUES (:day, :kept, :erased, :needed) "
    "ON CONFLICT (day, kept) DO UPDATE SET erased = erased_counts.erased + :erased, "
    "needed = erased_counts.needed + :needed"
).bindparams(bindparam("day", type_=Date()))


class ErasingRun(SQLModel, table=True):
    """The erasing of one local day: once, by whoever holds its lease. `days`: with which terms."""

    __tablename__ = "erasing_runs"
    day: date = Field(primary_key=True)
    began_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    leased_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    days: str


class ErasedCount(SQLModel, table=True):
    """How many of a class were erased on a day, and how many were due and still needed."""

    __tablename__ = "erased_counts"
    day: date = Field(primary_key=True)
    kept: str = Field(primary_key=True)
    erased: int = 0
    needed: int = 0


@dataclass(frozen=True)
class Place:
    """How far a class was gone through: the next batch begins behind it."""

    began: datetime
    key: str


@dataclass(frozen=True)
class Step:
    """What one batch did. `after`: where the next one begins; None when nothing is left."""

    erased: int
    needed: int
    after: Place | None


def day_of(now: datetime) -> date:
    """The day whose erasing may run now: before two in the morning it is that of yesterday."""
    return (now.astimezone(ZONE) - timedelta(hours=HOUR)).date()


def claim(session: Session, in_force: Terms, *, now: datetime) -> date | None:
    """Take today's erasing; None while another process has it, when it is done or rests."""
    day = day_of(now)
    session.connection().execute(_BEGIN, {"day": day, "now": now, "days": _told(in_force)})
    if rests(session, day):
        return None
    won = session.connection().execute(
        update(ErasingRun)
        .where(
            col(ErasingRun.day) == day,
            col(ErasingRun.ended_at).is_(None),
            col(ErasingRun.leased_until).is_(None) | (col(ErasingRun.leased_until) < now),
        )
        .values(leased_until=now + LEASE)
    )
    if won.rowcount != 1:
        return None
    # Whoever begins goes through everything anew: what is needed is counted once.
    session.connection().execute(
        update(ErasedCount).where(col(ErasedCount.day) == day).values(needed=0)
    )
    return day


def rests(session: Session, day: date) -> bool:
    """Whether nothing is erased on this day: it is the first one after a gap, and the clock may be
    wrong. If it is still this day or the next one tomorrow, it was right."""
    before = _newest(session, before=day)
    return before is not None and day - before.day > LONGEST_GAP


def let_go(session: Session, day: date) -> None:
    """Leave the rest of a day's erasing to whoever looks next."""
    session.connection().execute(
        update(ErasingRun).where(col(ErasingRun.day) == day).values(leased_until=None)
    )


def go_on(
    session: Session, root: Root, in_force: Terms, after: Place | None, *, now: datetime
) -> Step:
    """Erase one batch of what is due and needed by nobody, in the caller's transaction."""
    rows = _due(session, root, in_force, after, now=now)
    free = [name for _, name, wanted in rows if not wanted]
    wanted_besides = root.needed_besides(session, free)
    gone = [name for name in free if name not in wanted_besides]
    if root.kept is Kept.CONVERSATIONS:
        erasing.forget(session, gone, now=now)
    else:
        erasing.erase(session, root.table, gone, now=now)
    last = Place(rows[-1][0], rows[-1][1]) if len(rows) == root.batch else None
    return Step(len(gone), len(rows) - len(gone), last)


def note(session: Session, day: date, kept: Kept, step: Step, *, now: datetime) -> None:
    """Count what a batch did, in the batch's own transaction, and hold the lease."""
    values = {"day": day, "kept": kept, "erased": step.erased, "needed": step.needed}
    session.connection().execute(_COUNT, values)
    session.connection().execute(
        update(ErasingRun).where(col(ErasingRun.day) == day).values(leased_until=now + LEASE)
    )


def finish(session: Session, day: date, *, now: datetime) -> None:
    """The day's erasing is done; what was erased goes into the audit as numbers."""
    session.connection().execute(
        update(ErasingRun).where(col(ErasingRun.day) == day).values(ended_at=now, leased_until=None)
    )
    for kept, count in counts(session, day).items():
        if count.erased:
            audit.record(session, CLOCK, "erased when due", f"{count.erased} {kept}", now=now)


def counts(session: Session, day: date) -> Mapping[str, ErasedCount]:
    """What was erased and kept back on a day, by class."""
    rows = session.exec(select_rows(ErasedCount).where(ErasedCount.day == day)).all()
    return {row.kept: row for row in rows}


def last(session: Session, *, now: datetime) -> ErasingRun | None:
    """The erasing of the newest day up to now, whether it has ended or not."""
    return _newest(session, before=day_of(now) + timedelta(days=1))


def days_in_force(session: Session) -> Mapping[str, int | None]:
    """With how many days the last erasing went by; those that were shipped before the first."""
    run = _newest(session, before=date.max)
    if run is None:
        return {kept: term.days for kept, term in terms.shipped().items()}
    return _DAYS.validate_json(run.days)


def due_now(session: Session, kept: Kept, in_force: Terms, *, now: datetime) -> int:
    """How many of a class are past their term, needed or not; counted no further than the most."""
    return sum(_counted(session, one, in_force, now=now) for one in ROOTS if one.kept is kept)


def _due(
    session: Session, root: Root, in_force: Terms, after: Place | None, *, now: datetime
) -> Sequence[tuple[datetime, str, bool]]:
    """The next rows past their term: since when, which, and whether something needs them."""
    past = _past(root, in_force, now=now)
    began = _began(root)
    if after is not None:
        past = (*past, tuple_(began, root.key) > tuple_(after.began, after.key))
    statement = (
        select(began, root.key, root.needed())
        .select_from(holdings.table(root.table))
        .where(*past)
        .order_by(began, root.key)
        .limit(root.batch)
        # Who speaks in it at this moment has it; the next day looks again.
        .with_for_update(of=holdings.table(root.table), skip_locked=True)
    )
    rows = session.connection().execute(statement)
    return [(began, key, bool(wanted)) for began, key, wanted in rows]


def _newest(session: Session, *, before: date) -> ErasingRun | None:
    return session.exec(
        select_rows(ErasingRun)
        .where(ErasingRun.day < before)
        .order_by(col(ErasingRun.day).desc())
        .limit(1)
    ).first()


def _counted(session: Session, root: Root, in_force: Terms, *, now: datetime) -> int:
    found = select(root.key).where(*_past(root, in_force, now=now))
    within = found.limit(MOST_COUNTED).subquery()
    return int(session.connection().execute(select(func.count()).select_from(within)).scalar_one())


def _past(root: Root, in_force: Terms, *, now: datetime) -> tuple[ColumnElement[bool], ...]:
    until = terms.until(in_force[root.kept], now=now)
    if until is None:
        return (false(),)
    past = _began(root) <= until + timedelta(days=root.ahead)
    return (past,) if root.living is None else (root.living(), past)


def _began(root: Root) -> ColumnElement[datetime]:
    """Since when the term counts; looked up row by row where it stands in another table, so that
    those that are left are gone through and not all that ever ended."""
    began = root.dated.c[root.began]
    if not root.of:
        return began
    (key,) = root.dated.primary_key.columns
    return select(began).where(key == root.key).scalar_subquery()


def _told(in_force: Terms) -> str:
    return json.dumps({kept: term.days for kept, term in in_force.items()})
