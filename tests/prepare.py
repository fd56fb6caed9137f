"""Makes what the tests need and a bare machine does not have: a trained model and a browser."""

import sys

from nlu import freshness
from tests.journeys import chromium
from tests.places import CACHE, MODEL, SENTENCES


def main() -> None:
    """Train once, find or install Chromium once; say what is done."""
    CACHE.mkdir(exist_ok=True)
    if freshness.train_if_stale(SENTENCES, MODEL) is not None:
        sys.stderr.write("Trained the language model for the tests.\n")
    chromium.ensure()


if __name__ == "__main__":
    main()
