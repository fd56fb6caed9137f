"""The waiting line: one winner, its order, an honest place in it, and the fence against the bot."""

from datetime import timedelta

import pytest
from sqlmodel import select

from cases import operators
from cases.danger import alerts
from cases.database import Session, Store
from cases.desk import queues
from cases.desk.waits import Wait
from cases.errors import MoveError, StaleEpochError, TakenError, UnknownError
from cases.operators import Operator
from cases.talk import conversations, messages
from cases.talk.conversations import Mode
from cases.talk.messages import Line, Sender
from cases.tickets import tickets
from knowledge.names import Hazard, Priority, Region
from tests import factories, threads
from tests.clock import Clock

ROUNDS = 50


def test_two_who_take_one_chat_at_once_have_one_winner(store: Store, clock: Clock) -> None:
    with store.write() as session:
        two = [factories.an_operator(session, name, now=clock.now) for name in ("Alice", "Bob")]

    def take(me: Operator) -> str:
        try:
            with store.write() as session:
                return queues.take(session, chat_id, me, now=clock.now).operator_id or ""
        except TakenError as lost:
            return lost.winner

    for _ in range(ROUNDS):
        with store.write() as session:
            chat_id = factories.a_waiting_chat(session, now=clock.now).id
        said = threads.at_once(take, two)
        assert set(said) in ({two[0].id, "Alice"}, {two[1].id, "Bob"})
        with store.write() as session:
            queues.hand_back(session, conversations.find(session, chat_id), now=clock.now)


