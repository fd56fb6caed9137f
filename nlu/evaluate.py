"""How good a model is on sentences it has not seen: top label, no threshold."""

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from nlu import classifier, examples


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 of one intent."""

    precision: float
    recall: float
    f1: float
    support: int


def evaluate(data: Path, model: Path) -> dict[str, object]:
    """The contract's object: accuracy, macro F1 over the intents of `data`, each intent, speed."""
    engine = classifier.load(model)
    found = examples.read(data)
    began = perf_counter()
    guessed = [engine.guess(classifier.prepare(example.text)).label for example in found]
    seconds = perf_counter() - began
    wanted = [example.intent for example in found]
    scores = {intent: _score(intent, wanted, guessed) for intent in sorted(set(wanted))}
    hits = sum(left == right for left, right in zip(wanted, guessed, strict=True))
    return {
        "accuracy": round(hits / len(found), 4),
        "macro_f1": round(sum(score.f1 for score in scores.values()) / len(scores), 4),
        "intents": {
            intent: {
                "precision": round(score.precision, 4),
                "recall": round(score.recall, 4),
                "f1": round(score.f1, 4),
                "support": score.support,
            }
            for intent, score in scores.items()
        },
        "examples": len(found),
        "seconds": round(seconds, 4),
    }


def _score(intent: str, wanted: list[str], guessed: list[str]) -> Score:
    pairs = list(zip(wanted, guessed, strict=True))
    hits = sum(left == right == intent for left, right in pairs)
    said = guessed.count(intent)
    support = wanted.count(intent)
    precision = hits / said if said else 0.0
    recall = hits / support if support else 0.0
    both = precision + recall
    return Score(precision, recall, 2 * precision * recall / both if both else 0.0, support)
