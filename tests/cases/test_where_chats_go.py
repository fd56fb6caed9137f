"""What is given, passed on and moved goes to who can have it, and to nobody who has just left."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot import schedule
from bot.helpline import Helpline
from cases import operators
from cases.commands import RaiseAlert
from cases.database import Session, Store
from cases.desk import cautions, line_settings, overflowing, passing, queues, routing
from cases.desk.passing import End
from cases.dialogue import filing
from cases.errors import MoveError
from cases.operators import Operator
from cases.talk import conversations
from cases.talk.conversations import Conversation, Mode
from knowledge.names import Hazard, Matter, Priority, Region
from tests import factories
from tests.clock import Clock
from tests.scenarios.conftest import helpline, shelf

__all__ = ["helpline", "shelf"]
HERE, THERE = Region.ZICHUAN, Region.FENGZE


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    """One unit of work on each database."""
    with store.write() as opened:
        yield opened


def _held(session: Session, who: Operator, clock: Clock) -> Conversation:
    chat = factories.a_waiting_chat(session, now=clock.now)
    return queues.take(session, chat.id, who, now=clock.now)


def _automatic(session: Session, by: Operator, clock: Clock) -> None:
    line_settings.put(session, HERE, automatic=True, sticky=False, by=by.id, now=clock.now)


def test_what_was_passed_to_a_line_stays_there_while_that_line_has_somebody(
    session: Session, clock: Clock
) -> None:
    alice = factories.an_operator(session, now=clock.now)
    bob = factories.an_operator(session, "Bob", region=THERE, now=clock.now)
    chat = _held(session, alice, clock)
    passing.to_line(session, chat, region=THERE, matter=None, note="", now=clock.now)
    assert overflowing.overflow(session, now=clock.now) == []
    assert routing.reasons(bob, chat) == (routing.Why.LENT,)
    operators.disable(session, bob.id, now=clock.now)
    assert overflowing.overflow(session, now=clock.now) == [chat]


def test_of_two_supervisors_who_move_one_line_the_last_decides(
    session: Session, clock: Clock
) -> None:
    sun = factories.an_operator(session, now=clock.now)
    for to in (THERE, Region.LONGYAN):
        at_once = timedelta(0)
        routing.make_rule(
            session, HERE, matter=None, to_region=to, after=at_once, by=sun.id, now=clock.now
        )
    chat = factories.a_waiting_chat(session, now=clock.now)
    overflowing.overflow(session, now=clock.now)
    assert [rule.to_region for rule in routing.rules(session)] == [Region.LONGYAN]
    assert chat.queue_region == Region.LONGYAN


def test_a_rule_for_the_matter_goes_before_one_for_the_whole_line(
    session: Session, clock: Clock
) -> None:
    sun = factories.an_operator(session, now=clock.now)
    for matter, to in ((Matter.LEGAL, THERE), (None, Region.LONGYAN)):
        at_once = timedelta(0)
        routing.make_rule(
            session, HERE, matter=matter, to_region=to, after=at_once, by=sun.id, now=clock.now
        )
    legal, other = (factories.a_waiting_chat(session, now=clock.now) for _ in range(2))
    legal.queue_matter = Matter.LEGAL
    overflowing.overflow(session, now=clock.now)
    assert (legal.queue_region, other.queue_region) == (THERE, Region.LONGYAN)


def test_what_has_gone_up_goes_along_when_its_line_is_moved(session: Session, clock: Clock) -> None:
    sun = factories.an_operator(session, now=clock.now)
    chat = factories.a_waiting_chat(session, now=clock.now)
    assert overflowing.overflow(session, now=clock.now) == [chat]
    clock.advance(minutes=1)
    at_once = timedelta(0)
    routing.make_rule(
        session, HERE, matter=None, to_region=THERE, after=at_once, by=sun.id, now=clock.now
    )
    clock.advance(seconds=5)
    assert [overflowing.overflow(session, now=clock.now) for _ in range(2)] == [[chat], []]
    assert chat.queue_region == THERE


def test_who_signs_out_is_counted_on_no_more_unless_they_sit_elsewhere(
    session: Session, clock: Clock
) -> None:
    alice = factories.an_operator(session, now=clock.now)
    first, second = (operators.sign_in(session, alice, now=clock.now)[0] for _ in range(2))
    operators.sign_out(session, first, now=clock.now)
    assert operators.on_duty(session, now=clock.now) == [alice]
    operators.sign_out(session, second, now=clock.now)
    assert operators.on_duty(session, now=clock.now) == []


@pytest.mark.parametrize("how", ["signed out", "disabled"])
def test_an_offer_to_somebody_who_has_just_left_is_over_at_once(
    session: Session, clock: Clock, how: str
) -> None:
    alice = factories.an_operator(session, now=clock.now)
    bob = factories.an_operator(session, "Bob", now=clock.now)
    token, _ = operators.sign_in(session, bob, now=clock.now)
    chat = _held(session, alice, clock)
    offer = passing.to_person(session, chat, bob, note="", now=clock.now)
    if how == "disabled":
        operators.disable(session, bob.id, now=clock.now)
    operators.sign_out(session, token, now=clock.now)
    assert passing.return_untaken(session, now=clock.now) == offer
    assert (offer.end, chat.operator_id, chat.offered_to) == (End.TIMED_OUT, alice.id, None)


def test_what_a_disabled_operator_held_waits_again_with_its_place(
    session: Session, clock: Clock
) -> None:
    alice = factories.an_operator(session, now=clock.now)
    chat, asked = _held(session, alice, clock), clock.now
    clock.advance(seconds=49)
    operators.note_present(session, alice.id, "", now=clock.now)
    operators.disable(session, alice.id, now=clock.now)
    assert queues.return_abandoned(session, now=clock.now) == [chat]
    assert (chat.mode, chat.queued_at) == (Mode.QUEUED, asked)


def test_a_danger_is_given_out_to_nobody_who_may_not_read_it(
    store: Store, helpline: Helpline, clock: Clock
) -> None:
    with store.write() as session:
        afar = factories.an_operator(session, "afar", region=THERE, now=clock.now)
        _automatic(session, afar, clock)
        chat = factories.a_waiting_chat(session, Priority.P0, now=clock.now).id
    assert schedule.give_out(helpline, now=clock.now) == 0
    with store.write() as session:
        near = factories.an_operator(session, "near", region=HERE, now=clock.now).id
    assert schedule.give_out(helpline, now=clock.now) == 1
    with store.read() as session:
        assert conversations.find(session, chat).operator_id == near


def test_what_is_passed_to_an_automatic_line_is_taken_once_and_welcomed_once(
    store: Store, helpline: Helpline, clock: Clock
) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, region=HERE, now=clock.now)
        _automatic(session, alice, clock)
        chat = _held(session, alice, clock)
        factories.an_operator(session, "Bob", region=HERE, now=clock.advance(seconds=1))
        passed = passing.to_line(session, chat, region=HERE, matter=None, note="", now=clock.now).id
    said = chat.last_seq
    assert schedule.give_out(helpline, now=clock.now) == 1
    with store.read() as session:
        found = session.get_one(passing.Passing, passed)
        assert (found.end, passing.untold(session, alice)) == (End.TAKEN, [])
        # One event that Bob holds it, and no second welcome.
        assert conversations.find(session, chat.id).last_seq == said + 1


def test_a_danger_named_to_a_person_makes_the_chat_a_danger_wherever_it_goes(
    session: Session, clock: Clock
) -> None:
    alice = factories.an_operator(session, now=clock.now)
    chat = _held(session, alice, clock)
    filing.carry_out(session, chat, (RaiseAlert(Hazard.VIOLENCE),), now=clock.now)
    with pytest.raises(MoveError):
        cautions.take_step(session, chat, by=alice.id, now=clock.now)
    before = factories.a_waiting_chat(session, Priority.P1, now=clock.now)
    queues.return_abandoned(session, now=clock.advance(seconds=61))
    assert [one.id for one in queues.waiting(session)] == [chat.id, before.id]
