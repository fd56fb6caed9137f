"""A channel whose process is killed under mixed updates: nothing lost, doubled or out of order."""

import random

from benchmarks import channel_kills, lanes
from cases.database import Store
from handlers import speech
from handlers.desk import Desk
from knowledge.library import Library
from nlu.interpreter import InProcess


def test_kills_under_mixed_updates_harm_nothing() -> None:
    seed = random.randrange(10_000)  # noqa: S311
    found = channel_kills.run(6, 30, seed, postgres=False, chats=6)
    assert found.kills >= 1
    assert {what: count for what, count in found.wrong.items() if count} == {}, seed


def test_a_danger_does_not_wait_behind_reminders(
    sqlite_store: Store, interpreter: InProcess, library: Library
) -> None:
    desk = Desk(sqlite_store, interpreter, lambda: library, speech.chinese())
    assert lanes.behind_reminders(60, sqlite_store, desk) <= 2 * lanes.ANSWERED_WITHIN
