"""The model that the test command trained on our own sentences."""

from pathlib import Path

import pytest

from nlu import freshness
from nlu.interpreter import InProcess
from tests import loaded
from tests.places import MODEL, SENTENCES


@pytest.fixture(scope="session")
def model() -> Path:
    """Its folder."""
    assert freshness.is_current(SENTENCES, MODEL), "run: .venv/bin/python -m tests.prepare"
    return MODEL


@pytest.fixture(scope="session")
def engine() -> InProcess:
    """The model, loaded."""
    return loaded.engine()
