"""How the in-process model is trained, and how sure is sure enough, both on held-out folds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.multiclass import OneVsRestClassifier

from knowledge.names import P0_HAZARDS
from nlu import classifier, examples, suspicion, tokenise

SEED = 20260701
FOLDS = 5
ORDINARY = Path(__file__).parent / "rasa" / "data"
NOT_ORDINARY = frozenset({"report_emergency", "file_complaint"})
EVERY = 3
FEWEST_LABELS = 2
UNSEEN = -10.0
TEMPERATURES = tuple(float(t) for t in np.geomspace(0.05, 2.0, 40))
WANTED_PRECISION = 0.97
SLACK = 0.85
THRESHOLDS = tuple(float(t) for t in np.arange(0.2, 0.9, 0.02))
MARGINS = tuple(float(m) for m in np.arange(0.0, 0.4, 0.02))
LEAST_ANSWERED = 0.84


@dataclass(frozen=True, slots=True)
class Report:
    """What a training came to; accuracy is that of the held-out folds."""

    examples: int
    intents: int
    features: int
    accuracy: float
    calibration_error: float
    temperature: float
    threshold: float
    margin: float
    answered: float
    right_when_answered: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The threshold and margin under which enough of the acted-on guesses are right."""

    threshold: float
    margin: float
    answered: float
    right: float


Scores = NDArray[np.float64]
Numbers = NDArray[np.intp]


def train(data: Path, out: Path) -> Report:
    """Train on all sentences under `data` and write the model to `out`. Deterministic.

    The model of suspicion, which is always trained on our own sentences, is written beside it.
    """
    report = learn(examples.read(data), out, named=data)
    classifier.save(_suspicious(), out / suspicion.FOLDER)
    return report


def learn(found: Sequence[examples.Example], out: Path, *, named: Path) -> Report:
    """One model of labelled sentences, written to `out`."""
    began = perf_counter()
    model, choice, chances, wanted = _model(found, named)
    classifier.save(_in_order(model), out)
    return Report(
        examples=len(found),
        intents=len(model.labels),
        features=len(model.vocabulary),
        accuracy=float((chances.argmax(axis=1) == wanted).mean()),
        calibration_error=calibration_error(chances, wanted),
        temperature=model.temperature,
        threshold=choice.threshold,
        margin=choice.margin,
        answered=choice.answered,
        right_when_answered=choice.right,
        seconds=perf_counter() - began,
    )


@cache
def _suspicious() -> classifier.Model:
    """The model that tells danger to life from all else; the same whenever it is trained."""
    own = [*examples.read(suspicion.SENTENCES), *examples.read(suspicion.DEVELOPMENT)]
    lines = [_by_gravity(line) for line in own]
    ordinary = [line for line in examples.read(ORDINARY) if line.intent not in NOT_ORDINARY]
    lines += [replace(line, intent=suspicion.CALM) for line in ordinary[::EVERY]]
    return _in_order(_model(lines, suspicion.SENTENCES)[0])


def _by_gravity(line: examples.Example) -> examples.Example:
    grave = line.intent in P0_HAZARDS
    return replace(line, intent=suspicion.DANGER if grave else suspicion.CALM)


def _model(
    found: Sequence[examples.Example], named: Path
) -> tuple[classifier.Model, Choice, NDArray[np.float32], Numbers]:
    """The model, its threshold, and the probabilities of the sentences when held out."""
    texts = [classifier.prepare(example.text) for example in found]
    labels = sorted({example.intent for example in found})
    if len(labels) < FEWEST_LABELS:
        raise examples.BadTrainingFile(f"{named} holds a single intent: give at least two.")
    wanted = np.array([labels.index(example.intent) for example in found], np.intp)
    bags = [tokenise.features(text) for text in texts]
    held_out = _held_out(bags, wanted, len(labels))
    temperature = _temperature(held_out, wanted)
    chances = classifier.softmax((held_out / temperature).astype(np.float32))
    choice = _choose(chances, wanted)
    vectoriser, weights, bias = _fit(bags, wanted, len(labels))
    model = classifier.Model(
        labels=tuple(labels),
        vocabulary={name: int(at) for name, at in vectoriser.vocabulary_.items()},
        idf=vectoriser.idf_.astype(np.float32),
        weights=weights.astype(np.float32),
        bias=bias.astype(np.float32),
        temperature=temperature,
        threshold=choice.threshold,
        margin=choice.margin,
    )
    return model, choice, chances, wanted


