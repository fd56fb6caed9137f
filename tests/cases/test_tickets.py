"""A ticket: its number, its story, whose turn it is, and who stands behind it."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select
from stdnum import luhn

from cases import residents
from cases.commands import OpenTicket
from cases.database import Session, Store
from cases.errors import CaseError, MoveError, StaleError, UnknownError
from cases.keys import DataKey
from cases.sealed import Ring
from cases.talk import conversations, messages
from cases.talk.messages import Line, Sender
from cases.ticket_rules.lifecycle import ENDED, MOVES, Move, NextActor, State
from cases.tickets import history, moves, numbers, outcomes, reporters, tickets, worklists
from cases.tickets.history import NoteKind
from cases.tickets.reporters import Reporter
from cases.tickets.tickets import Ticket
from cases.tickets.worklists import Wanted
from knowledge.names import Hazard, Priority
from tests import factories, threads
from tests.clock import Clock

SEALED = replace(
    factories.A_MATTER, sealed=True, phone="13864370001", secret="老槐树", not_to=("村委会",)
)


def _move(session: Session, ticket: Ticket, *steps: Move, now: datetime) -> Ticket:
    for move in steps:
        moves.make(session, ticket, move, actor="a", reason="r", version=ticket.version, now=now)
    return ticket


@given(now=st.datetimes(datetime(2020, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_number_is_place_local_day_five_digits_and_a_check_digit(now: datetime) -> None:
    place, day, digits = numbers.draw("ZC", now).split("-")
    assert (place, day) == ("ZC", f"{now.astimezone(numbers.LOCAL):%y%m%d}")
    assert len(digits) == 6
    assert luhn.is_valid(day + digits)


def test_numbers_do_not_count_how_many_there_are(clock: Clock) -> None:
    drawn = [numbers.draw("ZC", clock.now) for _ in range(50)]
    assert drawn != sorted(drawn)


def test_a_ticket_is_found_by_its_number_in_any_case(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        found = tickets.by_number(session, ticket.number.lower())
    assert found is not None
    assert found.id == ticket.id


def test_the_narrative_is_sealed_and_opens_as_the_first_note(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        (note,) = session.exec(select(history.TicketNote)).all()
        assert "低保".encode() not in note.sealed_text
        assert [one.text for one in history.of(session, ticket)] == ["村里不给我报低保"]
        assert history.first_words(session, ticket) == "村里不给我报低保"


def test_the_story_only_grows(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        before = list(history.of(session, ticket))
        history.write(session, ticket, NoteKind.REMARK, "已联系", actor="a", now=clock.now)
        _move(session, ticket, Move.TRIAGE, now=clock.now)
        after = list(history.of(session, ticket))
    assert after[: len(before)] == before
    assert [one.seq for one in after] == [1, 2, 3]


def test_notes_written_at_once_all_find_their_place(store: Store, clock: Clock) -> None:
    with store.write() as session:
        number = factories.a_ticket(session, now=clock.now).number

    def write(text: str) -> None:
        with store.write() as session:
            ticket = tickets.by_number(session, number)
            assert ticket is not None
            history.write(session, ticket, NoteKind.REMARK, text, actor="a", now=clock.now)

    threads.at_once(write, list("一二三四五六"))
    with store.read() as session:
        ticket = session.exec(select(Ticket)).one()
        assert [one.seq for one in history.of(session, ticket)] == list(range(1, 8))


@pytest.mark.parametrize(("state", "move"), sorted(MOVES))
def test_every_move_of_the_table_is_carried_out(
    sqlite_store: Store, clock: Clock, state: State, move: Move
) -> None:
    with sqlite_store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        ticket.state = state
        _move(session, ticket, move, now=clock.now)
        last = history.of(session, ticket)[-1]
        assert (ticket.state, last.from_state, last.to_state) == (
            MOVES[state, move],
            state,
            ticket.state,
        )


def test_a_move_that_is_not_allowed_changes_nothing(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        with pytest.raises(MoveError):
            _move(session, ticket, Move.CLOSE, now=clock.now)
    with store.read() as session:
        kept = session.exec(select(Ticket)).one()
        assert (kept.state, kept.version, len(history.of(session, kept))) == ("received", 1, 1)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
@given(walk=st.lists(st.sampled_from(Move), max_size=12), priority=st.sampled_from(Priority))
def test_whose_turn_and_until_when_are_always_a_pair(
    sqlite_store: Store, walk: list[Move], priority: Priority
) -> None:
    clock = Clock()
    with sqlite_store.write() as session:
        draft = replace(factories.A_MATTER, priority=priority)
        ticket = factories.a_ticket(session, draft, now=clock.now)
        factories.a_card(session, ticket, now=clock.now)
        for move in walk:
            if (State(ticket.state), move) in MOVES:
                _move(session, ticket, move, now=clock.advance(hours=9))
            nobody = ticket.next_actor == NextActor.NOBODY
            assert (ticket.next_due is None) == nobody == (ticket.state in ENDED) == ticket.ended
            assert (ticket.closed_at is None) != ticket.ended


def test_a_move_on_an_old_version_is_refused(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        _move(session, ticket, Move.TRIAGE, now=clock.now)
        with pytest.raises(StaleError):
            moves.make(
                session, ticket, Move.RESOLVE, actor="a", reason="", version=1, now=clock.now
            )


def test_of_two_who_move_one_ticket_at_once_one_is_refused(store: Store, clock: Clock) -> None:
    with store.write() as session:
        number = factories.a_ticket(session, now=clock.now).number

    def resolve(outcome: str) -> str:
        try:
            with store.write() as session:
                ticket = tickets.by_number(session, number)
                assert ticket is not None
                moves.make(
                    session,
                    ticket,
                    Move.RESOLVE,
                    actor="a",
                    reason=outcome,
                    version=1,
                    now=clock.now,
                )
        except StaleError:
            return "stale"
        return "moved"

    assert sorted(threads.at_once(resolve, ["一", "二", "三"])) == ["moved", "stale", "stale"]


def _refer(session: Session, ticket: Ticket, unit: str, version: int, now: datetime) -> Ticket:
    return moves.refer(session, ticket, unit, actor="a", reason="r", version=version, now=now)


def test_a_report_never_goes_to_the_unit_it_is_about(store: Store, clock: Clock) -> None:
    with store.write() as session:
        draft = replace(factories.A_MATTER, not_to=("镇政府", "村委会"))
        ticket = factories.a_ticket(session, draft, now=clock.now)
        with pytest.raises(UnknownError):
            _refer(session, ticket, "镇政府", 1, clock.now)
    with store.read() as session:
        assert session.exec(select(Ticket.lead_unit, Ticket.version)).one() == ("区民政局", 1)


def test_a_report_is_not_even_opened_with_the_accused_unit(store: Store, clock: Clock) -> None:
    with store.write() as session:
        draft = replace(
            factories.A_MATTER,
            lead_unit="镇政府",
            joint_units=("镇政府", "区纪委"),
            not_to=("镇政府",),
        )
        ticket = factories.a_ticket(session, draft, now=clock.now)
    assert (ticket.lead_unit, ticket.joint_units) == (None, ["区纪委"])


def test_a_refused_referral_leaves_the_unit_as_it_was(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        with pytest.raises(StaleError):
            _refer(session, ticket, "区教体局", 7, clock.now)
    with store.read() as session:
        assert session.exec(select(Ticket.lead_unit)).one() == "区民政局"


@pytest.mark.parametrize(
    ("priority", "within"),
    [
        (Priority.P0, timedelta(hours=1)),
        (Priority.P1, timedelta(hours=1)),
        # One working day, so until the end of Tuesday.
        (Priority.P2, timedelta(hours=38)),
    ],
)
def test_a_unit_has_a_short_time_to_pick_up(
    sqlite_store: Store, clock: Clock, priority: Priority, within: timedelta
) -> None:
    with sqlite_store.write() as session:
        ticket = factories.a_ticket(
            session, replace(factories.A_MATTER, priority=priority), now=clock.now
        )
        _refer(session, ticket, "区民政局", 1, clock.now)
        assert (ticket.next_actor, ticket.next_due) == (NextActor.UNIT, clock.now + within)


def test_a_unit_that_picked_up_in_time_is_not_late(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        _refer(session, ticket, "区民政局", 1, clock.now)
        _move(session, ticket, Move.ACCEPT, now=clock.advance(hours=2))
        assert ticket.next_due == ticket.respond_by


def test_what_is_reopened_gets_a_new_clock(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        _move(session, ticket, Move.RESOLVE, Move.CLOSE, now=clock.now)
        _move(session, ticket, Move.REOPEN, now=clock.advance(days=30))
        assert ticket.next_due == ticket.respond_by
        assert ticket.respond_by > clock.now


def test_a_sealed_ticket_names_nobody(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = factories.a_ticket(session, SEALED, now=clock.now)
        reporter = session.get_one(Reporter, ticket.id)
        rings = [session.get_one(DataKey, key).ring for key in (ticket.key_id, reporter.key_id)]
        assert ticket.resident_id is None
        assert rings == [Ring.REPORTER, Ring.REPORTER]
        assert ticket.key_id != reporter.key_id


def test_a_sealed_reporters_phone_is_kept_with_the_reporter_alone(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        ticket = tickets.open_for(session, chat, SEALED, now=clock.now)
        someone = session.get_one(residents.Resident, chat.resident_id)
        assert residents.contacts(session, someone) == []
        assert session.get_one(reporters.Reporter, ticket.id).sealed_contact is not None


def test_no_row_joins_a_sealed_ticket_to_the_conversation_it_was_told_in(
    sqlite_store: Store, clock: Clock
) -> None:
    with sqlite_store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        ticket = tickets.open_for(session, chat, SEALED, now=clock.now)
        line = Line(Sender.BOT, "已收到", ticket_number=ticket.number)
        messages.say(session, chat, line, now=clock.now)
        session.flush()
        # What a row of one side says must stand in no row of the other.
        told = {ticket.id, ticket.number}
        ours = {chat.id, chat.resident_id}
        raw = session.connection().connection.driver_connection
        assert raw is not None
        dump = [line for line in raw.iterdump() if line.startswith("INSERT")]
    assert not [
        line for line in dump if any(a in line for a in told) and any(b in line for b in ours)
    ]


def test_a_sealed_tickets_outcome_reaches_its_reporter_all_the_same(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        ticket = tickets.open_for(session, chat, SEALED, now=clock.now)
        outcomes.resolve(
            session, ticket, "查过了", told="有结果", actor="alice", version=1, now=clock.now
        )
        line = messages.since(session, chat)[-1]
        assert (line.text, line.ticket_number) == ("有结果", ticket.number)


def test_a_ticket_that_is_not_sealed_belongs_to_its_resident(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        draft = replace(factories.A_MATTER, phone="13864370001")
        ticket = tickets.open_for(session, chat, draft, now=clock.now)
        someone = session.get_one(residents.Resident, chat.resident_id)
        assert ticket.resident_id == someone.id
        assert [one.value for one in residents.contacts(session, someone)] == ["13864370001"]


@pytest.mark.parametrize(
    "draft",
    [
        replace(factories.A_MATTER, sealed=True),
        replace(factories.A_MATTER, anonymous=True),
        replace(factories.A_MATTER, personal=True),
        replace(factories.A_MATTER, hazard=Hazard.VIOLENCE),
        replace(factories.A_MATTER, hazard=Hazard.CHILD_AT_RISK),
        replace(factories.A_MATTER, hazard=Hazard.SELF_HARM),
    ],
)
def test_what_belongs_to_one_person_stands_in_no_household(
    sqlite_store: Store, clock: Clock, draft: OpenTicket
) -> None:
    with sqlite_store.write() as session:
        household = factories.a_household(session, now=clock.now)
        ticket = factories.a_ticket(session, draft, now=clock.now)
        with pytest.raises(CaseError):
            tickets.file_under(session, ticket, household.id, now=clock.now)


def test_an_outcome_reaches_the_resident_with_its_number(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        ticket = tickets.open_for(session, chat, factories.A_MATTER, now=clock.now)
        outcomes.resolve(
            session, ticket, "已受理", told="办好了", actor="a", version=1, now=clock.now
        )
        (line,) = messages.since(session, chat)
        assert (line.text, line.ticket_number) == ("办好了", ticket.number)
        assert [one.kind for one in history.of(session, ticket)][-1] == NoteKind.OUTCOME


def test_an_outcome_and_an_answer_at_once_do_not_wait_for_each_other(
    postgres_store: Store, clock: Clock
) -> None:
    with postgres_store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        number = tickets.open_for(session, chat, factories.A_MATTER, now=clock.now).number

    def act(turn: tuple[str, int]) -> None:
        with postgres_store.write() as session:
            if turn[0] == "resident":
                mine = conversations.find_for_update(session, chat.id)
                ticket = tickets.by_number(session, number)
                assert ticket is not None
                history.write(session, ticket, "answer", "有", actor="resident", now=clock.now)
                messages.say(session, mine, messages.Line(messages.Sender.BOT, "好"), now=clock.now)
                return
            ticket = tickets.for_update(session, number)
            line = messages.Line(messages.Sender.SYSTEM, "催")
            history.write(session, ticket, "remark", "催", actor="a", now=clock.now)
            messages.say(session, conversations.find(session, chat.id), line, now=clock.now)

    threads.at_once(act, list(itertools.product(["resident", "staff"], range(4))))
    with postgres_store.read() as session:
        assert len(messages.since(session, chat)) == 8


def test_of_what_is_due_at_one_moment_the_graver_stands_first(store: Store, clock: Clock) -> None:
    with store.write() as session:
        # The latest is listed first where nothing else tells them apart.
        for number, priority in enumerate((Priority.P0, Priority.P2, Priority.P1)):
            draft = replace(factories.A_MATTER, priority=priority)
            ticket = factories.a_ticket(session, draft, now=clock.now + timedelta(seconds=number))
            ticket.next_due = clock.now + timedelta(days=1)
        session.flush()
        who = factories.an_operator(session, now=clock.now)
        listed = worklists.page(session, who, Wanted(), now=clock.now).tickets
    assert [one.priority for one in listed] == [Priority.P0, Priority.P1, Priority.P2]
