"""Handing over and queues, line by line: effort, overflow, silence, passing on and coming back."""

from datetime import timedelta

import pytest

from cases import operators
from cases.database import Session, Store
from cases.desk import overflowing, passing, queues, routing
from cases.desk.passing import End, How
from cases.desk.routing import Why
from cases.errors import CaseError, FullError, MoveError, TakenError
from cases.operators import Operator, Role
from cases.talk.conversations import Mode
from cases.talk.messages import Sender
from knowledge.names import Matter, Priority, Region
from tests import factories, threads
from tests.cases import holding
from tests.clock import Clock

NOTE = "他先要问医疗救助"


def _line(session: Session) -> list[str]:
    return [chat.id for chat in queues.waiting(session)]


def test_a_danger_weighs_as_much_as_three_questions(
    session: Session, alice: Operator, clock: Clock
) -> None:
    for priority, weight in ((Priority.P0, 3), (Priority.P1, 5), (Priority.P2, 6)):
        holding.held(session, alice, clock, priority)
        assert queues.load_of(session, alice.id) == weight


@pytest.mark.parametrize("priority", list(Priority))
def test_nobody_takes_more_than_their_capacity(
    session: Session, alice: Operator, clock: Clock, priority: Priority
) -> None:
    alice.capacity = routing.effort(priority) - 1
    session.add(alice)
    chat = factories.a_waiting_chat(session, priority, now=clock.now)
    with pytest.raises(FullError):
        queues.take(session, chat.id, alice, now=clock.now)
    assert (chat.mode, chat.operator_id) == (Mode.QUEUED, None)


def test_what_is_handed_back_makes_room(session: Session, alice: Operator, clock: Clock) -> None:
    alice.capacity = 1
    session.add(alice)
    first = holding.held(session, alice, clock)
    queues.hand_back(session, first, now=clock.now)
    assert holding.held(session, alice, clock).operator_id == alice.id


def test_ten_chats_at_once_never_exceed_a_capacity_of_three(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now)
        alice.capacity = 3
        chats = [factories.a_waiting_chat(session, now=clock.now).id for _ in range(10)]

    def take(chat_id: str) -> bool:
        try:
            with store.write() as session:
                queues.take(session, chat_id, alice, now=clock.now)
        except FullError:
            return False
        return True

    assert sum(threads.at_once(take, chats)) == 3
    with store.read() as session:
        assert queues.load_of(session, alice.id) == 3


def test_a_row_says_why_it_is_mine(session: Session, clock: Clock) -> None:
    here = factories.an_operator(session, "here", region=Region.ZICHUAN, now=clock.now)
    there = factories.an_operator(session, "there", region=Region.LONGYAN, now=clock.now)
    chat = factories.a_waiting_chat(session, now=clock.now)
    assert routing.reasons(here, chat) == (Why.REGION,)
    assert routing.reasons(there, chat) == ()
    chat.region = None
    assert routing.reasons(there, chat) == (Why.NO_REGION,)


def test_a_chat_goes_up_when_its_region_has_nobody(
    session: Session, alice: Operator, clock: Clock
) -> None:
    chat = factories.a_waiting_chat(session, now=clock.now)
    assert routing.reasons(alice, chat) == ()
    assert [one.id for one in overflowing.overflow(session, now=clock.now)] == [chat.id]
    assert routing.reasons(alice, chat) == (Why.OVERFLOWED,)


def test_a_chat_goes_up_only_after_its_time_while_somebody_is_there(
    session: Session, clock: Clock
) -> None:
    here = factories.an_operator(session, "here", region=Region.ZICHUAN, now=clock.now)
    chat = factories.a_waiting_chat(session, now=clock.now)
    assert overflowing.overflow(session, now=clock.now) == []
    holding.still_there(session, clock, here)
    clock.advance(minutes=10)
    holding.still_there(session, clock, here)
    assert overflowing.overflow(session, now=clock.now) == [chat]


def test_a_rule_lends_a_line_to_another_region_at_once(
    session: Session, alice: Operator, clock: Clock
) -> None:
    there = factories.an_operator(session, "there", region=Region.FENGZE, now=clock.now)
    factories.an_operator(session, "here", region=Region.ZICHUAN, now=clock.now)
    rule = routing.make_rule(
        session,
        Region.ZICHUAN,
        matter=None,
        to_region=Region.FENGZE,
        after=timedelta(0),
        by=alice.id,
        now=clock.now,
    )
    chat = factories.a_waiting_chat(session, now=clock.now)
    assert queues.waiting(session, region=Region.FENGZE) == []
    overflowing.overflow(session, now=clock.now)
    assert (queues.waiting(session, region=Region.FENGZE), routing.reasons(there, chat)) == (
        [chat],
        (Why.LENT,),
    )
    routing.end_rule(session, rule.id, now=clock.now)
    assert routing.rules(session) == []


