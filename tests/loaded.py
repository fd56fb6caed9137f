"""What tests only read, loaded once a process: the shipped knowledge and the trained model."""

from functools import cache
from pathlib import Path

from knowledge.library import Library
from knowledge.remembering import Memory
from nlu import dictionary
from nlu.interpreter import InProcess
from tests.places import LEARNT, MODEL


@cache
def library() -> Library:
    """The shipped knowledge."""
    return Library.load(memory=Memory(LEARNT))


def learnt() -> Path:
    """The folder of what is learnt from the content, made by the first who asks."""
    LEARNT.mkdir(parents=True, exist_ok=True)
    return LEARNT


@cache
def engine() -> InProcess:
    """The model that the test command trained."""
    dictionary.SHELF.make_ready(LEARNT)
    return InProcess.load(MODEL)


def everything() -> None:
    """Load both."""
    library()
    engine()
