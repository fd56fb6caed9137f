"""Whether a trained model still belongs to the sentences, words and code it was made from."""

import hashlib
import sys
from pathlib import Path

STAMP = "made_from.txt"
NLU = Path(__file__).parent
KNOWLEDGE = NLU.parent / "knowledge"
CODE = (
    NLU / "classifier.py",
    NLU / "training.py",
    NLU / "examples.py",
    NLU / "tokenise.py",
    NLU / "suspicion.py",
    NLU / "hazard_examples.yml",
    NLU / "hazard_development.yml",
    KNOWLEDGE / "normalise.py",
)


def is_current(data: Path, model: Path) -> bool:
    """Whether the model in the folder was made from exactly these sentences and this code."""
    stamp = model / STAMP
    return stamp.exists() and stamp.read_text(encoding="utf-8") == _fingerprint(data)


def stamp(data: Path, model: Path) -> None:
    """Note in the model's folder what it was made from."""
    (model / STAMP).write_text(_fingerprint(data), encoding="utf-8")


def _fingerprint(data: Path) -> str:
    sentences = sorted(data.rglob("*.yml")) if data.is_dir() else [data]
    words = sorted((KNOWLEDGE / "lexicon").glob("*.*"))
    digest = hashlib.sha256()
    for path in (*sentences, *words, *CODE):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    # For set-up, which must not pay for the imports of training when nothing is to be trained.
    sys.exit(0 if is_current(Path(sys.argv[1]), Path(sys.argv[2])) else 1)
