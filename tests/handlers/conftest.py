"""Somebody to talk with the pure handlers."""

import pytest

from knowledge.library import Library
from nlu.interpreter import InProcess
from tests.handlers.talk import Talk


@pytest.fixture
def talk(interpreter: InProcess, library: Library) -> Talk:
    """A conversation that has just begun, in Zichuan, with somebody on duty."""
    return Talk(interpreter, library)
