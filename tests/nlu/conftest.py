"""A model trained once for these tests, on our own sentences."""

from pathlib import Path

import pytest

from nlu import training
from nlu.interpreter import InProcess
from tests import loaded

DATA = Path(__file__).parents[2] / "nlu" / "rasa" / "data"


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    training.train(DATA, folder)
    return folder


@pytest.fixture(scope="session")
def engine() -> InProcess:
    """The model that the test command trained of the same sentences."""
    return loaded.engine()
