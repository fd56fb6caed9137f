"""A line that gives its chats out: by room, by who was talked with, the grave ones not starved."""

from cases import operators
from cases.database import Session, Store
from cases.desk import assigning, line_settings, queues, wrap_ups
from cases.desk.wrap_ups import WrapUp
from cases.operators import Operator
from cases.talk.conversations import Conversation
from knowledge.names import Priority, Region
from tests import factories
from tests.clock import Clock


def _a_desk(session: Session, name: str, capacity: int, clock: Clock) -> Operator:
    one = factories.an_operator(session, name, region=Region.ZICHUAN, now=clock.now)
    operators.equip(session, one, capacity=capacity, matters=[])
    return one


def _automatic(session: Session, by: Operator, clock: Clock) -> None:
    line_settings.put(session, Region.ZICHUAN, automatic=True, sticky=True, by=by.id, now=clock.now)


def _given(session: Session, clock: Clock) -> list[tuple[str, str]]:
    found = assigning.give_out(session, may=lambda *_: True, most=9, now=clock.now)
    return [(one.conversation.queue_priority or "", one.operator.name) for one in found]


def test_nothing_is_given_out_until_a_line_is_automatic(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = _a_desk(session, "Alice", 3, clock)
        factories.a_waiting_chat(session, now=clock.now)
        assert _given(session, clock) == []
        _automatic(session, alice, clock)
        assert _given(session, clock) == [("P2", "Alice")]


def test_the_gravest_comes_first_and_nobody_holds_more_than_they_can(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        alice = _a_desk(session, "Alice", 3, clock)
        _automatic(session, alice, clock)
        for priority in (Priority.P2, Priority.P2, Priority.P1):
            factories.a_waiting_chat(session, priority, now=clock.now)
        assert _given(session, clock) == [("P1", "Alice"), ("P2", "Alice")]
        assert queues.load_of(session, alice.id) == 3


def test_a_grave_chat_is_not_starved_by_light_ones(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = _a_desk(session, "Alice", 3, clock)
        _automatic(session, alice, clock)
        held = [factories.a_waiting_chat(session, now=clock.now) for _ in range(3)]
        _given(session, clock)
        for priority in (Priority.P0, Priority.P2):
            factories.a_waiting_chat(session, priority, now=clock.now)
        for chat in held:
            assert _given(session, clock) == []
            queues.hand_back(session, chat, now=clock.now)
        assert _given(session, clock) == [("P0", "Alice")]


def test_who_talked_last_and_steps_away_is_not_waited_for(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice, _ = _a_desk(session, "Alice", 9, clock), _a_desk(session, "Bob", 2, clock)
        _automatic(session, alice, clock)
        chat: Conversation = factories.a_waiting_chat(session, now=clock.now)
        wrap_ups.record(session, chat, WrapUp.ANSWERED, by=alice.id, now=clock.now)
        operators.rest(session, alice)
        assert _given(session, clock) == [("P2", "Bob")]


def test_where_the_line_does_not_want_it_nobody_comes_first_for_having_talked_with_them(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        alice, _ = _a_desk(session, "Alice", 2, clock), _a_desk(session, "Bob", 9, clock)
        line_settings.put(
            session, Region.ZICHUAN, automatic=True, sticky=False, by=alice.id, now=clock.now
        )
        chat: Conversation = factories.a_waiting_chat(session, now=clock.now)
        wrap_ups.record(session, chat, WrapUp.ANSWERED, by=alice.id, now=clock.now)
        assert _given(session, clock) == [("P2", "Bob")]


def test_who_holds_more_than_they_now_may_keeps_it_and_gets_no_more(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        alice = _a_desk(session, "Alice", 3, clock)
        _automatic(session, alice, clock)
        held = [factories.a_waiting_chat(session, now=clock.now) for _ in range(3)]
        _given(session, clock)
        operators.equip(session, alice, capacity=1, matters=[])
        factories.a_waiting_chat(session, now=clock.now)
        for chat in held[:2]:
            assert _given(session, clock) == []
            queues.hand_back(session, chat, now=clock.now)
        assert (_given(session, clock), queues.load_of(session, alice.id)) == ([], 1)


def test_who_talked_last_comes_before_who_has_most_room(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice, _ = _a_desk(session, "Alice", 2, clock), _a_desk(session, "Bob", 9, clock)
        _automatic(session, alice, clock)
        chat: Conversation = factories.a_waiting_chat(session, now=clock.now)
        wrap_ups.record(session, chat, WrapUp.ANSWERED, by=alice.id, now=clock.now)
        factories.a_waiting_chat(session, now=clock.advance(seconds=1))
        assert _given(session, clock) == [("P2", "Alice"), ("P2", "Bob")]
