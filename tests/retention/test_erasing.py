"""What is over its term goes with its key and without a trace; what is needed stays; what is
counted is counted on."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import select as select_rows

from cases import audit, residents, soundness
from cases.commands import OpenTicket
from cases.danger import alerts
from cases.database import Session, Store
from cases.desk import callbacks, queues
from cases.desk.callbacks import CallKind
from cases.errors import CaseError, KeyDestroyedError
from cases.figures import figures, tallies
from cases.figures.tallies import Period
from cases.operators import Role
from cases.retention import erasing, holdings, holds
from cases.retention.holdings import BY_TABLE, How
from cases.talk import conversations, messages
from cases.talk.conversations import Conversation
from cases.talk.messages import Delivery, Line, Message, Sender
from cases.tickets import history, tickets, unsealings
from cases.tickets.tickets import Ticket
from knowledge.names import Hazard, Priority
from tests import factories, threads
from tests.clock import Clock
from tests.factories import A_MATTER
from tests.retention import house
from tests.retention.house import YEARS

DAY = timedelta(days=1)

SEALED = replace(A_MATTER, sealed=True, not_to=("村委会",), phone="13900139000")
Setting = Callable[[Session, Conversation, datetime], object]


def _rows(session: Session, table: str, conversation_id: str) -> int:
    one = holdings.table(table)
    here = one.c.conversation_id == conversation_id
    found = session.connection().execute(select(func.count()).select_from(one).where(here))
    return int(found.scalar_one())


def test_a_talk_goes_a_year_after_its_last_word(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = house.a_talk(session, now=clock.now)
        key = residents.key_of(session, chat.resident_id)
    assert house.night_falls(store, clock.advance(days=364)) == {"files": 1}
    assert house.night_falls(store, clock.advance(days=2)) == {"conversations": 1}
    with store.read() as session:
        left = [_rows(session, name, chat.id) for name in ("messages", "inbound", "attachments")]
        assert left == [0, 0, 0]
        assert house.is_destroyed(session, key)
        resident = session.get_one(residents.Resident, chat.resident_id)
        assert (residents.contacts(session, resident), resident.forgotten_at) == ([], clock.now)


def test_its_token_opens_nothing_any_more_and_what_is_counted_stays(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        opened = conversations.open_new(session, region=None, channel="web", now=clock.now)
    house.night_falls(store, clock.advance(days=366))
    with store.read() as session:
        row = conversations.find(session, opened.conversation.id)
        assert conversations.by_token(session, opened.token) is None
        assert not conversations.holds_token(row, opened.token)
        assert (row.channel, row.erased_at, row.sealed_state) == ("web", clock.now, None)


def test_nothing_can_be_said_in_a_talk_that_was_erased(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = house.a_talk(session, now=clock.now)
    house.night_falls(store, clock.advance(days=366))
    with pytest.raises(KeyDestroyedError), store.write() as session:
        here = conversations.find(session, chat.id)
        messages.say(session, here, Line(Sender.SYSTEM, "在吗"), now=clock.now)


def _waits(session: Session, chat: Conversation, now: datetime) -> None:
    queues.enqueue(session, chat, reason="asked", priority=Priority.P2, matter=None, now=now)


def _is_called(session: Session, chat: Conversation, now: datetime) -> None:
    callbacks.owe(session, chat, CallKind.ASKED, phone="13", due_at=now, by=None, now=now)


def _is_in_danger(session: Session, chat: Conversation, now: datetime) -> None:
    alerts.raise_for(session, chat.id, Hazard.VIOLENCE, region=None, ticket_id=None, now=now)


def _has_a_ticket(session: Session, chat: Conversation, now: datetime) -> None:
    tickets.open_for(session, chat, A_MATTER, now=now)


def _reports_in_secret(session: Session, chat: Conversation, now: datetime) -> None:
    tickets.open_for(session, chat, SEALED, now=now)


def _is_held(session: Session, chat: Conversation, now: datetime) -> None:
    ticket = house.an_ended_ticket(session, chat, now=now)
    by = factories.an_operator(session, f"holder {chat.id}", now=now).id
    holds.place(session, ticket, why="法院调取", by=by, now=now)


def _is_owed_a_line(session: Session, chat: Conversation, now: datetime) -> None:
    messages.say(session, chat, Line(Sender.BOT, "有结果了"), now=now)
    said = select_rows(Message).where(Message.sender == Sender.BOT)
    session.exec(said).one().delivery = Delivery.PENDING


@pytest.mark.parametrize(
    "needs",
    [
        _waits,
        _is_called,
        _is_in_danger,
        _has_a_ticket,
        _reports_in_secret,
        _is_held,
        _is_owed_a_line,
    ],
)
def test_a_talk_that_somebody_needs_stays_however_old(
    store: Store, clock: Clock, needs: Setting
) -> None:
    with store.write() as session:
        needed, other = (house.a_talk(session, now=clock.now) for _ in range(2))
        needs(session, needed, clock.now)
    assert house.night_falls(store, clock.advance(days=4000))["conversations"] == 1
    with store.read() as session:
        assert conversations.find(session, needed.id).erased_at is None
        assert len(messages.since(session, conversations.find(session, needed.id))) >= 1
        assert conversations.find(session, other.id).erased_at == clock.now


def test_a_household_is_reached_however_long_nobody_wrote(store: Store, clock: Clock) -> None:
    with store.write() as session:
        home = factories.a_household(session, now=clock.now)
    house.night_falls(store, clock.now + YEARS)
    with store.read() as session:
        assert conversations.find(session, home.conversation_id or "").erased_at is None


def test_a_tickets_words_go_and_its_figures_stay(store: Store, clock: Clock) -> None:
    period = Period(clock.now - timedelta(days=1), clock.now + timedelta(days=1))
    with store.write() as session:
        boss = factories.an_operator(session, role=Role.SUPERVISOR, now=clock.now)
        chat = house.a_talk(session, now=clock.now)
        ticket = house.an_ended_ticket(session, chat, now=clock.now)
        before = tallies.seen_by(session, boss, period)
    house.night_falls(store, clock.now + YEARS)
    with store.read() as session:
        after = tallies.seen_by(session, boss, period)
        assert figures.reckon(after, now=clock.now) == figures.reckon(before, now=clock.now)
        row = session.get_one(Ticket, ticket.id)
        assert (row.resident_id, row.conversation_id, row.phone_index) == (None, None, None)
        assert (history.of(session, row), house.is_destroyed(session, row.key_id)) == ([], True)


def test_who_reported_is_forgotten_before_the_report(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = house.a_talk(session, now=clock.now)
        report = tickets.open_for(session, chat, SEALED, now=clock.now)
        house.ends(session, report, now=clock.now)
    assert house.night_falls(store, clock.advance(days=366))["reporters"] == 1
    with store.read() as session:
        assert tickets.home_of(session, session.get_one(Ticket, report.id)) is None
        assert history.first_words(session, report) == A_MATTER.narrative


def test_who_asked_to_open_a_report_is_answered_first(store: Store, clock: Clock) -> None:
    with store.write() as session:
        report = factories.a_ticket(session, SEALED, now=clock.now)
        by = factories.an_operator(session, now=clock.now).id
        unsealings.ask(session, report, reason="法院调取", by=by, now=clock.now)
        house.ends(session, report, now=clock.now)
    assert "reporters" not in house.night_falls(store, clock.now + YEARS)


def test_what_stands_in_a_households_file_is_an_archive(store: Store, clock: Clock) -> None:
    with store.write() as session:
        ticket = house.an_ended_ticket(session, house.a_talk(session, now=clock.now), now=clock.now)
        home = factories.a_household(session, reached=False, now=clock.now)
        tickets.file_under(session, ticket, home.id, now=clock.now)
    house.night_falls(store, clock.now + YEARS)
    with store.read() as session:
        assert history.first_words(session, session.get_one(Ticket, ticket.id))


def test_a_deployment_may_keep_files_shorter_and_talks_for_ever(store: Store, clock: Clock) -> None:
    with store.write() as session:
        house.a_talk(session, now=clock.now)
    decided = {"files": 10, "conversations": None}
    assert house.night_falls(store, clock.now + timedelta(days=9), decided) == {}
    assert house.night_falls(store, clock.now + timedelta(days=11), decided) == {"files": 1}
    house.rests(store, clock.now + YEARS)
    assert house.night_falls(store, clock.now + YEARS + DAY, decided) == {}


def test_the_first_night_after_a_gap_erases_nothing(store: Store, clock: Clock) -> None:
    house.night_falls(store, clock.now)
    with store.write() as session:
        house.a_talk(session, now=clock.now)
    house.rests(store, clock.now + YEARS)
    assert house.night_falls(store, clock.now + DAY) == {}


def test_the_second_night_after_a_gap_erases_again(store: Store, clock: Clock) -> None:
    house.night_falls(store, clock.now)
    with store.write() as session:
        house.a_talk(session, now=clock.now)
    house.rests(store, clock.now + YEARS)
    assert house.night_falls(store, clock.now + YEARS + DAY)["conversations"] == 1


def test_the_day_is_erased_once_and_told_in_numbers(store: Store, clock: Clock) -> None:
    with store.write() as session:
        house.a_talk(session, now=clock.now)
    clock.advance(days=366)
    house.night_falls(store, clock.now)
    with pytest.raises(AssertionError):
        house.night_falls(store, clock.now)
    with store.read() as session:
        told = [(row.actor, row.action, row.subject) for row in audit.rows(session)]
    assert ("clock", "erased when due", "1 conversations") in told


def _drafts() -> list[OpenTicket]:
    return [A_MATTER, SEALED, replace(A_MATTER, anonymous=True, secret="桂花")]


@pytest.mark.parametrize("draft", _drafts(), ids=["open", "sealed", "anonymous"])
def test_nothing_personal_is_left_in_any_table(
    store: Store, clock: Clock, draft: OpenTicket
) -> None:
    with store.write() as session:
        chat = house.a_talk(session, now=clock.now)
        ticket = tickets.open_for(session, chat, draft, now=clock.now)
        house.ends(session, ticket, now=clock.now)
    house.night_falls(store, datetime(2031, 1, 1, tzinfo=UTC))
    with store.read() as session:
        assert [name for name in BY_TABLE if _tells_of_somebody(session, name)] == []
    assert soundness.check(store) == []


def _tells_of_somebody(session: Session, name: str) -> bool:
    one = holdings.table(name)
    wanted = [column for column in holdings.personal(one) if name != "operators"]
    if not wanted or BY_TABLE[name].how is How.STAY:
        return False
    rows = session.connection().execute(select(*wanted)).all()
    return any(value for row in rows for value in row)


def test_what_is_being_erased_cannot_be_held_any_more(postgres_store: Store, clock: Clock) -> None:
    with postgres_store.write() as session:
        ticket = factories.a_ticket(session, now=clock.now)
        by = factories.an_operator(session, now=clock.now).id
    with ThreadPoolExecutor(1) as elsewhere:
        with postgres_store.write() as session:
            erasing.erase(session, "tickets", [ticket.id], now=clock.now)
            held = elsewhere.submit(_hold, postgres_store, ticket, by, clock.now)
            threads.until_one_waits(postgres_store)
        with pytest.raises(CaseError):
            held.result()


def _hold(store: Store, ticket: Ticket, by: str, now: datetime) -> None:
    with store.write() as session:
        holds.place(session, ticket, why="法院调取", by=by, now=now)
