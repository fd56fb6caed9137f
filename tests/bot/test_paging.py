"""A danger nobody acknowledges leaves the console, tier by tier, signed, without content."""

import json
from collections.abc import Iterator
from datetime import time, timedelta

import pytest
from sqlmodel import col, select

from bot import paging as leaving
from bot.paging import Pager
from cases.danger import alerts, duty, paging
from cases.danger.duty import Person, Shift
from cases.danger.paging import PageState, PageTry
from cases.database import Store
from knowledge.names import Hazard, Priority, Region
from tests import factories, threads
from tests.clock import Clock
from tests.peers import pager as peer
from tests.peers.pager import Gateway

PHONE = "13800138000"


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """Whom the deployment pages."""
    with peer.gateway() as found:
        yield found


@pytest.fixture
def alert(store: Store, clock: Clock) -> str:
    """A danger that rings, with one person on each tier, before dawn or not."""
    with store.write() as session:
        by = factories.an_operator(session, now=clock.now)
        for tier in duty.TIERS:
            shift = Shift(None, tier, "1234567", time(0), time(0), Person("王芳", PHONE))
            duty.enter(session, shift, by=by.id, now=clock.now)
        chat = factories.a_waiting_chat(session, Priority.P0, now=clock.now)
        return alerts.raise_for(
            session,
            chat.id,
            Hazard.VIOLENCE,
            region=Region.ZICHUAN,
            ticket_id=None,
            now=clock.now,
        ).id


def _tick(store: Store, gateway: Gateway, clock: Clock) -> None:
    leaving.look(store, now=clock.now)
    pager = Pager(store, address=gateway.address, secret=peer.SECRET)
    pager.send_due(now=lambda: clock.now)


def _tiers(gateway: Gateway) -> list[object]:
    return [body["data"]["tier"] for body in gateway.bodies]  # type: ignore[index]


def test_the_tiers_are_paged_after_0_1_3_and_5_minutes(
    store: Store, gateway: Gateway, clock: Clock, alert: str
) -> None:
    seen = []
    for _ in range(7):
        _tick(store, gateway, clock)
        seen.append(len(gateway.bodies))
        clock.advance(minutes=1)
    assert seen == [1, 2, 2, 3, 3, 4, 4]
    assert _tiers(gateway) == [1, 2, 3, 4]
    assert alert


@pytest.mark.parametrize(("hazard", "again"), [(Hazard.VIOLENCE, 2), (Hazard.NO_FOOD, 0)])
def test_a_danger_nobody_sees_pages_the_last_tier_again_until_somebody_does(
    store: Store, gateway: Gateway, clock: Clock, hazard: Hazard, again: int
) -> None:
    with store.write() as session:
        chat = factories.a_waiting_chat(session, Priority.P1, now=clock.now).id
        alerts.raise_for(session, chat, hazard, region=None, ticket_id=None, now=clock.now)
    # After a gap of an hour once, not for each time that was missed.
    for minutes in (5, 5, 60, 1):
        clock.advance(minutes=minutes)
        _tick(store, gateway, clock)
    assert sorted(_tiers(gateway)) == [1, 2, 3, 4] + [4] * again  # type: ignore[type-var]
    assert len(set(gateway.ids)) == 4 + again


def test_a_page_names_whom_to_ring_and_nothing_of_the_resident(
    store: Store, gateway: Gateway, clock: Clock, alert: str
) -> None:
    _tick(store, gateway, clock)
    (body,) = gateway.bodies
    data = {"page": gateway.ids[0], "priority": "P0", "tier": 1, "phones": [PHONE]}
    assert body["data"] == data
    assert not {"violence", "zichuan", alert} & set(json.dumps(body).split('"'))


def test_an_acknowledged_danger_pages_nobody_more(
    store: Store, gateway: Gateway, clock: Clock, alert: str
) -> None:
    _tick(store, gateway, clock)
    with store.write() as session:
        bob = factories.an_operator(session, "Bob", now=clock.now)
        alerts.acknowledge(session, alert, bob.id, now=clock.now)
    clock.advance(minutes=10)
    _tick(store, gateway, clock)
    assert len(gateway.bodies) == 1


@pytest.mark.parametrize("refusal", [500, 302])
def test_a_page_that_fails_is_tried_again_under_the_same_id_and_each_try_is_a_row(
    store: Store, gateway: Gateway, clock: Clock, alert: str, refusal: int
) -> None:
    gateway.fails, gateway.refusal = 2, refusal
    for _ in range(4):
        _tick(store, gateway, clock)
        clock.advance(seconds=20)
    with store.read() as session:
        answers = session.exec(select(PageTry.answer).order_by(col(PageTry.at))).all()
        states = [page.state for page in paging.of_alert(session, alert)]
    assert answers[:3] == [str(refusal), str(refusal), "204"]
    assert len(set(gateway.ids[:3])) == 1
    assert states[0] == PageState.SENT


