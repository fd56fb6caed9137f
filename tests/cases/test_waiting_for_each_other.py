"""Two who need the same rows at one instant wait for each other in one order, never in a ring."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from api import casework, chats
from api.casework import Step
from bot import following_up, schedule
from bot.helpline import Helpline
from bot.shelf import Shelf
from cases import operators
from cases.commands import AddToTicket
from cases.database import Session, Store
from cases.desk import line_settings, overflowing, passing, queues
from cases.dialogue import resident_steps
from cases.errors import CaseError, TakenError
from cases.operators import NameTakenError, Operator, Role
from cases.permissions import Action
from cases.talk import conversations
from cases.talk.conversations import Conversation
from cases.ticket_rules.lifecycle import Move, State
from cases.ticket_rules.surveys import Answer, Question
from cases.tickets import followups, merging, outcomes, tickets
from cases.tickets.followups import FollowUp, Standing
from cases.tickets.tickets import Ticket
from handlers import speech
from knowledge.names import Region
from nlu.interpreter import InProcess
from tests import factories, threads
from tests.api.conftest import put_together, shelf
from tests.clock import Clock

__all__ = ["shelf"]
HERE = Region.ZICHUAN
WORDS = speech.chinese()
Work = Callable[[Session], object]


def _meanwhile(store: Store, *, first: Work, other: Callable[[], object], then: Work) -> object:
    """What the other gave, that began between two steps of one transaction and waited for it."""
    with ThreadPoolExecutor(1) as second:
        with store.write() as session:
            first(session)
            begun = second.submit(other)
            threads.until_one_waits(store)
            then(session)
        return begun.result()


@pytest.fixture
def alice(postgres_store: Store, clock: Clock) -> Operator:
    """Somebody who has room for one chat."""
    return _a_desk(postgres_store, "Alice", clock)


@pytest.fixture
def bob(postgres_store: Store, clock: Clock) -> Operator:
    """A colleague with room for one."""
    return _a_desk(postgres_store, "Bob", clock)


def _a_desk(store: Store, name: str, clock: Clock) -> Operator:
    with store.write() as session:
        one = factories.an_operator(session, name, region=HERE, now=clock.now)
        operators.equip(session, one, capacity=1, matters=[])
        return one


def _a_chat(store: Store, clock: Clock, *, of: Operator | None = None) -> Conversation:
    with store.write() as session:
        chat = factories.a_waiting_chat(session, now=clock.advance(seconds=1))
        return chat if of is None else queues.take(session, chat.id, of, now=clock.now)


def _present(one: Operator, clock: Clock) -> Work:
    return lambda session: operators.note_present(session, one.id, "", now=clock.now)


def _too_late(chat: Conversation, one: Operator, clock: Clock) -> Work:
    def take(session: Session) -> None:
        with pytest.raises(TakenError, match="Alice"):
            queues.take(session, chat.id, one, now=clock.now)

    return take


@pytest.fixture
def helpline(
    postgres_store: Store, interpreter: InProcess, shelf: Shelf, tmp_path: Path
) -> Helpline:
    """A helpline on the database that locks rows one by one."""
    return put_together(postgres_store, interpreter, shelf, tmp_path)


@pytest.mark.usefixtures("alice")
def test_who_takes_what_is_being_given_out_is_told_the_winner(
    postgres_store: Store, helpline: Helpline, clock: Clock, bob: Operator
) -> None:
    line = [_a_chat(postgres_store, clock) for _ in range(2)]
    with postgres_store.write() as session:
        line_settings.put(session, HERE, automatic=True, sticky=False, by=bob.id, now=clock.now)
    given = _meanwhile(
        postgres_store,
        first=_present(bob, clock),
        other=lambda: schedule.give_out(helpline, now=clock.now),
        then=_too_late(line[0], bob, clock),
    )
    assert given == 2


def test_who_takes_what_a_supervisor_gives_them_has_it_once(
    postgres_store: Store, clock: Clock, alice: Operator, bob: Operator
) -> None:
    chat = _a_chat(postgres_store, clock, of=alice)
    with postgres_store.write() as session:
        passing.to_person(session, chat, bob, note="", now=clock.now)

    def reassign() -> None:
        with postgres_store.write() as session:
            sun = factories.an_operator(session, "Sun", role=Role.SUPERVISOR, now=clock.now)
            chats.reassign(session, sun, chat.id, "Bob", now=clock.now)

    _meanwhile(
        postgres_store,
        first=_present(bob, clock),
        other=reassign,
        then=lambda s: chats.take(s, bob, chat.id, speech=WORDS, now=clock.now),
    )
    with postgres_store.read() as session:
        assert [one.id for one in queues.held_by(session, bob.id)] == [chat.id]


def test_who_takes_back_what_comes_back_to_them_has_it_once(
    postgres_store: Store, clock: Clock, alice: Operator
) -> None:
    chat = _a_chat(postgres_store, clock, of=alice)
    with postgres_store.write() as session:
        passing.to_line(session, chat, region=HERE, matter=None, note="", now=clock.now)
    clock.advance(minutes=10)

    def give_back() -> object:
        with postgres_store.write() as session:
            return passing.return_untaken(session, now=clock.now)

    came_back = _meanwhile(
        postgres_store,
        first=_present(alice, clock),
        other=give_back,
        then=lambda s: chats.take(s, alice, chat.id, speech=WORDS, now=clock.now),
    )
    with postgres_store.read() as session:
        assert (came_back, passing.untold(session, alice)) == (None, [])


def test_a_resident_who_answers_before_being_asked_does_not_stop_the_asking(
    postgres_store: Store, clock: Clock
) -> None:
    with postgres_store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        outcomes.resolve(session, ticket, "已办", told="已办", actor="a", version=1, now=clock.now)
        row = session.exec(select(FollowUp)).one()

    def answer(session: Session) -> None:
        mine = tickets.for_update(session, ticket.number)
        asked = session.get_one(FollowUp, row.id)
        followups.take(session, asked, mine, Question.SATISFIED, Answer.YES, now=row.due_at)

    asked = _meanwhile(
        postgres_store,
        first=lambda s: conversations.find_for_update(s, ticket.conversation_id or ""),
        other=lambda: following_up.ask_due(postgres_store, WORDS, now=row.due_at),
        then=answer,
    )
    with postgres_store.read() as session:
        assert (asked, session.get_one(FollowUp, row.id).state) == (0, Standing.DONE)


class Office:
    """A supervisor who moves tickets, each move a request of its own."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock = store, clock
        with store.write() as session:
            self.sun = factories.an_operator(session, "Sun", role=Role.SUPERVISOR, now=clock.now)

    def ticket(self) -> Ticket:
        """One from a conversation of its own."""
        with self.store.write() as session:
            return factories.a_ticket(session, now=self.clock.now)

    def finds(self, session: Session, one: str, into: str = "") -> Ticket:
        """Open a ticket in order to move it."""
        return casework.find_to_change(session, self.sun, Action.SEE_TICKET, one, into=into)

    def moves(self, session: Session, one: str, what: Move, into: str = "") -> None:
        """Move it."""
        ticket = self.finds(session, one, into)
        step = Step(what, "同一件事", ticket.version, into=into)
        casework.take_step(session, self.sun, ticket, step, speech=WORDS, now=self.clock.now)

    def requests(self, one: str, what: Move, into: str = "") -> str:
        """The same as a request; why it was refused."""
        try:
            with self.store.write() as session:
                self.moves(session, one, what, into)
        except CaseError as error:
            return type(error).__name__
        return ""


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_opposite_mergers_at_once_one_wins_and_the_other_is_refused(
    postgres_store: Store, clock: Clock, first: int
) -> None:
    office = Office(postgres_store, clock)
    found = sorted((office.ticket() for _ in range(2)), key=lambda one: one.number)
    one, other = found[first].number, found[1 - first].number
    refused = _meanwhile(
        postgres_store,
        first=lambda s: office.finds(s, one, other),
        other=lambda: office.requests(other, Move.MERGE, one),
        then=lambda s: office.moves(s, one, Move.MERGE, other),
    )
    with postgres_store.read() as session:
        ends = [merging.survivor_of(session, session.get_one(Ticket, t.id)) for t in found]
    assert refused == "MergeError"
    assert [end.number for end in ends] == [other, other]


