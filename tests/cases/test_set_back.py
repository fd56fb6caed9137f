"""The server's clock is set back an hour, or ahead a day and back again: nothing lasts beyond its
term, nobody waits for the old time, and what is promised for a day to come stays."""

from datetime import timedelta

import pytest
from sqlmodel import SQLModel, select

from cases import audit, operators, set_back, throttles
from cases.channels import inbox, reminders
from cases.channels.inbox import ANSWER_LEASE
from cases.channels.reminders import Kind
from cases.danger import alerts, paging
from cases.database import Store, UtcDateTime
from cases.desk import overflowing, queues
from cases.operators import PRESENT_FOR, SetupLink, StaffSession
from cases.set_back import STAMPS
from cases.talk import conversations
from cases.talk.conversations import Mode
from knowledge.names import Hazard, Region
from tests import factories
from tests.clock import Clock

HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
A_MOMENT = timedelta(seconds=1)
# What says until when or since when something holds; each of them is named.
TELLING = ("_until", "present_at", "seen_at", "queued_at", "taken_at", "not_before")
# When an application was taken in is a fact of its file, no term of ours.
A_FACT = ("applications", "taken_at")
steps = pytest.mark.parametrize("step", [HOUR, A_DAY])


@steps
def test_a_dead_operator_is_not_present_in_the_future(
    store: Store, clock: Clock, step: timedelta
) -> None:
    with store.write() as session:
        factories.an_operator(session, "Alice", now=clock.now)
    with store.read() as session:
        assert operators.at_desk(session, now=clock.now)
        assert not operators.at_desk(session, now=clock.now - step)


def test_a_console_that_is_open_is_present_after_its_next_sign(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, "Alice", now=clock.now)
        token, _ = operators.sign_in(session, alice, now=clock.now)
        earlier = clock.now - HOUR
        operators.note_present(session, alice.id, token, now=earlier)
        assert [one.id for one in operators.on_duty(session, now=earlier)] == [alice.id]


@steps
def test_the_chats_of_a_dead_operator_wait_again_within_their_minute(
    store: Store, clock: Clock, step: timedelta
) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, "Alice", now=clock.now)
        chat = factories.a_waiting_chat(session, now=clock.now)
        queues.take(session, chat.id, alice, now=clock.now)
    now = clock.now - step
    set_back.bring_back(store, now=now)
    with store.write() as session:
        assert not queues.return_abandoned(session, now=now + A_MOMENT)
        assert queues.return_abandoned(session, now=now + PRESENT_FOR)


@steps
def test_a_message_of_a_killed_process_is_taken_up_after_its_lease(
    store: Store, clock: Clock, step: timedelta
) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        inbox.receive(session, chat, external_id="a", text="你好", now=clock.now)
    now = clock.now - step
    set_back.bring_back(store, now=now)
    with store.write() as session:
        assert not inbox.claim_stuck(session, now=now)
        assert inbox.claim_stuck(session, now=now + ANSWER_LEASE + A_MOMENT)


@steps
def test_the_next_tier_is_paged_in_its_minute(store: Store, clock: Clock, step: timedelta) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        alerts.raise_for(
            session, chat.id, Hazard.VIOLENCE, region=None, ticket_id=None, now=clock.now
        )
    now = clock.now - step
    set_back.bring_back(store, now=now)
    with store.write() as session:
        planned = [paging.plan(session, now=now + timedelta(minutes=m)) for m in (0, 1, 3, 5)]
    assert planned == [1, 1, 1, 1]


@steps
def test_a_page_that_failed_is_tried_again_after_its_wait(
    store: Store, clock: Clock, step: timedelta
) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        alerts.raise_for(
            session, chat.id, Hazard.VIOLENCE, region=None, ticket_id=None, now=clock.now
        )
        paging.plan(session, now=clock.now)
        (page,) = paging.claim(session, now=clock.now)
        paging.settle(session, page, sent=False, answer="500", now=clock.now)
    now = clock.now - step
    set_back.bring_back(store, now=now)
    with store.write() as session:
        assert paging.claim(session, now=now + paging.RETRY)