def test_a_line_does_not_overflow_into_itself(
    session: Session, alice: Operator, clock: Clock
) -> None:
    with pytest.raises(CaseError):
        routing.make_rule(
            session,
            Region.ZICHUAN,
            matter=None,
            to_region=Region.ZICHUAN,
            after=timedelta(0),
            by=alice.id,
            now=clock.now,
        )


def test_a_silent_operator_loses_the_chat_which_goes_to_the_head_of_its_class(
    session: Session, alice: Operator, clock: Clock
) -> None:
    older = factories.a_waiting_chat(session, now=clock.now)
    grave = factories.a_waiting_chat(session, Priority.P1, now=clock.now)
    clock.advance(minutes=1)
    chat = holding.held(session, alice, clock)
    clock.advance(minutes=10, seconds=1)
    assert passing.return_silent(session, now=clock.now) == [chat]
    assert _line(session) == [grave.id, chat.id, older.id]
    standings = [queues.standing(session, one, now=clock.now) for one in (chat, older)]
    assert [one.position for one in standings if one is not None] == [2, 3]


def test_who_lost_a_chat_reads_it_on_the_console_until_they_say_so(
    session: Session, alice: Operator, clock: Clock
) -> None:
    holding.held(session, alice, clock)
    passing.return_silent(session, now=clock.advance(minutes=11))
    (lost,) = passing.untold(session, alice)
    assert lost.how == How.SILENT
    passing.tell(session, lost.id, alice, now=clock.now)
    assert passing.untold(session, alice) == []


def test_an_answer_keeps_the_chat(session: Session, alice: Operator, clock: Clock) -> None:
    chat = holding.held(session, alice, clock)
    holding.says(session, chat, Sender.OPERATOR, clock)
    assert passing.return_silent(session, now=clock.advance(minutes=30)) == []


def test_an_answer_in_another_chat_answers_nobody_here(
    session: Session, alice: Operator, clock: Clock
) -> None:
    chat, other = (holding.held(session, alice, clock) for _ in range(2))
    for _ in range(3):
        holding.says(session, other, Sender.OPERATOR, clock)
    assert passing.return_silent(session, now=clock.advance(minutes=11)) == [chat]


def test_the_time_to_answer_counts_from_the_words_that_have_none(
    session: Session, alice: Operator, clock: Clock
) -> None:
    chat = holding.held(session, alice, clock)
    holding.says(session, chat, Sender.OPERATOR, clock)
    clock.advance(minutes=30)
    holding.says(session, chat, Sender.RESIDENT, clock)
    assert passing.return_silent(session, now=clock.advance(minutes=9)) == []
    assert passing.return_silent(session, now=clock.advance(minutes=2)) == [chat]


def test_in_danger_the_silence_may_be_short(
    session: Session, alice: Operator, clock: Clock
) -> None:
    chat = holding.held(session, alice, clock, Priority.P0)
    assert passing.return_silent(session, now=clock.advance(minutes=2, seconds=1)) == [chat]


def test_a_colleague_takes_what_was_offered_with_its_note(
    session: Session, alice: Operator, bob: Operator, clock: Clock
) -> None:
    chat = holding.held(session, alice, clock)
    passing.to_person(session, chat, bob, note=NOTE, now=clock.now)
    assert (passing.offered(session, bob), passing.note_of(session, chat)) == ([chat], NOTE)
    queues.take(session, chat.id, bob, now=clock.now)
    assert passing.settle(session, chat, End.TAKEN, now=clock.now)
    assert (chat.operator_id, chat.offered_to) == (bob.id, None)
    assert passing.untold(session, alice) == []


def test_what_is_offered_to_bob_is_not_taken_by_charlie(
    session: Session, alice: Operator, bob: Operator, clock: Clock
) -> None:
    charlie = factories.an_operator(session, "Charlie", now=clock.now)
    chat = holding.held(session, alice, clock)
    passing.to_person(session, chat, bob, note="", now=clock.now)
    with pytest.raises(TakenError, match="Alice"):
        queues.take(session, chat.id, charlie, now=clock.now)


def test_a_refused_chat_stays_with_its_sender_who_is_told(
    session: Session, alice: Operator, bob: Operator, clock: Clock
) -> None:
    chat = holding.held(session, alice, clock)
    passing.to_person(session, chat, bob, note="", now=clock.now)
    passing.refuse(session, chat, bob, now=clock.now)
    (told,) = passing.untold(session, alice)
    assert (chat.operator_id, told.end) == (alice.id, End.REFUSED)
    with pytest.raises(MoveError):
        passing.refuse(session, chat, bob, now=clock.now)


