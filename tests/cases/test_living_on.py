"""Tickets are merged by people and never in a circle, split under one number, taken back."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from cases.database import Session, Store
from cases.errors import MoveError
from cases.ticket_rules.lifecycle import Move, NextActor, State
from cases.tickets import disputes, history, likeness, merging, moves, parts, splitting, withdrawing
from cases.tickets.disputes import DecidedError, DisputeError, TooLateError
from cases.tickets.history import NoteKind
from cases.tickets.merging import MergeError
from cases.tickets.splitting import Piece, SplitError
from cases.tickets.tickets import Ticket
from knowledge.names import Hazard, Matter, Priority
from tests import factories
from tests.clock import Clock

UNIT, OTHER = "区民政局", "区教体局"
PIECES = (Piece(Matter.BASIC, UNIT, "低保没给办"), Piece(Matter.CONDUCT, "区纪委监委", "收了红包"))


def _merge(session: Session, ticket: Ticket, into: Ticket, now: datetime) -> Ticket:
    return merging.merge(
        session, ticket, into, actor="a", reason="同一件事", version=ticket.version, now=now
    )


def _refer(session: Session, ticket: Ticket, now: datetime, unit: str = UNIT) -> None:
    moves.refer(session, ticket, unit, actor="a", reason="r", version=ticket.version, now=now)


def _send_back(session: Session, ticket: Ticket, now: datetime) -> None:
    disputes.send_back(session, ticket, actor="b", reason="r", version=ticket.version, now=now)


def test_the_survivor_has_the_words_and_the_graver_priority(store: Store, clock: Clock) -> None:
    with store.write() as session:
        grave = replace(factories.A_MATTER, priority=Priority.P1, narrative="家里断粮了")
        first = factories.a_ticket(session, now=clock.now)
        second = factories.a_ticket(session, grave, now=clock.now)
        _merge(session, second, first, clock.now)
        texts = {one.kind: one.text for one in history.of(session, first)}
        assert (first.priority, texts[NoteKind.JOINING]) == ("P1", "家里断粮了")
        assert merging.survivor_of(session, second).id == first.id
        assert [one.id for one in merging.merged_into(session, first)] == [second.id]


def test_a_circle_of_mergers_is_refused(store: Store, clock: Clock) -> None:
    with store.write() as session:
        one, two, three = (factories.a_ticket(session, now=clock.now) for _ in range(3))
        with pytest.raises(MergeError):
            _merge(session, one, one, clock.now)
        _merge(session, one, two, clock.now)
        _merge(session, two, three, clock.now)
        with pytest.raises(MergeError):
            _merge(session, three, one, clock.now)
        assert {merging.survivor_of(session, each).id for each in (one, two)} == {three.id}


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
@given(wishes=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans())))
def test_no_order_of_merging_and_taking_apart_loops(
    sqlite_store: Store, wishes: list[tuple[int, int, bool]]
) -> None:
    now = Clock().now
    with sqlite_store.write() as session:
        found = [factories.a_ticket(session, now=now) for _ in range(5)]
        for one, other, apart in wishes:
            try:
                if apart:
                    version = found[one].version
                    merging.take_apart(
                        session, found[one], actor="a", reason="", version=version, now=now
                    )
                else:
                    _merge(session, found[one], found[other], now)
            except (MergeError, MoveError):
                continue
        assert all(merging.survivor_of(session, one).state != State.MERGED for one in found)


def test_what_belongs_to_one_person_is_merged_with_nothing(store: Store, clock: Clock) -> None:
    with store.write() as session:
        beaten = replace(factories.A_MATTER, hazard=Hazard.VIOLENCE, personal=True)
        alone = factories.a_ticket(session, beaten, now=clock.now)
        plain = factories.a_ticket(session, now=clock.now)
        for one, other in ((alone, plain), (plain, alone)):
            with pytest.raises(MergeError):
                _merge(session, one, other, clock.now)


def test_a_report_is_not_merged_where_the_accused_could_read_it(store: Store, clock: Clock) -> None:
    with store.write() as session:
        report = factories.a_ticket(
            session, replace(factories.A_MATTER, not_to=("洪山镇",)), now=clock.now
        )
        plain = factories.a_ticket(session, now=clock.now)
        with pytest.raises(MergeError):
            _merge(session, report, plain, clock.now)


def test_a_merged_ticket_is_taken_apart_again(store: Store, clock: Clock) -> None:
    with store.write() as session:
        one, two = (factories.a_ticket(session, now=clock.now) for _ in range(2))
        _merge(session, one, two, clock.now)
        merging.take_apart(
            session, one, actor="a", reason="两件事", version=one.version, now=clock.now
        )
        assert (one.state, merging.merged_into(session, two)) == (State.REOPENED, [])


def test_the_same_story_is_proposed_and_another_is_not(store: Store, clock: Clock) -> None:
    with store.write() as session:
        told = factories.a_ticket(session, now=clock.now)
        again = replace(factories.A_MATTER, narrative="村里还是不给我报低保")
        other = replace(factories.A_MATTER, narrative="残疾证补贴三个月没有发下来")
        twin, _ = (factories.a_ticket(session, draft, now=clock.now) for draft in (again, other))
        found = likeness.proposals(session, told, now=clock.now)
        assert [one.ticket.id for one in found] == [twin.id]


def test_a_split_ticket_keeps_its_number_and_its_clock(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        later = clock.advance(hours=5)
        made = splitting.split(session, ticket, PIECES, actor="a", version=1, now=later)
        assert [one.number for one in made] == [f"{ticket.number}-1", f"{ticket.number}-2"]
        assert [one.lead_unit for one in made] == [UNIT, "区纪委监委"]
        assert {one.respond_by for one in made} == {ticket.respond_by}
        assert history.first_words(session, made[0]) == "低保没给办"
        assert ticket.next_actor == NextActor.HOTLINE


def test_a_second_split_and_a_split_with_one_piece_are_refused(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        for pieces in (PIECES[:1], (PIECES[0], replace(PIECES[1], unit=""))):
            with pytest.raises(SplitError):
                splitting.split(session, ticket, pieces, actor="a", version=1, now=clock.now)
        splitting.split(session, ticket, PIECES, actor="a", version=1, now=clock.now)
        with pytest.raises(SplitError):
            splitting.split(session, ticket, PIECES, actor="a", version=2, now=clock.now)
        assert len(session.exec(select(Ticket)).all()) == 3


def test_a_unit_sends_back_within_one_working_day(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        _refer(session, ticket, clock.now)
        with pytest.raises(TooLateError):
            _send_back(session, ticket, clock.advance(days=2))
        assert ticket.state == State.REFERRED


def test_what_a_supervisor_decided_is_not_sent_back_again(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        _refer(session, ticket, clock.now)
        _send_back(session, ticket, clock.now)
        with pytest.raises(DisputeError):
            disputes.check_referral(session, ticket, UNIT, decides=False)
        disputes.check_referral(session, ticket, OTHER, decides=False)
        disputes.check_referral(session, ticket, UNIT, decides=True)
        _refer(session, ticket, clock.now)
        with pytest.raises(DecidedError):
            _send_back(session, ticket, clock.now)


def test_a_resident_takes_back_the_whole_with_its_parts(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        splitting.split(session, ticket, PIECES, actor="a", version=1, now=clock.now)
        assert withdrawing.by_resident(session, ticket, "不用了", now=clock.now)
        states = {one.state for one in (ticket, *parts.children_of(session, ticket))}
        assert states == {State.WITHDRAWN}


@pytest.mark.parametrize(
    "change", [{"priority": Priority.P1}, {"personal": True}, {"hazard": Hazard.VIOLENCE}]
)
def test_whoever_holds_the_phone_cannot_take_back_a_danger(
    sqlite_store: Store, clock: Clock, change: dict[str, object]
) -> None:
    with sqlite_store.write() as session:
        draft = replace(factories.A_MATTER, **change)  # type: ignore[arg-type]
        ticket = factories.a_ticket(session, draft, now=clock.now)
        assert not withdrawing.by_resident(session, ticket, "算了", now=clock.now)
        assert (ticket.state, Move.WITHDRAW.value) == (State.RECEIVED, "withdraw")
