"""One unit of work, and Alice and Bob, who sit at the desk."""

from collections.abc import Iterator

import pytest

from cases.database import Session, Store
from cases.operators import Operator
from tests import factories
from tests.clock import Clock


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    """One unit of work on each database."""
    with store.write() as opened:
        yield opened


@pytest.fixture
def alice(session: Session, clock: Clock) -> Operator:
    """Who holds the chat."""
    return factories.an_operator(session, now=clock.now)


@pytest.fixture
def bob(session: Session, clock: Clock) -> Operator:
    """A colleague."""
    return factories.an_operator(session, "Bob", now=clock.now)
