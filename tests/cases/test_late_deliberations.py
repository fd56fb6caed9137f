"""A conference or check whose day is over is told of once a day and person, to who can hold it."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from httpx import Client
from sqlmodel import select

from bot import schedule
from bot.helpline import Helpline
from cases import operators
from cases.database import Session, Store
from cases.operators import Role
from cases.tickets import deliberations, late_deliberations
from cases.tickets.deliberations import Call, Kind
from cases.tickets.late_deliberations import LateDeliberation
from cases.tickets.tickets import Ticket
from knowledge.names import Priority, Region
from knowledge.workdays import ZONE
from tests import factories, threads
from tests.api import web
from tests.api.conftest import client, helpline, shelf
from tests.clock import Clock

__all__ = ["client", "helpline", "shelf"]
HERE, UNIT = Region.ZICHUAN, "区民政局"
LAST_DAY = date(2026, 11, 24)
AFTER = datetime(2026, 11, 25, 8, tzinfo=ZONE)


def _staff(session: Session, now: datetime) -> None:
    for name, unit in (("Bob", UNIT), ("Eve", "村")):
        factories.an_operator(session, name, role=Role.CASEWORKER, region=HERE, unit=unit, now=now)
    factories.an_operator(session, "Sun", role=Role.SUPERVISOR, region=HERE, now=now)


def _called(
    session: Session, kind: Kind, now: datetime, priority: Priority = Priority.P2
) -> tuple[Ticket, str]:
    draft = replace(factories.A_MATTER, priority=priority, lead_unit=UNIT, not_to=("村",))
    ticket = factories.a_ticket(session, draft, now=now)
    told = Call(kind, None, (), "几家都推", LAST_DAY)
    return ticket, deliberations.call(session, ticket, told, by="a", now=now).id


def _told(session: Session, now: datetime) -> list[str]:
    """Whom it told now."""
    before = {row.id for row in session.exec(select(LateDeliberation))}
    late_deliberations.send_due(session, now=now)
    fresh = [row for row in session.exec(select(LateDeliberation)) if row.id not in before]
    return [operators.find(session, row.addressee).name for row in fresh]


def test_a_conference_is_told_of_each_day_by_day_until_it_was_held(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        _staff(session, clock.now)
        ticket, wanted = _called(session, Kind.CONFERENCE, clock.now)
        night, next_day = AFTER - timedelta(minutes=1), AFTER + timedelta(days=1)
        moments = (night, AFTER, AFTER + timedelta(hours=13), next_day)
        assert [_told(session, at) for at in moments] == [[], ["Bob"], [], ["Bob"]]
        deliberations.write(
            session, ticket, wanted, held_on=AFTER.date(), minutes="定了", by="a", now=next_day
        )
        assert _told(session, next_day + timedelta(days=1)) == []


def test_of_an_urgent_one_people_are_told_at_night(sqlite_store: Store, clock: Clock) -> None:
    with sqlite_store.write() as session:
        _staff(session, clock.now)
        _called(session, Kind.CONFERENCE, clock.now, Priority.P1)
        assert _told(session, AFTER - timedelta(hours=7)) == ["Bob"]


@pytest.mark.parametrize("why", ["a check", "nobody at the unit"])
def test_those_who_oversee_are_told_of_a_check_and_where_no_unit_has_anybody(
    sqlite_store: Store, clock: Clock, why: str
) -> None:
    with sqlite_store.write() as session:
        _staff(session, clock.now)
        _called(session, Kind.CHECK if why == "a check" else Kind.CONFERENCE, clock.now)
        if why == "nobody at the unit":
            bob = operators.by_name(session, "Bob")
            assert bob is not None
            operators.disable(session, bob.id, now=clock.now)
        assert _told(session, AFTER) == ["Sun"]


def test_many_loops_tell_each_once_a_day(postgres_store: Store, clock: Clock) -> None:
    with postgres_store.write() as session:
        _staff(session, clock.now)
        for _ in range(3):
            _called(session, Kind.CONFERENCE, clock.now)

    def look(_: int) -> int:
        with postgres_store.write() as session:
            return late_deliberations.send_due(session, now=AFTER)

    assert sum(threads.at_once(look, range(4))) <= 3
    with postgres_store.write() as session:
        late_deliberations.send_due(session, now=AFTER)
        assert len(session.exec(select(LateDeliberation)).all()) == 3


def test_what_is_late_stands_on_the_page_of_who_was_told(
    client: Client, helpline: Helpline, clock: Clock
) -> None:
    web.enter(client, web.an_account(helpline, "Ann", Role.SUPERVISOR))
    with helpline.store.write() as session:
        number = _called(session, Kind.CHECK, clock.now)[0].number
    assert number not in client.get("/console/late").text
    schedule.tell_late(helpline, now=AFTER)
    page = client.get("/console/late").text
    assert number in page.split("过了日子还没有开的会商和核对")[1].split("督办单")[0]