def test_an_offer_that_nobody_takes_in_time_is_over(
    session: Session, alice: Operator, bob: Operator, clock: Clock
) -> None:
    chat = holding.held(session, alice, clock)
    passing.to_person(session, chat, bob, note="", now=clock.now)
    assert passing.return_untaken(session, now=clock.advance(minutes=1)) is None
    late = passing.return_untaken(session, now=clock.advance(minutes=1))
    assert late is not None
    assert (late.end, chat.operator_id, chat.offered_to) == (End.TIMED_OUT, alice.id, None)
    assert passing.untold(session, alice) == [late]


def test_a_chat_passed_to_a_line_keeps_its_place(
    session: Session, alice: Operator, clock: Clock
) -> None:
    chat = holding.held(session, alice, clock)
    later = factories.a_waiting_chat(session, now=clock.advance(seconds=1))
    passing.to_line(
        session, chat, region=Region.FENGZE, matter=Matter.MEDICAL, note=NOTE, now=clock.now
    )
    assert _line(session) == [chat.id, later.id]
    assert queues.waiting(session, region=Region.FENGZE) == [chat]
    assert chat.queue_matter == Matter.MEDICAL


def test_what_a_line_does_not_take_comes_back_to_its_sender(
    session: Session, alice: Operator, clock: Clock
) -> None:
    chat = holding.held(session, alice, clock)
    passing.to_line(session, chat, region=Region.FENGZE, matter=None, note="", now=clock.now)
    clock.advance(minutes=10)
    holding.still_there(session, clock, alice)
    assert passing.return_untaken(session, now=clock.now) is not None
    assert (chat.mode, chat.operator_id, chat.queue_region) == (Mode.OPERATOR, alice.id, None)


@pytest.mark.parametrize("why", ["gone", "full"])
def test_a_sender_who_cannot_have_it_back_leaves_it_in_line(
    session: Session, alice: Operator, clock: Clock, why: str
) -> None:
    chat = holding.held(session, alice, clock)
    passing.to_line(session, chat, region=Region.FENGZE, matter=None, note="", now=clock.now)
    clock.advance(minutes=10)
    if why == "full":
        holding.still_there(session, clock, alice)
        alice.capacity = 0
    passing.return_untaken(session, now=clock.now)
    assert (chat.mode, chat.operator_id, chat.offered_to) == (Mode.QUEUED, None, None)
    assert _line(session) == [chat.id]


@pytest.mark.parametrize("unfit", ["disabled", "caseworker", "oneself"])
def test_a_chat_is_not_passed_to_who_cannot_talk(
    session: Session, alice: Operator, bob: Operator, clock: Clock, unfit: str
) -> None:
    chat = holding.held(session, alice, clock)
    if unfit == "disabled":
        operators.disable(session, bob.id, now=clock.now)
    bob.role = Role.CASEWORKER if unfit == "caseworker" else bob.role
    receiver = alice if unfit == "oneself" else bob
    with pytest.raises(CaseError):
        passing.to_person(session, chat, receiver, note="", now=clock.now)
    assert (chat.operator_id, chat.offered_to) == (alice.id, None)


def test_what_nobody_holds_cannot_be_passed_on(
    session: Session, bob: Operator, clock: Clock
) -> None:
    chat = factories.a_waiting_chat(session, now=clock.now)
    with pytest.raises(MoveError):
        passing.to_person(session, chat, bob, note="", now=clock.now)


def test_a_supervisor_gives_a_chat_to_somebody_else_and_the_holder_is_told(
    session: Session, alice: Operator, bob: Operator, clock: Clock
) -> None:
    chat = holding.held(session, alice, clock)
    passing.take_over(session, chat, bob, now=clock.now)
    (told,) = passing.untold(session, alice)
    assert (chat.operator_id, told.how, told.to_id) == (bob.id, How.SUPERVISOR, bob.id)


def test_a_supervisor_cannot_fill_anybody_beyond_their_capacity(
    session: Session, alice: Operator, bob: Operator, clock: Clock
) -> None:
    chat = holding.held(session, alice, clock)
    bob.capacity = 0
    session.add(bob)
    with pytest.raises(FullError):
        passing.take_over(session, chat, bob, now=clock.now)
    assert (chat.operator_id, chat.offered_to) == (alice.id, None)


def test_after_handing_back_nothing_of_the_queue_is_left(
    session: Session, alice: Operator, clock: Clock
) -> None:
    chat = holding.held(session, alice, clock)
    chat.queue_region, chat.overflowed_at = Region.FENGZE, clock.now
    queues.hand_back(session, chat, now=clock.now)
    left = {chat.queue_region, chat.queue_head, chat.overflowed_at, chat.offered_to}
    assert left == {None, False}
