"""The log of changes does not grow for ever, and who comes from before its beginning sees all."""

from sqlmodel import col, func, select

from api import feed
from api.console import open_consoles
from cases import events
from cases.database import Store
from cases.events import Event, Kind
from cases.retention import trimming
from cases.talk import conversations
from cases.talk.conversations import Mode
from tests import factories
from tests.clock import Clock
from tests.retention import house

MORE = 60


def _happens(store: Store, times: int, clock: Clock) -> None:
    with store.write() as session:
        for _ in range(times):
            events.publish(session, Kind.QUEUE, {"conversation": "x"}, now=clock.now)


def _numbers(store: Store) -> tuple[int, int]:
    with store.read() as session:
        mine = Event.stream == events.CONSOLE
        first = session.exec(select(func.min(col(Event.seq))).where(mine)).one()
        return first, events.last_seq(session, events.CONSOLE)


def test_what_is_cut_off_lies_further_back_than_anybody_is_told_singly(
    store: Store, clock: Clock
) -> None:
    _happens(store, trimming.NEWEST_KEPT + MORE, clock)
    assert house.night_falls(store, clock.advance(days=29)) == {}
    assert house.night_falls(store, clock.advance(days=2)) == {"events": MORE}
    first, last = _numbers(store)
    assert (first, last) == (MORE + 1, MORE + trimming.NEWEST_KEPT)
    assert last - first > open_consoles.MOST_MISSED


def test_a_resident_who_comes_back_misses_no_line(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = house.a_talk(session, now=clock.now)
        chat.mode = Mode.QUEUED
        conversations.tell_mode(session, chat, now=clock.now)
    house.night_falls(store, clock.advance(days=40))
    with store.read() as session:
        here = conversations.find(session, chat.id)
        assert [one.seq for one in feed.since(session, here, 0)] == [1]
        reading = feed.Reading(store, lambda s: conversations.find(s, chat.id), after=0)
        news = reading.look()
    assert news is not None
    assert news.mode is Mode.QUEUED


def test_the_log_of_a_talk_is_cut_off_whole(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_waiting_chat(session, now=clock.now)
    house.night_falls(store, clock.advance(days=31))
    with store.read() as session:
        assert events.since(session, events.conversation_stream(chat.id), 0) == []
