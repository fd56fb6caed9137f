"""回访: asked on the next working day at a safe hour; 不满意 opens once more, silence is a call."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from cases import residents
from cases.database import Session, Store
from cases.talk import conversations
from cases.ticket_rules.lifecycle import State
from cases.ticket_rules.surveys import Answer, Question
from cases.tickets import followups, outcomes
from cases.tickets.followups import FollowUp, Standing, Why
from cases.tickets.tickets import Ticket
from knowledge.names import Hazard
from knowledge.workdays import ZONE
from tests import factories
from tests.clock import Clock


def _resolved(session: Session, clock: Clock, **change: object) -> tuple[Ticket, FollowUp]:
    draft = replace(factories.A_MATTER, **change)  # type: ignore[arg-type]
    ticket = factories.a_ticket(session, draft, now=clock.now)
    return ticket, _resolve(session, ticket, clock.now)


def _resolve(session: Session, ticket: Ticket, now: datetime) -> FollowUp:
    outcomes.resolve(
        session, ticket, "已办", told="好了", actor="a", version=ticket.version, now=now
    )
    return followups.of_ticket(session, ticket)[-1]


def _answer(session: Session, row: FollowUp, ticket: Ticket, last: Answer, now: datetime) -> State:
    for question in (Question.SOLVED, Question.MANNER):
        followups.take(session, row, ticket, question, Answer.YES, now=now)
    return followups.take(session, row, ticket, Question.SATISFIED, last, now=now)


@pytest.mark.parametrize(
    ("resolved", "asked"),
    [
        ("2026-11-23T09:00", "2026-11-24T10:00"),
        # Friday evening: Monday.
        ("2026-11-27T22:00", "2026-11-30T10:00"),
        # Over the New Year of 2027, whose arrangement nobody knows yet: its statutory day counts.
        ("2026-12-31T15:00", "2027-01-04T10:00"),
    ],
)
def test_it_is_asked_on_the_next_working_day_at_ten(
    sqlite_store: Store, resolved: str, asked: str
) -> None:
    now, wanted = (datetime.fromisoformat(f"{at}+08:00") for at in (resolved, asked))
    with sqlite_store.write() as session:
        ticket = factories.a_ticket(session, now=now)
        assert _resolve(session, ticket, now).due_at == wanted


@pytest.mark.parametrize(
    ("answer", "state"),
    [(Answer.YES, State.CLOSED), (Answer.PARTLY, State.CLOSED), (Answer.NO, State.REOPENED)],
)
def test_the_last_answer_moves_the_ticket(
    sqlite_store: Store, clock: Clock, answer: Answer, state: State
) -> None:
    with sqlite_store.write() as session:
        ticket, row = _resolved(session, clock)
        assert followups.ask(session, row, ticket, now=clock.advance(days=1))
        assert _answer(session, row, ticket, answer, clock.now) == state
        assert (row.state, ticket.escalated) == (Standing.DONE, answer is Answer.NO)


def test_a_second_time_unsatisfied_is_a_call_and_no_third_round(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket, first = _resolved(session, clock)
        followups.ask(session, first, ticket, now=clock.now)
        _answer(session, first, ticket, Answer.NO, clock.now)
        second = _resolve(session, ticket, clock.now)
        followups.ask(session, second, ticket, now=clock.now)
        assert _answer(session, second, ticket, Answer.NO, clock.now) == State.FOLLOW_UP
        assert (second.round, second.state, second.why) == (2, Standing.CALL, Why.AGAIN)
        assert [row.id for row, _ in followups.calls(session)] == [second.id]


@pytest.mark.parametrize("change", [{"hazard": Hazard.VIOLENCE}, {"sealed": True}])
def test_what_is_one_persons_alone_is_never_asked_of_in_a_chat(
    sqlite_store: Store, clock: Clock, change: dict[str, object]
) -> None:
    with sqlite_store.write() as session:
        draft = replace(factories.A_MATTER, **change)  # type: ignore[arg-type]
        ticket = factories.a_ticket(session, draft, now=clock.now)
        row = followups.plan(session, ticket, now=clock.now)
        assert (row.state, row.why, row.conversation_id) == (Standing.CALL, Why.PRIVATE, None)
        assert followups.due(session, now=clock.advance(days=9)) == []


def test_who_must_not_be_contacted_is_not_asked(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        resident = session.get_one(residents.Resident, ticket.resident_id)
        residents.keep_contact(session, resident, "13864370001", do_not_call=True, now=clock.now)
        row = followups.plan(session, ticket, now=clock.now)
        assert (row.state, row.why) == (Standing.CALL, Why.UNSAFE)


def test_the_hours_that_are_safe_are_kept_to(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        resident = session.get_one(residents.Resident, ticket.resident_id)
        residents.keep_contact(session, resident, "13864370001", safe_from=14, now=clock.now)
        row = followups.plan(session, ticket, now=clock.now)
        assert row.due_at.astimezone(ZONE).hour == 14


def test_what_was_moved_on_meanwhile_is_not_asked(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket, row = _resolved(session, clock)
        ticket.state = State.REOPENED
        assert not followups.ask(session, row, ticket, now=clock.now)
        assert row.state == Standing.DROPPED


def test_no_answer_within_two_working_days_comes_up_again(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket, row = _resolved(session, clock)
        followups.ask(session, row, ticket, now=clock.now)
        assert followups.due(session, now=clock.now + timedelta(days=1)) == []
        assert followups.due(session, now=clock.now + timedelta(days=4)) == [row.id]
        followups.give_to_person(session, row, Why.NO_ANSWER, now=clock.now)
        assert [(one.id, one.why) for one, _ in followups.calls(session)] == [
            (row.id, Why.NO_ANSWER)
        ]


def test_the_conversation_knows_what_is_asked(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket, row = _resolved(session, clock)
        chat = conversations.find(session, ticket.conversation_id or "")
        found = followups.open_in(session, chat.id)
        assert found is not None
        assert (found[0].id, followups.next_question(row)) == (row.id, Question.SOLVED)
        followups.ask(session, row, ticket, now=clock.now)
        _answer(session, row, ticket, Answer.YES, clock.now)
        assert followups.open_in(session, chat.id) is None
