"""Households whose visits are reminded of now, the processes that do it, and what must be true."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import func, select

from cases import keys
from cases.channels import reminders
from cases.channels.reminders import Reminder
from cases.database import Store
from cases.households import visits
from cases.talk.messages import Message
from tests import factories
from tests.forked import Part

NOON = 12


def a_zone_where_it_is_noon(now: datetime) -> str:
    """Nobody is reminded by night; somewhere it is day."""
    return f"Etc/GMT{now.astimezone(UTC).hour - NOON:+d}"


def promise(store: Store, count: int, *, due: datetime, visit_in: timedelta) -> None:
    """So many households, each reminded of a visit in the same second."""
    zone = a_zone_where_it_is_noon(due)
    with store.write() as session:
        planner = factories.a_household(session, now=due)
        for _ in range(count):
            household = factories.a_household(session, now=due)
            at = due + visit_in
            visit = visits.Visit(
                id=keys.new_id(),
                household_id=household.id,
                at=at,
                zone=zone,
                sealed_purpose=b"",
                planned_by=planner.created_by,
                created_at=due,
            )
            session.add(visit)
            session.flush()
            reminders.promise(
                session,
                kind=reminders.Kind.VISIT,
                subject=visit.id,
                due=due,
                zone=zone,
                now=due,
            )


@contextmanager
def clocks(count: int, address: str, keys_at: Path, *, ahead: float = 0) -> Iterator[list["Clock"]]:
    """Processes that all look for the same promises; what is left of them ends with the block."""
    started = [Clock(address, keys_at, ahead) for _ in range(count)]
    try:
        for one in started:
            one.wait()
        yield started
    finally:
        for one in started:
            one.kill()


class Clock:
    """One such process."""

    def __init__(self, address: str, keys_at: Path, ahead: float) -> None:
        self._process = Part("tests.crash.reminding", address, str(keys_at), str(ahead))

    def wait(self) -> None:
        """Until it looks."""
        assert self._process.says.readline() == "ready\n"

    def kill(self) -> None:
        """`kill -9`."""
        self._process.kill()


def states(store: Store) -> Counter[str]:
    """How many promises stand how."""
    with store.read() as session:
        return Counter(session.exec(select(Reminder.state)).all())


def said(store: Store) -> tuple[int, int]:
    """How many reminders were said, and to how many households."""
    with store.read() as session:
        total = session.exec(select(func.count(Message.id))).one()  # type: ignore[arg-type]
        chats = session.exec(select(func.count(func.distinct(Message.conversation_id)))).one()
    return total, chats


def until(store: Store, wanted: int, *, seconds: float) -> float:
    """Wait until so many promises are settled; how long it took, or more than `seconds`."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        now = states(store)
        if now["sent"] + now["listed"] >= wanted:
            break
        time.sleep(0.05)
    return time.monotonic() - began
