"""What these tests only read, loaded once a process: the shipped knowledge and the engine."""

from functools import cache

from knowledge.library import Library
from nlu.interpreter import InProcess
from tests.places import MODEL


@cache
def library() -> Library:
    """The shipped knowledge."""
    return Library.load()


@cache
def engine() -> InProcess:
    """The model that the test command trained."""
    return InProcess.load(MODEL)


def everything() -> None:
    """Load both."""
    library()
    engine()
