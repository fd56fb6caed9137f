"""Makes what the tests need and a bare machine does not have: a trained model and a browser."""

import sys

from nlu import freshness, training
from tests.journeys import chromium
from tests.places import CACHE, MODEL, SENTENCES


def main() -> None:
    """Train once, find or install Chromium once; say what is done."""
    CACHE.mkdir(exist_ok=True)
    if not freshness.is_current(SENTENCES, MODEL):
        sys.stderr.write("Training the language model for the tests …\n")
        training.train(SENTENCES, MODEL)
        freshness.stamp(SENTENCES, MODEL)
    chromium.ensure()


if __name__ == "__main__":
    main()
