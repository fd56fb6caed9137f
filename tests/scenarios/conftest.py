"""One house on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Client

from api.app import create_app
from bot.helpline import Helpline
from bot.shelf import Shelf
from cases.database import Store
from nlu.interpreter import InProcess
from tests.api import web
from tests.api.conftest import put_together, shelf
from tests.clock import Clock
from tests.scenarios.house import House

__all__ = ["shelf"]


@pytest.fixture
def helpline(store: Store, interpreter: InProcess, shelf: Shelf, tmp_path: Path) -> Helpline:
    """A helpline on each database in turn."""
    return put_together(store, interpreter, shelf, tmp_path)


@pytest.fixture
def house(helpline: Helpline, clock: Clock) -> House:
    """The people of a helpline and its clock."""
    return House(helpline, clock)


@pytest.fixture
def client(helpline: Helpline) -> Iterator[Client]:
    """A browser in front of it."""
    with web.serving(create_app(helpline)) as opened:
        yield opened
