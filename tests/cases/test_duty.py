"""The roster by region, shift and tier: whom it rings, its gaps, its sealed numbers."""

from datetime import UTC, datetime, time

import pytest
from sqlalchemy import text

from cases.danger import duty
from cases.danger.duty import Gap, Person, Shift
from cases.database import Session, Store
from cases.errors import CaseError
from knowledge.names import Region
from tests import factories
from tests.clock import Clock

WANG, LI = Person("王芳", "13800138000"), Person("李强", "13900139000")
EVERY_DAY = "1234567"
MIDNIGHT = time(0)


def _enter(  # noqa: PLR0913
    store: Store,
    clock: Clock,
    *,
    region: Region | None = None,
    tier: int = 1,
    days: str = EVERY_DAY,
    begins: time = MIDNIGHT,
    ends: time = MIDNIGHT,
    deputy: Person | None = None,
) -> str:
    with store.write() as session:
        by = factories.an_operator(session, f"by {begins}{ends}{tier}{region}", now=clock.now)
        shift = Shift(region, tier, days, begins, ends, WANG, deputy)
        return duty.enter(session, shift, by=by.id, now=clock.now).id


def _gaps(session: Session) -> list[Gap]:
    return list(duty.gaps(duty.roster(session), [Region.ZICHUAN]))


def test_an_empty_roster_is_one_gap(store: Store) -> None:
    with store.read() as session:
        assert _gaps(session) == [Gap(Region.ZICHUAN, 1, MIDNIGHT, 7 * 24 * 60)]


def test_a_whole_day_every_day_leaves_no_gap(store: Store, clock: Clock) -> None:
    _enter(store, clock)
    with store.read() as session:
        assert _gaps(session) == []


def test_a_night_shift_runs_over_midnight_and_over_the_week(store: Store, clock: Clock) -> None:
    _enter(store, clock, region=Region.ZICHUAN, begins=time(8), ends=time(20))
    _enter(store, clock, begins=time(20), ends=time(8))
    with store.read() as session:
        assert _gaps(session) == []


def test_a_gap_says_when_and_how_long(sqlite_store: Store, clock: Clock) -> None:
    _enter(sqlite_store, clock, begins=time(0), ends=time(23, 30))
    with sqlite_store.read() as session:
        assert _gaps(session)[:1] == [Gap(Region.ZICHUAN, 1, time(23, 30), 30)]
        assert len(_gaps(session)) == 7


def test_a_higher_tier_fills_no_gap_of_the_first(sqlite_store: Store, clock: Clock) -> None:
    _enter(sqlite_store, clock, tier=2)
    with sqlite_store.read() as session:
        assert len(_gaps(session)) == 1


def test_those_of_the_region_are_rung_before_those_of_all(store: Store, clock: Clock) -> None:
    _enter(store, clock)
    _enter(store, clock, region=Region.ZICHUAN, deputy=LI)
    with store.read() as session:
        assert duty.on_call(session, Region.ZICHUAN, 1, now=clock.now) == (WANG, LI)
        assert duty.on_call(session, Region.FENGZE, 1, now=clock.now) == (WANG,)
        assert duty.on_call(session, None, 1, now=clock.now) == (WANG,)
        assert duty.on_call(session, None, 2, now=clock.now) == ()


@pytest.mark.parametrize(
    ("region", "tier"),
    [(Region.ZICHUAN, 2), (Region.ZICHUAN, 4), (Region.FENGZE, 1), (None, 1), (None, 3)],
)
def test_a_page_rings_somebody_as_long_as_anybody_stands_on_the_roster(
    store: Store, clock: Clock, region: Region | None, tier: int
) -> None:
    _enter(store, clock, region=Region.ZICHUAN, tier=1, deputy=LI)
    with store.read() as session:
        assert duty.to_ring(session, region, tier, now=clock.now) == (WANG, LI)


def test_a_tier_without_anybody_rings_the_next_one_up_before_those_below(
    store: Store, clock: Clock
) -> None:
    _enter(store, clock, tier=1)
    _enter(store, clock, tier=3, deputy=LI)
    with store.read() as session:
        assert duty.to_ring(session, None, 2, now=clock.now) == (WANG, LI)
        assert duty.to_ring(session, None, 4, now=clock.now) == (WANG, LI)
        assert duty.to_ring(session, None, 1, now=clock.now) == (WANG,)


def test_a_shift_is_local_time(store: Store, clock: Clock) -> None:
    _enter(store, clock, days="1", begins=time(23), ends=time(1))
    at = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # Tuesday 00:30 in China
    with store.read() as session:
        assert duty.on_call(session, None, 1, now=at) == (WANG,)
        assert duty.on_call(session, None, 1, now=at.replace(hour=17)) == ()


def test_who_was_taken_out_is_not_rung(store: Store, clock: Clock) -> None:
    shift = _enter(store, clock)
    with store.write() as session:
        duty.end(session, shift, now=clock.now)
        assert duty.roster(session) == []


@pytest.mark.parametrize(("days", "tier"), [("", 1), ("8", 1), ("1", 5)])
def test_a_shift_that_cannot_be_is_refused(
    sqlite_store: Store, clock: Clock, days: str, tier: int
) -> None:
    with pytest.raises(CaseError):
        _enter(sqlite_store, clock, days=days, tier=tier)


@pytest.mark.parametrize("who", [Person("王芳", " "), Person("", "13800138000")])
def test_nobody_stands_on_the_roster_who_cannot_be_rung(
    sqlite_store: Store, clock: Clock, who: Person
) -> None:
    with sqlite_store.write() as session:
        by = factories.an_operator(session, now=clock.now).id
        for person, deputy in ((who, None), (WANG, who)):
            shift = Shift(None, 1, EVERY_DAY, MIDNIGHT, MIDNIGHT, person, deputy)
            with pytest.raises(CaseError):
                duty.enter(session, shift, by=by, now=clock.now)


def test_telephone_numbers_do_not_stand_in_the_table(sqlite_store: Store, clock: Clock) -> None:
    _enter(sqlite_store, clock, deputy=LI)
    with sqlite_store.read() as session:
        row = session.connection().execute(text("SELECT * FROM duty_shifts")).one()
    assert "138001" not in str(tuple(row))
