"""A channel under test, and what stands behind it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.helpline import Helpline
from bot.shelf import Shelf
from cases.database import Store
from nlu.interpreter import InProcess
from tests.api.conftest import put_together
from tests.channels import rigs
from tests.channels.kit import Pushed, Rig


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """The shipped knowledge, read once."""
    return Shelf(tmp_path_factory.mktemp("standards"))


@pytest.fixture
def helpline(sqlite_store: Store, interpreter: InProcess, shelf: Shelf, tmp_path: Path) -> Helpline:
    """A helpline over a fresh store."""
    return put_together(sqlite_store, interpreter, shelf, tmp_path)


@pytest.fixture(params=sorted(rigs.EVERY))
def rig(request: pytest.FixtureRequest, helpline: Helpline) -> Iterator[Rig]:
    """Each channel in turn."""
    with rigs.EVERY[str(request.param)](helpline) as found:
        yield found


@pytest.fixture(params=sorted(rigs.PUSHED))
def pushed(request: pytest.FixtureRequest, helpline: Helpline) -> Iterator[Pushed]:
    """Each channel whose messages leave by a sender."""
    with rigs.PUSHED[str(request.param)](helpline) as found:
        yield found
