"""A channel under test, and what stands behind it."""

from collections.abc import Iterator

import pytest

from bot.helpline import Helpline
from tests.api.conftest import helpline, shelf
from tests.channels import rigs
from tests.channels.kit import Pushed, Rig

__all__ = ["helpline", "shelf"]


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