def test_a_gateway_that_is_away_leaves_its_reason(store: Store, clock: Clock, alert: str) -> None:
    away = Gateway("http://127.0.0.1:9/page")
    _tick(store, away, clock)
    with store.read() as session:
        ((attempt, page),) = paging.latest(session)
    assert (attempt.answer, page.state, page.alert_id) == (
        "ConnectError",
        PageState.WAITING,
        alert,
    )


def test_a_gateway_that_says_nothing_holds_up_no_other_page(
    store: Store, gateway: Gateway, clock: Clock, alert: str
) -> None:
    gateway.holds = 1
    clock.advance(minutes=1)
    leaving.look(store, now=clock.now)
    pager = Pager(store, address=gateway.address, secret=peer.SECRET, patience_s=0.5)
    assert pager.send_due(now=lambda: clock.now) == 2
    with store.read() as session:
        answers = {attempt.answer for attempt, _ in paging.latest(session)}
        states = sorted(page.state for page in paging.of_alert(session, alert))
    assert answers <= {"TimeoutError", "ReadTimeout", "204"}
    assert (states, len(gateway.bodies)) == ([PageState.SENT, PageState.WAITING], 1)


def test_who_is_put_on_the_roster_between_two_tiers_is_rung(
    store: Store, gateway: Gateway, clock: Clock, alert: str
) -> None:
    _tick(store, gateway, clock)
    with store.write() as session:
        by = factories.an_operator(session, "Sun", now=clock.now).id
        for row in duty.roster(session):
            duty.end(session, row.id, now=clock.now)
        # Nobody on the second tier any more, and the first has another number.
        fresh = Shift(Region.ZICHUAN, 1, "1234567", time(0), time(0), Person("李", "13900139000"))
        duty.enter(session, fresh, by=by, now=clock.now)
    clock.advance(minutes=1)
    _tick(store, gateway, clock)
    rung = [body["data"]["phones"] for body in gateway.bodies]  # type: ignore[index]
    assert (rung, bool(alert)) == ([[PHONE], ["13900139000"]], True)


def test_processes_that_look_at_once_ring_and_plan_each_chat_once(
    postgres_store: Store, clock: Clock
) -> None:
    with postgres_store.write() as session:
        for _ in range(20):
            factories.a_waiting_chat(session, Priority.P1, now=clock.now)
    for _ in range(2):
        threads.at_once(lambda _: leaving.look(postgres_store, now=clock.now), range(4))
    with postgres_store.read() as session:
        rung = [alert.conversation_id for alert in alerts.open_alerts(session)]
        planned = [
            page.tier
            for a in alerts.open_alerts(session)
            for page in paging.of_alert(session, a.id)
        ]
    assert (len(rung), len(set(rung)), planned) == (20, 20, [1] * 20)


def test_what_a_killed_process_was_sending_is_sent_after_its_lease(
    store: Store, gateway: Gateway, clock: Clock, alert: str
) -> None:
    leaving.look(store, now=clock.now)
    with store.write() as session:
        assert len(paging.claim(session, now=clock.now)) == 1
    _tick(store, gateway, clock)
    assert gateway.bodies == []
    clock.advance(seconds=31)
    _tick(store, gateway, clock)
    assert (_tiers(gateway), bool(alert)) == ([1], True)


def test_two_processes_plan_and_send_a_page_once(
    postgres_store: Store, gateway: Gateway, clock: Clock
) -> None:
    with postgres_store.write() as session:
        chat = factories.a_waiting_chat(session, Priority.P0, now=clock.now)
        alerts.raise_for(
            session, chat.id, Hazard.VIOLENCE, region=None, ticket_id=None, now=clock.now
        )
    leaving.look(postgres_store, now=clock.now)
    pagers = [Pager(postgres_store, address=gateway.address, secret=peer.SECRET)] * 2
    sent = threads.at_once(lambda one: one.send_due(now=lambda: clock.now), pagers)
    assert (sum(sent), len(gateway.bodies)) == (1, 1)


@pytest.mark.parametrize(
    ("somebody", "after"), [(True, timedelta(minutes=3)), (False, timedelta(0))]
)
def test_an_urgent_chat_nobody_takes_begins_to_ring(
    sqlite_store: Store, clock: Clock, *, somebody: bool, after: timedelta
) -> None:
    with sqlite_store.write() as session:
        factories.a_waiting_chat(session, Priority.P1, now=clock.now)
        if somebody:
            alice = factories.an_operator(session, now=clock.now)
            assert paging.raise_unseen(session, now=clock.now) == 0
            alice.present_at = clock.now + after
            session.add(alice)
        clock.now += after
        assert paging.raise_unseen(session, now=clock.now) == 1
        assert paging.raise_unseen(session, now=clock.now) == 0


@pytest.mark.parametrize(("region", "rings"), [(Region.ZICHUAN, 0), (None, 0), (Region.FENGZE, 1)])
def test_who_serves_another_place_alone_keeps_no_urgent_chat_from_ringing(
    sqlite_store: Store, clock: Clock, region: Region | None, rings: int
) -> None:
    with sqlite_store.write() as session:
        factories.an_operator(session, region=region, now=clock.now)
        factories.a_waiting_chat(session, Priority.P1, now=clock.now)
        assert paging.raise_unseen(session, now=clock.now) == rings
