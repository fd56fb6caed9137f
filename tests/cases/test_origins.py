"""A chat in somebody's hands says how it came there; a waiting one, who talked with it last."""

from collections.abc import Iterator

import pytest

from cases import operators
from cases.database import Session, Store
from cases.desk import assigning, line_settings, origins, passing, queues, routing, wrap_ups
from cases.desk.origins import Came, Origin
from cases.desk.passing import End
from cases.desk.routing import Why
from cases.desk.wrap_ups import WrapUp
from cases.operators import Operator
from cases.talk.conversations import Conversation
from knowledge.names import Matter, Priority, Region, Tongue
from tests import factories
from tests.clock import Clock


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    """One unit of work on each database."""
    with store.write() as opened:
        yield opened


@pytest.fixture
def alice(session: Session, clock: Clock) -> Operator:
    """Somebody of Zichuan, whose line gives its chats out by itself."""
    found = factories.an_operator(session, region=Region.ZICHUAN, now=clock.now)
    line_settings.put(
        session, Region.ZICHUAN, automatic=True, sticky=True, by=found.id, now=clock.now
    )
    return found


def _came(session: Session, who: Operator) -> list[Origin]:
    held = queues.held_by(session, who.id)
    found = origins.of(session, held)
    return [found[chat.id] for chat in held]


def _given(session: Session, clock: Clock) -> None:
    assigning.give_out(session, may=lambda *_: True, most=9, now=clock.now)


def _talked(session: Session, chat: Conversation, who: Operator, clock: Clock) -> None:
    wrap_ups.record(session, chat, WrapUp.ANSWERED, by=who.id, now=clock.now)


def test_who_is_given_a_chat_reads_whether_for_room_or_for_having_talked_with_them(
    session: Session, alice: Operator, clock: Clock
) -> None:
    known = factories.a_waiting_chat(session, now=clock.now)
    _talked(session, known, alice, clock)
    factories.a_waiting_chat(session, now=clock.advance(seconds=1))
    for _ in range(2):
        _given(session, clock)
        clock.advance(seconds=1)
    assert {one.came for one in _came(session, alice)} == {Came.KNOWN, Came.ROOM}
    # Taken again by hand it is no longer what the line gave.
    queues.put_back(session, known, now=clock.now)
    queues.take(session, known.id, alice, now=clock.now)
    assert origins.of(session, [known]) == {known.id: Origin(Came.PICKED)}


def test_what_was_passed_on_names_who_did_and_what_came_back_says_so(
    session: Session, alice: Operator, clock: Clock
) -> None:
    bob = factories.an_operator(session, "Bob", now=clock.now)
    chat = factories.a_waiting_chat(session, now=clock.now)
    queues.take(session, chat.id, bob, now=clock.now)
    passing.to_person(session, chat, alice, note="", now=clock.advance(seconds=1))
    queues.take(session, chat.id, alice, now=clock.advance(seconds=1))
    passing.settle(session, chat, End.TAKEN, now=clock.now)
    assert _came(session, alice) == [Origin(Came.PASSED, bob.id)]
    passing.to_line(session, chat, region=None, matter=Matter.LEGAL, note="", now=clock.now)
    clock.advance(minutes=11)
    operators.note_present(session, alice.id, "", now=clock.now)
    passing.return_untaken(session, now=clock.now)
    assert _came(session, alice) == [Origin(Came.BACK)]


def test_what_a_supervisor_gave_says_so(session: Session, alice: Operator, clock: Clock) -> None:
    bob = factories.an_operator(session, "Bob", now=clock.now)
    chat = factories.a_waiting_chat(session, now=clock.now)
    queues.take(session, chat.id, bob, now=clock.now)
    passing.take_over(session, chat, alice, now=clock.advance(seconds=1))
    assert _came(session, alice) == [Origin(Came.DIRECTED)]


def test_of_two_who_talked_with_somebody_the_last_one_did_last(
    session: Session, alice: Operator, clock: Clock
) -> None:
    bob = factories.an_operator(session, "Bob", now=clock.now)
    chat = factories.a_waiting_chat(session, now=clock.now)
    for who in (alice, bob):
        _talked(session, chat, who, clock)
        clock.advance(minutes=1)
    assert origins.talked_last(session, bob.id, [chat]) == {chat.id}
    assert origins.talked_last(session, alice.id, [chat]) == frozenset()


def test_a_held_chat_says_for_what_it_is_ones_own(
    session: Session, alice: Operator, clock: Clock
) -> None:
    operators.equip(session, alice, capacity=6, matters=[Matter.LEGAL])
    alice.tongues = [Tongue.MINNAN]
    chat = factories.a_waiting_chat(session, Priority.P0, now=clock.now)
    assert routing.reasons_held(alice, chat) == (Why.DANGER, Why.REGION)
    chat.queue_priority, chat.queue_matter = Priority.P2, Matter.LEGAL
    chat.tongue, chat.region = Tongue.MINNAN, None
    assert routing.reasons_held(alice, chat) == (Why.NO_REGION, Why.MATTER, Why.TONGUE)
