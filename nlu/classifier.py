"""Which intent a text has, with calibrated probabilities: a linear model in numpy, nothing else."""

import json
from dataclasses import dataclass
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge import normalise
from nlu import tokenise

Floats = NDArray[np.float32]
FORMAT = 2
SHOWN = 5


class NoModel(FileNotFoundError):
    """The folder holds no model of this format: `helpline nlu train` makes one."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The two best intents with their probabilities."""

    label: str
    probability: float
    second: str
    second_probability: float
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by feature and label. `temperature` makes the probabilities honest."""

    labels: tuple[str, ...]
    vocabulary: dict[str, int]
    idf: Floats
    weights: Floats
    bias: Floats
    temperature: float
    threshold: float
    margin: float

    def sure(self, guess: Guess) -> bool:
        """Whether the guess may be acted on without asking back."""
        close = guess.probability - guess.second_probability < self.margin
        return guess.probability >= self.threshold and not close

    def logits(self, text: str) -> tuple[Floats, Floats, list[str]]:
        """Scores of all labels, and what each known feature added, for a normalised text."""
        counts = tokenise.counts(text)
        known = [name for name in counts if name in self.vocabulary]
        if not known:
            return self.bias, np.zeros((0, len(self.labels)), np.float32), known
        rows = np.fromiter((self.vocabulary[name] for name in known), np.intp, len(known))
        tf = np.fromiter((1 + log(counts[name]) for name in known), np.float32, len(known))
        values = tf * self.idf[rows]
        values /= np.linalg.norm(values)
        added = self.weights[rows] * values[:, None]
        return added.sum(axis=0) + self.bias, added, known

    def probabilities(self, text: str) -> Floats:
        """One probability a label, in the order of `labels`."""
        scores, _, _ = self.logits(text)
        return softmax(scores / self.temperature)

    def guess(self, text: str) -> Guess:
        """The two best labels of a normalised text, and what spoke for the first."""
        scores, added, known = self.logits(text)
        chances = softmax(scores / self.temperature)
        order = np.argsort(-chances)
        best, second = int(order[0]), int(order[min(1, len(order) - 1)])
        because: tuple[str, ...] = ()
        if known:
            lead = added[:, best] - added.mean(axis=1)
            top = np.argsort(-lead)[:SHOWN]
            said = (known[at] for at in top if lead[at] > 0)
            unsaid = (tokenise.LENGTH, tokenise.KIND)
            because = tuple(name.removeprefix("w:") for name in said if not name.startswith(unsaid))
        return Guess(
            label=self.labels[best],
            probability=float(chances[best]),
            second=self.labels[second],
            second_probability=float(chances[second]),
            because=because,
        )


def softmax(scores: Floats) -> Floats:
    """Probabilities of scores, without overflow."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    total: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return total


def prepare(text: str) -> str:
    """The text as the model sees it, at serving and at training alike."""
    return normalise.normalise(tokenise.window(text)).text


def save(model: Model, folder: Path) -> None:
    """Two files: model.json for the words and settings, model.npz for the numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = {
        "format": FORMAT,
        "labels": model.labels,
        "temperature": model.temperature,
        "threshold": model.threshold,
        "margin": model.margin,
        "vocabulary": list(model.vocabulary),
    }
    text = json.dumps(facts, ensure_ascii=False)
    (folder / "model.json").write_text(text, encoding="utf-8")
    with (folder / "model.npz").open("wb") as file:
        np.savez_compressed(
            file, idf=model.idf, weights=model.weights.astype(np.float16), bias=model.bias
        )


def load(folder: Path) -> Model:
    """The model of a folder. Raises NoModel where there is none of this format."""
    try:
        facts = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        with np.load(folder / "model.npz", allow_pickle=False) as numbers:
            idf, weights, bias = numbers["idf"], numbers["weights"], numbers["bias"]
    except (OSError, ValueError, KeyError) as error:
        raise NoModel(f"{folder} holds no model: run `helpline nlu train`.") from error
    if facts.get("format") != FORMAT:
        raise NoModel(f"{folder} holds a model of another version: run `helpline nlu train`.")
    return Model(
        labels=tuple(facts["labels"]),
        vocabulary={name: at for at, name in enumerate(facts["vocabulary"])},
        idf=idf.astype(np.float32),
        weights=weights.astype(np.float32),
        bias=bias.astype(np.float32),
        temperature=float(facts["temperature"]),
        threshold=float(facts["threshold"]),
        margin=float(facts["margin"]),
    )
