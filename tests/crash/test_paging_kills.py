"""A danger on a holiday night with nobody there, while processes are killed: paged, seen once."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot import paging
from bot.paging import Pager
from cases import sealed
from cases.danger import alerts
from cases.danger.alerts import Alert
from cases.danger.paging import PageTry
from cases.database import Store
from knowledge.names import Hazard, Priority
from knowledge.workdays import ZONE
from tests import factories, threads
from tests.peers import pager as peer
from tests.peers.pager import Gateway
from tests.places import ROOT

# The first evening of National Day.
NIGHT = datetime(2026, 10, 1, 23, 30, tzinfo=ZONE)
PATIENCE_S = 60


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """A key file that the processes share."""
    folder = tmp_path / "keys"
    sealed.open_or_create(folder)
    return folder


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """Whom the deployment pages."""
    with peer.gateway() as found:
        yield found


@contextmanager
def _pages(store: Store, keys: Path, gateway: Gateway, at: datetime) -> Iterator[None]:
    """A process whose clock stands at this moment; `kill -9` at the end."""
    address = store.engine.url.render_as_string(hide_password=False)
    words = ["-m", "tests.crash.paging", address, str(keys), gateway.address, at.isoformat()]
    begun = subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert begun.stdout is not None
    try:
        assert begun.stdout.readline() == "ready\n"
        yield
    finally:
        begun.kill()
        begun.wait()
        begun.stdout.close()


def _until(gateway: Gateway, tiers: Sequence[int]) -> None:
    end = time.monotonic() + PATIENCE_S
    while _tiers(gateway) != tiers:
        assert time.monotonic() < end, _tiers(gateway)
        time.sleep(0.02)


def _tiers(gateway: Gateway) -> list[object]:
    return [body["data"]["tier"] for body in gateway.bodies]  # type: ignore[index]


@pytest.fixture
def danger(sqlite_store: Store) -> None:
    """Somebody in danger, at night, and nobody signed in."""
    with sqlite_store.write() as session:
        chat = factories.a_waiting_chat(session, Priority.P0, now=NIGHT)
        alerts.raise_for(session, chat.id, Hazard.VIOLENCE, region=None, ticket_id=None, now=NIGHT)


@pytest.mark.usefixtures("danger")
def test_a_danger_is_paged_within_a_minute_and_seen_once_though_every_process_is_killed(
    sqlite_store: Store, keys: Path, gateway: Gateway
) -> None:
    gateway.holds = 1
    with _pages(sqlite_store, keys, gateway, NIGHT):
        assert gateway.holding.wait(PATIENCE_S)
    # It died while the gateway was taking the page; the lease runs out after half a minute.
    for seconds, tiers in ((31, [1]), (60, [1, 2])):
        with _pages(sqlite_store, keys, gateway, NIGHT + timedelta(seconds=seconds)):
            _until(gateway, tiers)
    _seen_by_two_at_once(sqlite_store)
    last = NIGHT + timedelta(minutes=10)
    paging.look(sqlite_store, now=last)
    Pager(sqlite_store, address=gateway.address, secret=peer.SECRET).send_due(now=lambda: last)
    assert _tiers(gateway) == [1, 2]
    assert _tried(sqlite_store) == [0, 31, 60]


def _tried(store: Store) -> list[float]:
    """How many seconds after the danger was told somebody tried to page."""
    with store.read() as session:
        tries = session.exec(select(PageTry.at).order_by(col(PageTry.at))).all()
    return [(at - NIGHT).total_seconds() for at in tries]


def _seen_by_two_at_once(store: Store) -> None:
    """Two press at the same moment; one of them is written down."""
    with store.write() as session:
        two = [factories.an_operator(session, name, now=NIGHT).id for name in ("Alice", "Bob")]
        alert = session.exec(select(Alert.id)).one()

    def see(who: str) -> str | None:
        with store.write() as session:
            return alerts.acknowledge(session, alert, who, now=NIGHT).acknowledged_by

    said = threads.at_once(see, two)
    assert len(set(said)) == 1
    assert said[0] in two
