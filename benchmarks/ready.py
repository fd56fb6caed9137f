"""What has to be there before a benchmark starts: the trained model that the tests use too."""

import sys

from nlu import freshness, training
from tests.places import CACHE, MODEL, SENTENCES


def model() -> None:
    """Train the model once; say so."""
    if freshness.is_current(SENTENCES, MODEL):
        return
    sys.stderr.write("Training the language model …\n")
    CACHE.mkdir(exist_ok=True)
    training.train(SENTENCES, MODEL)
    freshness.stamp(SENTENCES, MODEL)
