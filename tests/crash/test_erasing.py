"""Who erases and is killed leaves nothing half erased, and the next one ends the day's work."""

from datetime import timedelta
from pathlib import Path

from sqlmodel import select

from bot import keeping
from cases.database import Store
from cases.retention import daily, terms
from cases.talk import messages
from cases.talk.conversations import Conversation
from tests.clock import Clock
from tests.forked import Part
from tests.retention import house

TALKS = 25
BATCH = 20


def _dies(store: Store, data: Path, clock: Clock) -> None:
    address = store.engine.url.render_as_string(hide_password=False)
    with Part("tests.crash.erasing", str(data), address, clock.now.isoformat()) as process:
        assert process.says.readline() == "half\n"


def _said(store: Store) -> list[int]:
    """How many lines each conversation still shows; an erased one shows none."""
    with store.read() as session:
        talks = session.exec(select(Conversation)).all()
        return sorted(len(messages.since(session, one)) for one in talks)


def test_a_kill_leaves_each_talk_whole_or_erased(
    shared: Store, tmp_path: Path, clock: Clock
) -> None:
    with shared.write() as session:
        for _ in range(TALKS):
            house.a_talk(session, now=clock.now)
    clock.advance(days=366)
    _dies(shared, tmp_path, clock)
    assert _said(shared) == [0] * BATCH + [1] * (TALKS - BATCH)
    assert not keeping.erase_due(shared, terms.shipped(), now=clock.advance(minutes=1))
    assert keeping.erase_due(shared, terms.shipped(), now=clock.now + timedelta(minutes=2))
    assert _said(shared) == [0] * TALKS
    with shared.read() as session:
        counted = daily.counts(session, daily.day_of(clock.now))
        assert counted["conversations"].erased == TALKS