def test_words_to_a_merged_ticket_and_its_result_at_once_both_arrive(
    postgres_store: Store, clock: Clock
) -> None:
    office = Office(postgres_store, clock)
    mine, other = office.ticket(), office.ticket()
    assert office.requests(mine.number, Move.MERGE, other.number) == ""
    home = mine.conversation_id or ""

    def adds(session: Session) -> None:
        told = AddToTicket(mine.number, "水又进来了")
        resident_steps.add(session, conversations.find(session, home), told, now=clock.now)

    refused = _meanwhile(
        postgres_store,
        first=lambda s: conversations.find_for_update(s, home),
        other=lambda: office.requests(other.number, Move.RESOLVE),
        then=adds,
    )
    with postgres_store.read() as session:
        assert (refused, session.get_one(Ticket, other.id).state) == ("", State.RESOLVED)


def test_of_two_who_make_one_account_the_second_is_told(
    postgres_store: Store, clock: Clock
) -> None:
    def make(session: Session) -> Operator:
        return operators.add(session, "Dana", role=Role.ADMIN, password_hash="", now=clock.now)

    def other() -> None:
        with postgres_store.write() as session:
            make(session)

    with pytest.raises(NameTakenError):
        _meanwhile(postgres_store, first=make, other=other, then=lambda _session: None)


def test_who_looks_through_a_line_keeps_nobody_from_taking_one_of_it(
    postgres_store: Store, alice: Operator, clock: Clock
) -> None:
    chat = _a_chat(postgres_store, clock)
    with postgres_store.write() as looking:
        assert overflowing.overflow(looking, now=clock.now) == []
        with postgres_store.write() as session:
            session.connection().execute(text("SET LOCAL lock_timeout = '2s'"))
            assert queues.take(session, chat.id, alice, now=clock.now).operator_id == alice.id


def test_a_chat_taken_while_its_line_is_looked_through_does_not_go_up(
    postgres_store: Store, alice: Operator, clock: Clock
) -> None:
    chat = _a_chat(postgres_store, clock)
    late = clock.advance(minutes=11)
    with postgres_store.write() as session:
        operators.note_present(session, alice.id, "", now=late)
        queues.take(session, chat.id, alice, now=late)
        with postgres_store.write() as looking:
            assert overflowing.overflow(looking, now=late) == []