def _in_order(model: classifier.Model) -> classifier.Model:
    """The vocabulary listed by row, which is how it is written."""
    rows = sorted(model.vocabulary.items(), key=lambda item: item[1])
    return classifier.Model(
        labels=model.labels,
        vocabulary=dict(rows),
        idf=model.idf,
        weights=model.weights,
        bias=model.bias,
        temperature=model.temperature,
        threshold=model.threshold,
        margin=model.margin,
    )


def _same(bag: list[str]) -> list[str]:
    return bag


def _fit(
    bags: Sequence[list[str]], wanted: Numbers, labels: int
) -> tuple[TfidfVectorizer, Scores, Scores]:
    vectoriser = TfidfVectorizer(analyzer=_same, sublinear_tf=True)
    table: csr_matrix = vectoriser.fit_transform(bags)
    one = LogisticRegression(
        C=20, solver="liblinear", dual=True, tol=0.01, class_weight="balanced", random_state=SEED
    )
    machine = OneVsRestClassifier(one).fit(table, wanted)
    weights = np.vstack([each.coef_ for each in machine.estimators_])
    bias = np.concatenate([each.intercept_ for each in machine.estimators_])
    if labels == FEWEST_LABELS:
        weights = np.vstack([-weights, weights])
        bias = np.concatenate([-bias, bias])
    return vectoriser, weights.T, bias


def _held_out(bags: Sequence[list[str]], wanted: Numbers, labels: int) -> Scores:
    """The scores of every sentence by a model that has not seen it."""
    scores = np.full((len(bags), labels), UNSEEN)
    for seen, unseen in _folds(wanted):
        kinds = np.unique(wanted[seen])
        vectoriser, weights, bias = _fit([bags[at] for at in seen], wanted[seen], len(kinds))
        table = vectoriser.transform([bags[at] for at in unseen])
        scores[np.ix_(unseen, kinds)] = table @ weights + bias
    return scores


def _folds(wanted: Numbers) -> list[tuple[Numbers, Numbers]]:
    """Every intent in every fold where it has sentences enough, else as they fall."""
    fewest = int(np.bincount(wanted).min())
    if fewest < FEWEST_LABELS:
        plain = KFold(min(FOLDS, len(wanted)), shuffle=True, random_state=SEED)
        return list(plain.split(wanted))
    even = StratifiedKFold(min(FOLDS, fewest), shuffle=True, random_state=SEED)
    return list(even.split(wanted, wanted))


def _temperature(scores: Scores, wanted: Numbers) -> float:
    """The temperature under which the held-out answers are least surprising."""
    rows = np.arange(len(wanted))

    def surprise(temperature: float) -> float:
        chances = classifier.softmax((scores / temperature).astype(np.float32))
        return float(-np.log(np.maximum(chances[rows, wanted], 1e-9)).mean())

    return min(TEMPERATURES, key=surprise)


def _choose(chances: NDArray[np.float32], wanted: Numbers) -> Choice:
    """Most answered among the rules that are right often enough when they answer."""
    order = np.sort(chances, axis=1)
    best, second = order[:, -1], order[:, -2]
    right = chances.argmax(axis=1) == wanted
    choices = []
    for threshold in THRESHOLDS:
        for margin in MARGINS:
            answered = (best >= threshold) & (best - second >= margin)
            if answered.any():
                share = float(answered.mean())
                choices.append(Choice(threshold, margin, share, float(right[answered].mean())))
    good = [choice for choice in choices if choice.right >= WANTED_PRECISION]
    enough = [choice for choice in choices if choice.answered >= LEAST_ANSWERED]
    answered_most = max(good, key=lambda choice: choice.answered, default=None)
    if answered_most is not None and answered_most.answered >= LEAST_ANSWERED:
        return answered_most
    return max(enough or choices, key=lambda choice: (choice.right, choice.answered))


def calibration_error(chances: NDArray[np.float32], wanted: Numbers, bins: int = 10) -> float:
    """Expected calibration error: how far confidence is from being right, on average."""
    best = chances.max(axis=1)
    right = chances.argmax(axis=1) == wanted
    slots = np.minimum((best * bins).astype(int), bins - 1)
    gaps = [
        abs(best[slots == slot].mean() - right[slots == slot].mean()) * (slots == slot).mean()
        for slot in range(bins)
        if (slots == slot).any()
    ]
    return float(sum(gaps))
