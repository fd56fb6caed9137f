"""Threads that begin at the same instant, so that a test can race them."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from sqlalchemy import text

from cases.database import Store

Given = TypeVar("Given")
Got = TypeVar("Got")


def at_once(work: Callable[[Given], Got], given: Sequence[Given]) -> list[Got]:
    """What `work` gives for each, all begun together; raises what any of them raises."""
    gate = Barrier(len(given))

    def one(item: Given) -> Got:
        gate.wait()
        return work(item)

    with ThreadPoolExecutor(len(given)) as threads:
        return list(threads.map(one, given))


def until_one_waits(store: Store) -> None:
    """Return when somebody waits for a lock that another holds (PostgreSQL)."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with store.engine.connect() as connection:
        for _ in range(500):
            if connection.execute(waiting).scalar_one():
                return
            time.sleep(0.02)
    raise AssertionError("Nobody waits for a lock.")
