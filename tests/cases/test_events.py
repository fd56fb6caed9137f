"""The log of changes: no gap, no inversion, and nothing missed by a reader who resumes."""

import time

from cases import events
from cases.database import Store
from cases.events import CONSOLE, Change, Kind
from cases.talk import conversations, messages
from cases.talk.messages import Line, Sender
from tests import factories, threads
from tests.clock import Clock

WRITERS, EACH = 8, 10
# Only a writer that failed keeps a reader waiting so long; the test then says so.
PATIENCE_SECONDS = 60


def _read_all(store: Store, stream: str, until: int) -> list[Change]:
    """What a page sees that looks again and again and remembers the last number."""
    seen: list[Change] = []
    ends = time.monotonic() + PATIENCE_SECONDS
    while len(seen) < until and time.monotonic() < ends:
        with store.read() as session:
            seen += events.since(session, stream, seen[-1].seq if seen else 0, limit=7)
    return seen


def test_eight_writers_leave_no_gap_and_a_reader_misses_nothing(store: Store, clock: Clock) -> None:
    read: list[Change] = []

    def work(who: int) -> None:
        if who == WRITERS:
            read.extend(_read_all(store, CONSOLE, WRITERS * EACH))
            return
        for number in range(EACH):
            with store.write() as session:
                chat = factories.a_conversation(session, now=clock.now)
                events.publish(session, Kind.QUEUE, {"by": f"{who}.{number}"}, now=clock.now)
                messages.say(session, chat, Line(Sender.BOT, "好"), now=clock.now)

    threads.at_once(work, range(WRITERS + 1))
    assert [one.seq for one in read] == list(range(1, WRITERS * EACH + 1))
    assert len({one.body["by"] for one in read}) == WRITERS * EACH


def test_one_conversation_has_one_series_under_many_writers(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat_id = factories.a_conversation(session, now=clock.now).id

    def speak(who: str) -> None:
        for _ in range(5):
            with store.write() as session:
                chat = conversations.find(session, chat_id)
                messages.say(session, chat, Line(Sender.SYSTEM, who), now=clock.now)

    threads.at_once(speak, list("一二三四"))
    with store.read() as session:
        chat = conversations.find(session, chat_id)
        assert [line.seq for line in messages.since(session, chat)] == list(range(1, 21))
        assert chat.last_seq == 20


def test_a_reader_resumes_behind_the_number_it_saw(store: Store, clock: Clock) -> None:
    with store.write() as session:
        for number in range(5):
            events.publish(session, Kind.QUEUE, {"n": str(number)}, now=clock.now)
    with store.read() as session:
        assert [one.body["n"] for one in events.since(session, CONSOLE, 3)] == ["3", "4"]
        assert events.since(session, CONSOLE, events.last_seq(session, CONSOLE)) == []
