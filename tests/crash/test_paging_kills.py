"""A danger on a holiday night with nobody there, while each process is killed: paged, seen once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import IO

import pytest
from sqlmodel import col, select

from bot import paging
from bot.paging import Pager
from cases.danger import alerts, duty
from cases.danger.alerts import Alert
from cases.danger.duty import Person, Shift
from cases.danger.paging import PageTry
from cases.database import Store
from cases.talk import messages
from cases.talk.conversations import Conversation
from cases.talk.messages import Sender
from knowledge.workdays import ZONE
from tests import factories, threads
from tests.forked import Part
from tests.peers import pager as peer
from tests.peers.pager import Gateway

# The first evening of National Day.
NIGHT = datetime(2026, 10, 1, 23, 30, tzinfo=ZONE)
PATIENCE_S = 60


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """Whom the deployment pages."""
    with peer.gateway() as found:
        yield found


@pytest.fixture
def staff(shared: Store) -> list[str]:
    """Two who have gone home, and a roster of two tiers with a number each."""
    with shared.write() as session:
        found = [factories.an_operator(session, name, now=NIGHT) for name in ("Alice", "Bob")]
        for tier in (1, 2):
            person = Person("值班", f"1380000000{tier}")
            shift = Shift(None, tier, duty.DAYS, time(0), time(0), person)
            duty.enter(session, shift, by=found[0].id, now=NIGHT)
        for one in found:
            one.present_at = None
        return [one.id for one in found]


@pytest.fixture
def chat(shared: Store) -> str:
    """The conversation of somebody in danger."""
    with shared.write() as session:
        return factories.a_conversation(session, now=NIGHT).id


@contextmanager
def _plays(part: str, store: Store, keys: Path, *, after: int, word: str) -> Iterator[IO[str]]:
    """What a process writes whose clock stands so many seconds after the danger; then `kill -9`."""
    address = store.engine.url.render_as_string(hide_password=False)
    at = (NIGHT + timedelta(seconds=after)).isoformat()
    module, kind = part.split()
    with Part(f"tests.crash.{module}", kind, address, str(keys), at, word) as begun:
        yield begun.says


def _killed(part: str, store: Store, keys: Path, *, after: int, word: str) -> None:
    with _plays(part, store, keys, after=after, word=word) as says:
        assert says.readline() == "ready\n"


def _rung(gateway: Gateway) -> list[tuple[object, object]]:
    bodies = [body["data"] for body in gateway.bodies]
    return sorted((data["tier"], data["phones"][0]) for data in bodies)  # type: ignore[index]


def _look(store: Store, gateway: Gateway, *, after: int) -> None:
    now = NIGHT + timedelta(seconds=after)
    paging.look(store, now=now)
    Pager(store, address=gateway.address, secret=peer.SECRET).send_due(now=lambda: now)


def test_a_danger_is_paged_within_a_minute_and_seen_once_though_every_process_is_killed(
    shared: Store, keys: Path, gateway: Gateway, staff: list[str], chat: str
) -> None:
    _killed("hearing web", shared, keys, after=0, word=chat)
    _killed("hearing clock", shared, keys, after=31, word=chat)
    gateway.holds = 1
    with _plays("paging pager", shared, keys, after=32, word=gateway.address):
        assert gateway.holding.wait(PATIENCE_S)
    _look(shared, gateway, after=92)
    assert _rung(gateway) == [(1, "13800000001"), (2, "13800000002")]
    assert _tried(shared) == [32, 92, 92]
    _killed("paging desk", shared, keys, after=95, word=staff[0])
    assert _seen_by_two_at_once(shared, staff) in staff
    _look(shared, gateway, after=600)
    assert len(gateway.bodies) == 2
    assert _apologies(shared, chat) == 1


def _tried(store: Store) -> list[float]:
    """How many seconds after the danger was told somebody tried to page."""
    with store.read() as session:
        tries = session.exec(select(PageTry.at).order_by(col(PageTry.at))).all()
    return [(at - NIGHT).total_seconds() for at in tries]


def _seen_by_two_at_once(store: Store, staff: list[str]) -> str | None:
    """Two press at the same moment: who is written down, for both the same."""
    with store.read() as session:
        alert = session.exec(select(Alert)).one()
    assert alert.acknowledged_by is None

    def see(who: str) -> str | None:
        with store.write() as session:
            return alerts.acknowledge(session, alert.id, who, now=NIGHT).acknowledged_by

    (said,) = set(threads.at_once(see, staff))
    return said


def _apologies(store: Store, chat: str) -> int:
    """How often the resident was told that a person comes."""
    with store.read() as session:
        lines = messages.since(session, session.get_one(Conversation, chat))
    return sum(line.sender is Sender.BOT for line in lines)
