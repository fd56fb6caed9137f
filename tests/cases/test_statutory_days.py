"""The day by law is reckoned on the region's own calendar; what no law says is not made up."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from cases import calendars
from cases.calendars import DayKind
from cases.database import Store
from cases.dialogue import statutory_days
from cases.dialogue.lookups import StatutoryDay
from knowledge.names import Programme, Region
from tests.clock import Clock

ZONE = ZoneInfo("Asia/Shanghai")
ASKED = StatutoryDay(Programme.DIBAO, Region.NINGXIA, date(2026, 11, 24))


def test_it_is_the_law_s_own_number_of_working_days(store: Store) -> None:
    with store.read() as session:
        found = statutory_days.reckon(session, ASKED)
    assert found.due == datetime(2027, 1, 7, tzinfo=ZONE)
    assert found.cite == "minfa-2021-57-22"


def test_a_day_off_of_the_region_moves_it(store: Store, clock: Clock) -> None:
    with store.write() as session:
        day = date(2026, 12, 2)
        calendars.enter(
            session, region=Region.NINGXIA, day=day, kind=DayKind.OFF, by="a", now=clock.now
        )
        found = statutory_days.reckon(session, ASKED)
    assert found.due == datetime(2027, 1, 8, tzinfo=ZONE)


@pytest.mark.parametrize("programme", [Programme.EDUCATION, Programme.LEGAL_AID])
def test_without_a_rule_there_is_no_day(store: Store, programme: Programme) -> None:
    with store.read() as session:
        asked = StatutoryDay(programme, Region.ZICHUAN, date(2026, 11, 24))
        assert statutory_days.reckon(session, asked).due is None