def test_a_chat_one_holds_may_be_taken_again_by_oneself(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        chat = factories.a_waiting_chat(session, now=clock.now)
        first = queues.take(session, chat.id, alice, now=clock.now).bot_epoch
        assert queues.take(session, chat.id, alice, now=clock.now).bot_epoch == first


def test_a_chat_that_does_not_exist_is_unknown(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        with pytest.raises(UnknownError):
            queues.take(session, "0" * 32, alice, now=clock.now)


def test_a_reply_computed_before_a_person_came_never_appears(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        chat = factories.a_conversation(session, now=clock.now)
        before = chat.bot_epoch
    with store.write() as session:
        queues.take(session, chat.id, alice, now=clock.now)
    with pytest.raises(StaleEpochError), store.write() as session:
        chat = conversations.find_for_update(session, chat.id)
        tickets.open_for(session, chat, factories.A_MATTER, now=clock.now)
        messages.say(session, chat, Line(Sender.BOT, "晚了"), now=clock.now, epoch=before)
    with store.read() as session:
        assert messages.since(session, chat) == []
        assert tickets.by_number(session, "ZC") is None


def test_a_taking_waits_for_the_turn_that_is_being_filed(
    postgres_store: Store, clock: Clock
) -> None:
    with postgres_store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        chat = factories.a_waiting_chat(session, now=clock.now)

    def act(who: str) -> None:
        with postgres_store.write() as session:
            if who == "bot":
                mine = conversations.find_for_update(session, chat.id)
                line = Line(Sender.BOT, "好")
                messages.say(session, mine, line, now=clock.now, epoch=chat.bot_epoch)
            else:
                queues.take(session, chat.id, alice, now=clock.now)

    try:
        threads.at_once(act, ["bot", "person"])
        seen = 1
    except StaleEpochError:
        seen = 0
    with postgres_store.read() as session:
        assert len(messages.since(session, chat)) == seen


def _line(session: Session) -> list[str]:
    return [chat.id for chat in queues.waiting(session)]


def test_danger_comes_first_and_then_the_longest_waiting(store: Store, clock: Clock) -> None:
    asked = (Priority.P2, Priority.P1, Priority.P0, Priority.P1, Priority.P0, Priority.P2)
    with store.write() as session:
        chats = [
            factories.a_waiting_chat(session, priority, now=clock.advance(seconds=1)).id
            for priority in asked
        ]
        assert _line(session) == [chats[i] for i in (2, 4, 1, 3, 0, 5)]


def test_asking_again_keeps_the_place(store: Store, clock: Clock) -> None:
    with store.write() as session:
        first = factories.a_waiting_chat(session, now=clock.now)
        since = first.queued_at
        second = factories.a_waiting_chat(session, now=clock.advance(seconds=5))
        later = clock.advance(minutes=5)
        queues.enqueue(session, first, reason="again", priority=Priority.P2, matter=None, now=later)
        assert _line(session) == [first.id, second.id]
        assert first.queued_at == since


def test_a_graver_reason_raises_the_class_and_a_lighter_one_does_not_lower_it(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        chat = factories.a_waiting_chat(session, now=clock.now)
        for priority in (Priority.P0, Priority.P2):
            queues.enqueue(session, chat, reason="x", priority=priority, matter=None, now=clock.now)
        assert chat.queue_priority == Priority.P0


def test_who_is_with_a_person_does_not_queue(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        chat = factories.a_conversation(session, now=clock.now)
        chat = queues.take(session, chat.id, alice, now=clock.now)
        queues.enqueue(session, chat, reason="x", priority=Priority.P0, matter=None, now=clock.now)
        assert (chat.mode, queues.standing(session, chat, now=clock.now)) == (Mode.OPERATOR, None)


def test_every_place_in_line_is_held_by_one(store: Store, clock: Clock) -> None:
    with store.write() as session:
        for _ in range(4):
            factories.a_waiting_chat(session, now=clock.now)
        standings = [
            queues.standing(session, chat, now=clock.now) for chat in queues.waiting(session)
        ]
        assert [one and one.position for one in standings] == [1, 2, 3, 4]


def test_a_chat_whose_operator_is_gone_returns_to_its_place(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        first = factories.a_waiting_chat(session, now=clock.now).id
        second = factories.a_waiting_chat(session, now=clock.advance(seconds=1)).id
        queues.take(session, first, alice, now=clock.now)
    clock.advance(seconds=61)
    with store.write() as session:
        assert [chat.id for chat in queues.return_abandoned(session, now=clock.now)] == [first]
        assert _line(session) == [first, second]


def test_a_chat_whose_operator_is_present_stays(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        chat = factories.a_waiting_chat(session, now=clock.now)
        queues.take(session, chat.id, alice, now=clock.now)
        clock.advance(seconds=61)
        operators.note_present(session, alice.id, "", now=clock.now)
        assert queues.return_abandoned(session, now=clock.now) == []


def test_a_talk_that_broke_off_is_not_counted_as_waiting(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        chat_id = factories.a_waiting_chat(session, now=clock.now).id
        queues.take(session, chat_id, alice, now=clock.advance(seconds=7))
        clock.advance(hours=1)
        queues.return_abandoned(session, now=clock.now)
        queues.take(session, chat_id, alice, now=clock.now)
        waits = session.exec(select(Wait.seconds)).all()
        assert waits == [7]


def test_a_chat_handed_back_begins_a_new_wait(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        chat_id = factories.a_waiting_chat(session, Priority.P0, now=clock.now).id
        chat = queues.take(session, chat_id, alice, now=clock.now)
        queues.hand_back(session, chat, now=clock.now)
        later = clock.advance(hours=2)
        queues.enqueue(session, chat, reason="x", priority=Priority.P2, matter=None, now=later)
        assert (chat.queued_at, chat.queue_priority) == (later, Priority.P2)


def test_what_nobody_holds_cannot_be_handed_back(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_waiting_chat(session, now=clock.now)
        with pytest.raises(MoveError):
            queues.hand_back(session, chat, now=clock.now)


def test_a_region_sees_its_own_line_and_those_whose_place_is_unknown(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        for region in (Region.ZICHUAN, Region.FENGZE, Region.NATIONAL, None):
            chat = factories.a_conversation(session, region=region, now=clock.now)
            queues.enqueue(
                session, chat, reason="x", priority=Priority.P2, matter=None, now=clock.now
            )
        seen = {chat.region for chat in queues.waiting(session, region=Region.FENGZE)}
    assert seen == {Region.FENGZE, Region.NATIONAL, None}


def test_waiting_counts_from_the_first_asking_across_a_return(store: Store, clock: Clock) -> None:
    asked = clock.now
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        chat = factories.a_waiting_chat(session, now=asked)
        queues.take(session, chat.id, alice, now=clock.now)
        clock.advance(minutes=10)
        (back,) = queues.return_abandoned(session, now=clock.now)
        assert back.queued_at == asked
        assert back.queued_at < clock.now - timedelta(minutes=9)


def test_a_danger_rings_once_and_is_acknowledged_once(store: Store, clock: Clock) -> None:
    with store.write() as session:
        two = [factories.an_operator(session, name, now=clock.now) for name in ("Alice", "Bob")]
        chat = factories.a_waiting_chat(session, Priority.P0, now=clock.now)
        rung = [
            alerts.raise_for(
                session, chat.id, Hazard.VIOLENCE, region=None, ticket_id=None, now=clock.now
            )
            for _ in range(2)
        ]
        for one in two:
            alerts.acknowledge(session, rung[0].id, one.id, now=clock.now)
    assert rung[0] is rung[1]
    assert rung[0].acknowledged_by == two[0].id
