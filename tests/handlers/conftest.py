"""Somebody to talk with the pure handlers."""

import pytest

from knowledge.library import Library
from nlu.interpreter import InProcess
from tests.handlers import loaded
from tests.handlers.talk import Talk


@pytest.fixture(scope="session")
def library() -> Library:
    """The shipped knowledge."""
    return loaded.library()


@pytest.fixture(scope="session")
def interpreter() -> InProcess:
    """The model that the test command trained."""
    return loaded.engine()


@pytest.fixture
def talk(interpreter: InProcess, library: Library) -> Talk:
    """A conversation that has just begun, in Zichuan, with somebody on duty."""
    return Talk(interpreter, library)
