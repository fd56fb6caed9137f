"""A danger to life is closed only with its card, and who fell silent is called until reached."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from cases import residents
from cases.danger import alerts, rescues
from cases.danger.rescues import Passed, Service, Subject
from cases.database import Session, Store
from cases.desk import callbacks
from cases.desk.callbacks import CallKind, CallOutcome, CallState, NextStep, Tried
from cases.errors import CardMissingError, CaseError, MoveError
from cases.operators import Operator
from cases.retention import needed
from cases.talk.conversations import Conversation
from cases.ticket_rules.lifecycle import Move, State
from cases.tickets import moves, tickets
from cases.tickets.tickets import Ticket
from knowledge.names import Hazard, Priority, Region
from tests import factories
from tests.clock import Clock

GRAVE = replace(factories.A_MATTER, priority=Priority.P0, hazard=Hazard.VIOLENCE)


def _resolve(session: Session, ticket: Ticket, what: Move, clock: Clock) -> None:
    version = ticket.version
    moves.make(session, ticket, what, actor="a", reason="好了", version=version, now=clock.now)


def _silent(session: Session, clock: Clock) -> tuple[Operator, Conversation, str]:
    alice = factories.an_operator(session, now=clock.now)
    chat = factories.a_conversation(session, now=clock.now)
    row = callbacks.owe(
        session,
        chat,
        CallKind.DANGER,
        phone="13800001111",
        due_at=clock.now,
        by=alice.id,
        now=clock.now,
    )
    return alice, chat, row.id


@pytest.mark.parametrize("what", [Move.RESOLVE, Move.WITHDRAW, Move.MERGE])
def test_a_danger_does_not_end_without_its_card(store: Store, clock: Clock, what: Move) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, GRAVE, now=clock.now)
        with pytest.raises(CardMissingError):
            _resolve(session, ticket, what, clock)
        assert (ticket.state, ticket.version) == (State.RECEIVED, 1)
        factories.a_card(session, ticket, now=clock.now)
        _resolve(session, ticket, what, clock)


def test_a_danger_whose_priority_was_lowered_still_wants_its_card(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, replace(GRAVE, priority=Priority.P2), now=clock.now)
        with pytest.raises(CardMissingError):
            _resolve(session, ticket, Move.RESOLVE, clock)


def test_the_card_of_an_earlier_danger_is_not_that_of_a_new_one(store: Store, clock: Clock) -> None:
    with store.write() as session:
        first = factories.a_ticket(session, GRAVE, now=clock.now)
        chat = session.get_one(Conversation, first.conversation_id)
        factories.a_card(session, first, now=clock.now)
        clock.advance(days=2)
        again = tickets.open_for(session, chat, GRAVE, now=clock.now)
        with pytest.raises(CardMissingError):
            _resolve(session, again, Move.RESOLVE, clock)
        factories.a_card(session, again, now=clock.now)
        _resolve(session, again, Move.RESOLVE, clock)


def test_a_sealed_danger_has_its_card_where_it_was_told(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, replace(GRAVE, sealed=True), now=clock.now)
        with pytest.raises(CardMissingError):
            _resolve(session, ticket, Move.RESOLVE, clock)
        factories.a_card(session, ticket, now=clock.now)
        _resolve(session, ticket, Move.RESOLVE, clock)


@pytest.mark.parametrize(
    "wrong",
    [
        Passed(Service.POLICE, Clock().now, "", "接警员 07"),
        Passed(Service.POLICE, Clock().now, "洪山镇", " "),
        Passed(Service.NOBODY, Clock().now, "", ""),
        Passed(Service.POLICE, Clock().now + timedelta(minutes=1), "洪山镇", "接警员 07"),
    ],
)
def test_a_card_says_where_to_whom_and_when(store: Store, clock: Clock, wrong: Passed) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, GRAVE, now=clock.now)
        subject = Subject(ticket.conversation_id, ticket.id, ticket.key_id)
        with pytest.raises(CaseError):
            rescues.record(session, subject, wrong, by="a", now=clock.now)


def test_an_alert_is_closed_by_the_card_alone(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        ticket = factories.a_ticket(session, GRAVE, now=clock.now)
        home = ticket.conversation_id or ""
        alert = alerts.raise_for(
            session, home, Hazard.VIOLENCE, region=None, ticket_id=ticket.id, now=clock.now
        )
        alerts.acknowledge(session, alert.id, alice.id, now=clock.now)
        assert [one.id for one in rescues.unwritten(session)] == [alert.id]
        with pytest.raises(CardMissingError):
            rescues.require_seen_to(session, home)
        factories.a_card(session, ticket, now=clock.now)
        session.expire_all()
        rescues.require_seen_to(session, home)
        assert rescues.unwritten(session) == []


@pytest.mark.parametrize(("minutes", "missing"), [(0, 0), (2, 0), (-2, 1)])
def test_who_writes_the_card_beside_the_chat_has_seen_what_was_named_until_then(
    store: Store, clock: Clock, minutes: int, missing: int
) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        chat = factories.a_conversation(session, now=clock.now)
        alerts.raise_for(
            session, chat.id, Hazard.VIOLENCE, region=None, ticket_id=None, now=clock.now
        )
        at = clock.now + timedelta(minutes=minutes)
        passed = Passed(Service.POLICE, at, "洪山镇", "07")
        subject = Subject(chat.id, None, residents.key_of(session, chat.resident_id))
        late = clock.now + timedelta(minutes=5)
        rescues.record_beside_chat(session, subject, passed, by=alice.id, now=late)
        assert len(alerts.open_alerts(session)) == missing
        assert len(rescues.unwritten(session)) == missing


@pytest.mark.parametrize(("hazard", "needed_still"), [(Hazard.NO_FOOD, 0), (Hazard.VIOLENCE, 1)])
def test_an_alert_that_wants_no_card_is_over_once_it_was_seen(
    store: Store, clock: Clock, hazard: Hazard, needed_still: int
) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        chat = factories.a_conversation(session, now=clock.now).id
        rung = alerts.raise_for(session, chat, hazard, region=None, ticket_id=None, now=clock.now)
        kept = select(Conversation.id).where(needed.conversation())
        assert session.exec(kept).all() == [chat]
        alerts.acknowledge(session, rung.id, alice.id, now=clock.now)
        assert len(session.exec(kept).all()) == needed_still


def test_the_card_is_read_as_it_was_written(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, GRAVE, now=clock.now)
        factories.a_card(session, ticket, now=clock.now)
        (line,) = rescues.card(session, conversation_id=None, ticket_id=ticket.id)
    assert line.passed == Passed(Service.POLICE, clock.now, "洪山镇 3 号楼", "接警员 07")


def test_who_fell_silent_in_danger_is_called_until_somebody_looks(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        alice, chat, row = _silent(session, clock)
        again = Tried(CallOutcome.NO_ANSWER, NextStep.AGAIN)
        for _ in range(2):
            callbacks.attempt(session, row, again, by=alice.id, now=clock.advance(minutes=3))
        with pytest.raises(CaseError):
            callbacks.attempt(session, row, again, by=alice.id, now=clock.now)
        with pytest.raises(CardMissingError):
            rescues.require_seen_to(session, chat.id)
        looked = Tried(CallOutcome.NO_ANSWER, NextStep.POLICE, "已请 110 上门")
        kept = callbacks.attempt(session, row, looked, by=alice.id, now=clock.now)
        assert kept.state == CallState.GIVEN_UP
        rescues.require_seen_to(session, chat.id)


def test_a_call_that_reached_somebody_is_done_and_counted(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice, _, row = _silent(session, clock)
        reached = Tried(CallOutcome.REACHED, NextStep.NOTHING, "人平安")
        kept = callbacks.attempt(session, row, reached, by=alice.id, now=clock.now)
        (one,) = callbacks.attempts(session, kept)
        assert (kept.state, one.number) == (CallState.DONE, 1)
        assert callbacks.note_of(session, kept, one) == "人平安"
        assert callbacks.phone_of(session, kept) == "13800001111"
        with pytest.raises(MoveError):
            callbacks.attempt(session, row, reached, by=alice.id, now=clock.now)


def test_a_call_in_danger_is_not_cancelled_and_never_owed_twice(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice, chat, row = _silent(session, clock)
        again = callbacks.owe(
            session,
            chat,
            CallKind.DANGER,
            phone=None,
            due_at=clock.now,
            by=alice.id,
            now=clock.now,
        )
        assert again.id == row
        assert [one.id for one in callbacks.owed(session)] == [row]
        with pytest.raises(CaseError):
            callbacks.cancel(session, row, now=clock.now)


def test_the_calls_of_another_region_do_not_hide_ones_own(store: Store, clock: Clock) -> None:
    with store.write() as session:
        for region in (*[Region.FENGZE] * 3, Region.ZICHUAN):
            chat = factories.a_conversation(session, region=region, now=clock.now)
            callbacks.owe(
                session,
                chat,
                CallKind.ASKED,
                phone=None,
                due_at=clock.now,
                by=None,
                now=clock.now,
            )
        (own,) = callbacks.owed(session, region=Region.ZICHUAN, limit=2)
    assert own.region == Region.ZICHUAN
