"""What runs every second, and what every turn asks, looks rows up and reads no whole table."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from cases import operators
from cases.channels import inbox, reminders
from cases.danger import alerts
from cases.database import Session, Store
from cases.desk import queues
from cases.dialogue import awaiting, filing
from cases.dialogue.lookups import OwnTickets, TicketByNumber
from cases.figures import tallies
from cases.figures.tallies import Period
from cases.operators import Operator, Role
from cases.talk import conversations, messages
from cases.talk.messages import Line, Sender
from cases.tickets import followups, handovers, notices, reliefs, tickets, trials
from cases.tickets import worklists as lists
from knowledge.names import Matter, Region
from tests import factories
from tests.clock import Clock

NOW = Clock().now
CASEWORKER = Operator(
    id="c",
    name="c",
    role=Role.CASEWORKER,
    region="zichuan",
    unit="x",
    password_hash="",
    created_at=NOW,
)


@contextmanager
def _statements(engine: Engine) -> Iterator[list[tuple[str, Sequence[str]]]]:
    seen: list[tuple[str, Sequence[str]]] = []

    def note(*said: object) -> None:
        statement, given = str(said[2]), said[3]
        if statement.startswith(("SELECT", "UPDATE", "DELETE")) and isinstance(given, tuple):
            seen.append((statement, given))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


# What a statement makes up itself is walked through too; it is no table.
NO_TABLE = re.compile(r"CONSTANT ROW|\(subquery-\d+\)|anon_\d+")


def _scans(store: Store, look: Callable[[Session], object]) -> list[str]:
    with store.write() as session, _statements(store.engine) as seen:
        look(session)
        session.flush()
    raw = store.engine.raw_connection()
    plans = [
        str(step[3])
        for statement, given in seen
        for step in raw.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", given).fetchall()
    ]
    raw.close()
    return [plan for plan in plans if plan.startswith("SCAN") and not NO_TABLE.search(plan)]


MONTH = Period(NOW - timedelta(days=31), NOW, Region.ZICHUAN)
SUPERVISOR = CASEWORKER.model_copy(update={"role": Role.SUPERVISOR, "unit": None})


def _nobody(_matter: Matter, _text: str) -> None:
    """No unit at all."""


LOOKS: dict[str, Callable[[Session], object]] = {
    "due reminders": lambda s: reminders.claim(s, now=NOW),
    "stuck messages": lambda s: inbox.claim_stuck(s, now=NOW),
    "abandoned chats": lambda s: queues.return_abandoned(s, now=NOW),
    "waiting": queues.waiting,
    "held": lambda s: queues.held_by(s, "x"),
    "alerts": alerts.open_alerts,
    "on duty": lambda s: operators.on_duty(s, now=NOW),
    "by token": lambda s: conversations.by_token(s, "x"),
    "by number": lambda s: tickets.by_number(s, "x"),
    "my turn": lambda s: lists.tickets_for(s, CASEWORKER, lists.Which.MINE, now=NOW),
    "ended": lambda s: lists.tickets_for(s, CASEWORKER, lists.Which.ENDED, now=NOW),
    "figures": lambda s: tallies.seen_by(s, SUPERVISOR, MONTH),
    "figures of all regions": lambda s: tallies.for_report(s, replace(MONTH, region=None)),
    "a trial of a catalogue": lambda s: trials.of_last_month(
        s, SUPERVISOR, Region.ZICHUAN, before=_nobody, after=_nobody, now=NOW
    ),
    "whom nobody told": lambda s: notices.still_owed(s, SUPERVISOR),
    "late list": lambda s: lists.page(s, CASEWORKER, lists.Wanted(lists.Which.LATE), now=NOW),
    "found by words": lambda s: lists.page(s, CASEWORKER, lists.Wanted(words="低保"), now=NOW),
    "found by number": lambda s: lists.page(s, CASEWORKER, lists.Wanted(words="ZC-26"), now=NOW),
    "follow-ups due": lambda s: followups.due(s, now=NOW),
    "referrals due": lambda s: handovers.claim(s, now=NOW),
    "what is waited for": lambda s: awaiting.of(s, "x", now=NOW),
    "relief without papers": reliefs.without_papers,
    "visits": lambda s: lists.visits_ahead(s, CASEWORKER, now=NOW),
}


@pytest.mark.parametrize("name", list(LOOKS))
def test_a_look_reads_no_whole_table(sqlite_store: Store, name: str) -> None:
    assert _scans(sqlite_store, LOOKS[name]) == []


def test_a_turn_reads_no_whole_table(sqlite_store: Store) -> None:
    def turn(session: Session) -> None:
        chat = factories.a_waiting_chat(session, now=NOW)
        inbound = inbox.receive(session, chat, external_id="a", text="在吗", now=NOW)
        inbox.unanswered(session, chat)
        inbox.mark_answered(session, inbound, now=NOW)
        filing.carry_out(session, chat, [factories.A_MATTER], now=NOW)
        filing.look_up(session, chat, TicketByNumber("x", "0001"), now=NOW)
        filing.look_up(session, chat, OwnTickets(), now=NOW)
        messages.since(session, chat)

    assert _scans(sqlite_store, turn) == []


def test_saying_something_takes_few_statements(sqlite_store: Store) -> None:
    with sqlite_store.write() as session:
        chat_id = factories.a_conversation(session, now=NOW).id
    with sqlite_store.write() as session, _statements(sqlite_store.engine) as seen:
        chat = conversations.find(session, chat_id)
        for _ in range(5):
            messages.say(session, chat, Line(Sender.BOT, "好"), now=NOW)
    assert len(seen) <= 3 + 5


def test_reading_a_thread_takes_as_many_statements_as_reading_a_line(sqlite_store: Store) -> None:
    with sqlite_store.write() as session:
        chat_id = factories.a_conversation(session, now=NOW).id
        chat = conversations.find(session, chat_id)
        for _ in range(50):
            messages.say(session, chat, Line(Sender.BOT, "好"), now=NOW)
    with sqlite_store.read() as session, _statements(sqlite_store.engine) as seen:
        messages.since(session, conversations.find(session, chat_id))
    assert len(seen) == 3
