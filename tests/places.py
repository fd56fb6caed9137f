"""Where tests find what set-up made for them."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
CACHE = ROOT / ".cache"
MODEL = CACHE / "model"
SENTENCES = ROOT / "nlu" / "rasa" / "data"
HELDOUT = ROOT / "tests" / "heldout"