@steps
def test_a_line_overflows_after_its_patience(store: Store, clock: Clock, step: timedelta) -> None:
    with store.write() as session:
        chat = factories.a_waiting_chat(session, now=clock.now)
        chat.region = Region.ZICHUAN
        session.add(chat)
    now = clock.now - step
    set_back.bring_back(store, now=now)
    with store.write() as session:
        assert overflowing.overflow(session, now=now + HOUR / 2)


def test_who_came_first_is_still_first(store: Store, clock: Clock) -> None:
    with store.write() as session:
        came = [factories.a_waiting_chat(session, now=clock.advance(seconds=7)).id for _ in "abc"]
    set_back.bring_back(store, now=clock.now - HOUR)
    with store.read() as session:
        line = queues.waiting(session)
        assert [chat.id for chat in line] == came
        assert all(chat.queued_at <= clock.now - HOUR for chat in line if chat.queued_at)


def test_however_many_there_are_all_are_brought_back(store: Store, clock: Clock) -> None:
    many = set_back.BATCH + 1
    with store.write() as session:
        session.add_all(
            SetupLink(token_digest=f"link {one}", created_at=clock.now) for one in range(many)
        )
    assert set_back.bring_back(store, now=clock.now - HOUR) == many
    assert set_back.bring_back(store, now=clock.now - HOUR) == 0


def test_who_wrote_much_in_the_future_may_write_again(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        inbox.receive(session, chat, external_id="a", text="你好", now=clock.now)
    now = clock.now - HOUR
    set_back.bring_back(store, now=now)
    with store.read() as session:
        since = now + timedelta(minutes=2) - timedelta(minutes=1)
        assert throttles.received_since(session, chat.id, since) == 0


def test_a_sign_in_ends_with_its_term(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, "Alice", now=clock.now)
        token, _ = operators.sign_in(session, alice, now=clock.now)
        assert operators.signed_in(session, token, now=clock.now - A_DAY) is None
    set_back.bring_back(store, now=clock.now - A_DAY)
    with store.read() as session:
        row = session.exec(select(StaffSession)).one()
    assert (row.created_at, row.seen_at) == (clock.now - A_DAY, clock.now - A_DAY)


def test_a_promise_for_a_day_to_come_stays(store: Store, clock: Clock) -> None:
    due = clock.now + timedelta(days=30)
    with store.write() as session:
        reminders.promise(
            session, kind=Kind.VISIT, subject="v", due=due, zone="Asia/Shanghai", now=clock.now
        )
    set_back.bring_back(store, now=clock.now - A_DAY)
    with store.read() as session:
        assert reminders.of_subject(session, "v")[0].due_at == due


def test_with_a_clock_that_is_right_nothing_moves(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, "Alice", now=clock.now)
        operators.sign_in(session, alice, now=clock.now)
        chat = factories.a_waiting_chat(session, now=clock.now)
        inbox.receive(session, chat, external_id="a", text="你好", now=clock.now)
    # Another machine's clock may be a little behind this one's.
    assert set_back.bring_back(store, now=clock.now - set_back.DIFFER) == 0


def test_that_the_clock_was_set_back_is_written_down_once(store: Store, clock: Clock) -> None:
    with store.write() as session:
        factories.an_operator(session, "Alice", now=clock.now)
    for _ in range(2):
        set_back.bring_back(store, now=clock.now - HOUR)
    with store.read() as session:
        told = [row.subject for row in audit.rows(session) if row.actor == set_back.CLOCK]
    assert told == ["1 stamps by 3600 s"]


def test_whatever_holds_until_or_since_is_named() -> None:
    named = {(one.table, name) for one in STAMPS for name in (one.column, *one.also)}
    telling = {
        (table.name, column.name)
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, UtcDateTime) and column.name.endswith(TELLING)
    }
    assert telling - named == {A_FACT}


def test_a_chat_that_is_held_stays_held(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, "Alice", now=clock.now)
        chat = factories.a_waiting_chat(session, now=clock.now)
        queues.take(session, chat.id, alice, now=clock.now)
    set_back.bring_back(store, now=clock.now - HOUR)
    with store.read() as session:
        held = conversations.find(session, chat.id)
        assert (held.mode, held.operator_id) == (Mode.OPERATOR, alice.id)
