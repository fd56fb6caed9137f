"""Whose a waiting chat is: who knows the matter, who speaks the language, who let it go."""

from datetime import timedelta

import pytest

from cases import operators
from cases.database import Session
from cases.desk import overflowing, passing, whose
from cases.desk.routing import Why
from cases.desk.whose import Desks
from cases.operators import Operator
from cases.talk.conversations import Conversation
from knowledge.names import Matter, Priority, Region, Tongue
from tests import factories
from tests.cases import holding
from tests.clock import Clock


def _reasons(
    session: Session, operator: Operator, chat: Conversation, clock: Clock
) -> tuple[Why, ...]:
    return whose.reasons(operator, chat, Desks(session, clock.now))


def _gets(session: Session, operator: Operator, clock: Clock) -> str | None:
    found = next(whose.next_for(session, operator, now=clock.now), None)
    return None if found is None else found.id


def test_a_matter_goes_to_those_who_know_it_and_a_danger_to_everybody(
    session: Session, alice: Operator, bob: Operator, clock: Clock
) -> None:
    operators.equip(session, alice, capacity=6, matters=[Matter.MEDICAL])
    operators.equip(session, bob, capacity=6, matters=[Matter.HOUSING])
    chat = factories.a_waiting_chat(session, now=clock.now)
    chat.region, chat.queue_matter = None, Matter.HOUSING
    assert _reasons(session, alice, chat, clock) == ()
    assert _reasons(session, bob, chat, clock) == (Why.NO_REGION, Why.MATTER)
    chat.queue_priority = Priority.P0
    assert _reasons(session, alice, chat, clock) == (Why.DANGER, Why.NO_REGION)


@pytest.mark.parametrize("why", ["full", "away", "late"])
def test_what_nobody_free_knows_or_speaks_is_anybodys(
    session: Session, alice: Operator, bob: Operator, clock: Clock, why: str
) -> None:
    operators.equip(session, alice, capacity=6, matters=[Matter.MEDICAL])
    operators.equip(session, bob, capacity=0 if why == "full" else 6, matters=[Matter.HOUSING])
    operators.speak(session, bob, [Tongue.MINNAN])
    bob.paused = why == "away"
    chat = factories.a_waiting_chat(session, now=clock.now)
    chat.region, chat.queue_matter, chat.tongue = None, Matter.HOUSING, Tongue.MINNAN
    clock.advance(minutes=10 if why == "late" else 0)
    holding.still_there(session, clock, alice, bob)
    found = (Why.NO_REGION, Why.NOBODY_KNOWS, Why.NOBODY_SPEAKS)
    assert _reasons(session, alice, chat, clock) == found


def test_a_language_goes_to_who_speaks_it_and_writing_to_everybody(
    session: Session, alice: Operator, bob: Operator, clock: Clock
) -> None:
    operators.speak(session, bob, [Tongue.MINNAN])
    chat = factories.a_waiting_chat(session, now=clock.now)
    chat.region, chat.tongue = None, Tongue.MINNAN
    session.flush()
    assert (_gets(session, alice, clock), _gets(session, bob, clock)) == (None, chat.id)
    assert _reasons(session, bob, chat, clock) == (Why.NO_REGION, Why.TONGUE)
    chat.tongue = Tongue.TEXT
    assert _reasons(session, alice, chat, clock) == (Why.NO_REGION,)


def test_a_chat_goes_up_at_once_when_nobody_of_its_region_speaks_its_language(
    session: Session, alice: Operator, clock: Clock
) -> None:
    here = factories.an_operator(session, "here", region=Region.ZICHUAN, now=clock.now)
    operators.speak(session, alice, [Tongue.SIGN])
    chat = factories.a_waiting_chat(session, now=clock.now)
    chat.tongue = Tongue.SIGN
    assert overflowing.overflow(session, now=clock.now) == [chat]
    assert _reasons(session, alice, chat, clock) == (Why.OVERFLOWED, Why.TONGUE)
    assert _reasons(session, here, chat, clock) == ()


def test_the_next_is_the_first_that_is_ones_own(
    session: Session, alice: Operator, bob: Operator, clock: Clock
) -> None:
    operators.equip(session, alice, capacity=6, matters=[Matter.MEDICAL])
    first, second = (factories.a_waiting_chat(session, now=clock.now) for _ in range(2))
    first.queued_at, first.queue_matter = clock.now - timedelta(minutes=5), Matter.HOUSING
    first.region = second.region = None
    session.flush()
    assert (_gets(session, alice, clock), _gets(session, bob, clock)) == (second.id, first.id)


def test_what_one_passed_to_a_line_or_was_silent_in_does_not_come_straight_back(
    session: Session, alice: Operator, bob: Operator, clock: Clock
) -> None:
    passed, silent = (holding.held(session, alice, clock) for _ in range(2))
    for chat in (passed, silent):
        chat.region = None
    passing.to_line(session, passed, region=None, matter=Matter.MEDICAL, note="", now=clock.now)
    clock.advance(minutes=11)
    assert passing.return_silent(session, now=clock.now) == [silent]
    holding.still_there(session, clock, alice, bob)
    assert (_gets(session, alice, clock), _gets(session, bob, clock)) == (None, silent.id)
