"""Where tests find what set-up made for them."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
CACHE = ROOT / ".cache"
MODEL = CACHE / "model"
# What is learnt from the content is learnt by the first process and read by the others.
LEARNT = CACHE / "learnt"
SENTENCES = ROOT / "nlu" / "rasa" / "data"
HELDOUT = ROOT / "tests" / "heldout"
