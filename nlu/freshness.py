"""Whether a trained model still belongs to the sentences, words and code it was made from."""

import hashlib
from pathlib import Path

from nlu import training
from nlu.training import Report

STAMP = "made_from.txt"
NLU = Path(__file__).parent
KNOWLEDGE = NLU.parent / "knowledge"
CODE = (
    NLU / "classifier.py",
    NLU / "training.py",
    NLU / "examples.py",
    NLU / "tokenise.py",
    KNOWLEDGE / "normalise.py",
)


def is_current(data: Path, model: Path) -> bool:
    """Whether the model in the folder was made from exactly these sentences and this code."""
    stamp = model / STAMP
    return stamp.exists() and stamp.read_text(encoding="utf-8") == _fingerprint(data)


def train_if_stale(data: Path, model: Path) -> Report | None:
    """Train when needed; None when the model was current."""
    if is_current(data, model):
        return None
    report = training.train(data, model)
    (model / STAMP).write_text(_fingerprint(data), encoding="utf-8")
    return report


def _fingerprint(data: Path) -> str:
    sentences = sorted(data.rglob("*.yml")) if data.is_dir() else [data]
    words = sorted((KNOWLEDGE / "lexicon").glob("*.*"))
    digest = hashlib.sha256()
    for path in (*sentences, *words, *CODE):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
