"""More time is asked before it is over and granted by somebody else; days may be entered later."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from cases import calendars
from cases.calendars import DayKind
from cases.database import Store
from cases.errors import CaseError, UnknownError
from cases.ticket_rules.lifecycle import Move
from cases.tickets import extensions, history, moves
from cases.tickets.extensions import Decision, NoExtensionError, OwnWishError
from cases.tickets.history import NoteKind
from knowledge.names import Priority, Region
from tests import factories
from tests.clock import Clock

NINGXIA = replace(factories.A_MATTER, region=Region.NINGXIA, prefix="NX")


def test_more_time_is_granted_by_somebody_else(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        before = ticket.respond_by
        extensions.ask(session, ticket, days=5, reason="等核对", by="bob", now=clock.now)
        with pytest.raises(OwnWishError):
            extensions.grant(session, ticket, by="bob", now=clock.now)
        extensions.grant(session, ticket, by="alice", now=clock.now)
        assert ticket.respond_by == before + timedelta(days=7)
        assert [one.state for one in extensions.of(session, ticket)] == [Decision.GRANTED]


@pytest.mark.parametrize(("minutes", "granted"), [(-1, True), (0, False), (1, False)])
def test_one_minute_after_the_time_is_over_nothing_is_granted(
    sqlite_store: Store, clock: Clock, *, minutes: int, granted: bool
) -> None:
    with sqlite_store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        extensions.ask(session, ticket, days=1, reason="等核对", by="bob", now=clock.now)
        then = ticket.respond_by + timedelta(minutes=minutes)
        before = ticket.respond_by
        if granted:
            extensions.grant(session, ticket, by="alice", now=then)
        else:
            with pytest.raises(NoExtensionError):
                extensions.grant(session, ticket, by="alice", now=then)
        assert (ticket.respond_by > before) is granted


@pytest.mark.parametrize("minutes", [0, 1])
def test_nor_can_it_be_asked_for(sqlite_store: Store, clock: Clock, minutes: int) -> None:
    with sqlite_store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        then = ticket.respond_by + timedelta(minutes=minutes)
        with pytest.raises(NoExtensionError):
            extensions.ask(session, ticket, days=1, reason="等核对", by="bob", now=then)


@pytest.mark.parametrize("days", [0, -1, 11])
def test_no_more_than_the_rule_allows(sqlite_store: Store, clock: Clock, days: int) -> None:
    with sqlite_store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        with pytest.raises(NoExtensionError):
            extensions.ask(session, ticket, days=days, reason="等核对", by="bob", now=clock.now)


@pytest.mark.parametrize("priority", [Priority.P0, Priority.P1])
def test_danger_is_not_put_off(sqlite_store: Store, clock: Clock, priority: Priority) -> None:
    with sqlite_store.write() as session:
        draft = replace(factories.A_MATTER, priority=priority)
        ticket = factories.a_ticket(session, draft, now=clock.now)
        assert extensions.longest(session, ticket, now=clock.now) == 0


def test_a_wish_is_decided_once(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        extensions.ask(session, ticket, days=1, reason="等核对", by="bob", now=clock.now)
        extensions.refuse(session, ticket, by="alice", now=clock.now)
        with pytest.raises(UnknownError):
            extensions.grant(session, ticket, by="alice", now=clock.now)


def test_another_priority_starts_at_the_beginning_and_stays_in_the_story(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        opened = clock.now
        later = clock.advance(hours=3)
        extensions.change_priority(
            session, ticket, Priority.P1, reason="没有吃的", by="alice", now=later
        )
        assert ticket.respond_by == opened + timedelta(hours=24)
        note = history.of(session, ticket)[-1]
        assert (note.kind, note.text, note.actor) == (NoteKind.PRIORITY, "没有吃的", "alice")
        with pytest.raises(CaseError):
            extensions.change_priority(
                session, ticket, Priority.P2, reason="", by="alice", now=later
            )


def test_the_time_stands_still_while_the_resident_is_waited_for(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        before = ticket.respond_by
        for what, days in ((Move.REFER, 0), (Move.ACCEPT, 0), (Move.ASK_RESIDENT, 2)):
            moves.make(
                session, ticket, what, actor="a", reason="r", version=ticket.version, now=clock.now
            )
            clock.advance(days=days)
        moves.make(session, ticket, Move.CONTINUE, actor="a", reason="", version=4, now=clock.now)
        assert ticket.respond_by == before + timedelta(days=2)


def test_a_regions_own_day_moves_only_its_own_tickets(store: Store, clock: Clock) -> None:
    with store.write() as session:
        here = factories.a_ticket(session, NINGXIA, now=clock.now)
        there = factories.a_ticket(session, now=clock.now)
        before = there.respond_by
        calendars.enter(
            session,
            region=Region.NINGXIA,
            day=date(2026, 11, 25),
            kind=DayKind.OFF,
            by="admin",
            now=clock.now,
        )
        extensions.retime_provisional(session, Region.NINGXIA, now=clock.now)
        assert (there.respond_by, here.respond_by - before) == (before, timedelta(days=1))


def test_a_provisional_time_is_settled_when_the_year_is_entered(store: Store) -> None:
    now = datetime(2026, 12, 30, 2, tzinfo=UTC)
    with store.write() as session:
        ticket = factories.a_ticket(session, now=now)
        assert ticket.provisional
        for day in (date(2027, 1, 2), date(2027, 1, 4)):
            kind = DayKind.OFF if day.day == 4 else DayKind.WORKING
            calendars.enter(
                session, region=Region.NATIONAL, day=day, kind=kind, by="admin", now=now
            )
        calendars.enter(
            session,
            region=Region.NATIONAL,
            day=date(2027, 1, 1),
            kind=DayKind.YEAR_COMPLETE,
            by="admin",
            now=now,
        )
        extensions.retime_provisional(session, Region.NATIONAL, now=now)
        assert not ticket.provisional


def test_one_region_cannot_complete_a_year(store: Store, clock: Clock) -> None:
    with store.write() as session, pytest.raises(CaseError):
        calendars.enter(
            session,
            region=Region.NINGXIA,
            day=date(2027, 1, 1),
            kind=DayKind.YEAR_COMPLETE,
            by="admin",
            now=clock.now,
        )
