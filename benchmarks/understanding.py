"""How well and how fast messages are understood, beside plain baselines and Rasa where one runs.

    python -m benchmarks.understanding [--train FILE --test FILE] [--ordinary FOLDER]

--train/--test: another intent set in Rasa YAML. --ordinary: a folder with corpus.jsonl and
queries.jsonl of texts without danger. With HELPLINE_RASA_URL the same test lines are also asked of
that server, masked as the helpline would send them (`make rasa` serves it and keeps its token).
"""

import argparse
import json
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.pipeline import Pipeline, make_pipeline

from benchmarks import measuring
from benchmarks.peers import rasa_server
from knowledge import lexicon
from knowledge.names import Hazard, Intent, Priority, priority_of
from knowledge.normalise import normalise
from nlu import classifier, examples, hazards, tokenise, training, writer
from nlu.interpreter import InProcess
from nlu.understanding import DateSpan, Duration, Entity, EntityName

ROOT = Path(__file__).parents[1]
DATA = ROOT / "nlu" / "rasa" / "data"
HELD_OUT = ROOT / "tests" / "heldout"
INTENT_FILES = ("ordinary", "hard", "hard_2")
VALUE_FILES = ("entities", "entities_2")
DANGER_FILES = ("hazards", "hazards_3", "hazards_4", "hazards_5", "hazards_6", "hazards_7")
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
LENGTHS = (100, 1_000, 10_000, 100_000)
STORY = "家里的情况说来话长，我老公去年走了，留下三个孩子，每月收入一千二。"
SEEDS = {
    "a story": STORY,
    "emoji": "😭🙏🏻👨‍👩‍👧😂❤️",
    "right to left": "\u202e\u200f低保\u202c\u2067عربي\u2069",
    "surrogates": "\ud800我\udfff\ud83d没米",
    "digits": "1396441234537030219560314",
    "any": "".join(chr(point) for point in range(1, 0x30000, 97)),
}
PARSED = 2_000

Rows = list[dict[str, object]]
Chances = NDArray[np.float64]
Scorer = Callable[[Sequence[str]], tuple[list[str], Chances]]


@dataclass(frozen=True, slots=True)
class Set:
    """Lines to be judged, and the labels in the order of the probabilities."""

    name: str
    lines: tuple[examples.Example, ...]


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=Path)
    parser.add_argument("--test", type=Path)
    parser.add_argument("--ordinary", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder)
        began = time.perf_counter()
        training.train(DATA, model)
        trained = time.perf_counter() - began
        sets = _held_out()
        _show_intents(_read(DATA), sets, rasa=True)
        _show_classes(model, sets)
        if arguments.train and arguments.test:
            _show_intents(_read(arguments.train), [Set("given", _read(arguments.test))], rasa=False)
        _show_values(InProcess.load(model))
        _show_danger(arguments.ordinary)
        _show_speed(model, trained)


def _held_out() -> list[Set]:
    """Ordinary lines, and hard ones of two writers, each alone and together."""
    ordinary, first, second = (_read(HELD_OUT / f"{name}.yml") for name in INTENT_FILES)
    return [
        Set("ordinary", ordinary),
        Set("hard, first writer", first),
        Set("hard, second writer", second),
        Set("hard, both", first + second),
    ]


def _read(path: Path) -> tuple[examples.Example, ...]:
    return tuple(examples.read(path))


def _show_intents(lines: Sequence[examples.Example], sets: Sequence[Set], *, rasa: bool) -> None:
    rows = [row for name, make in _engines() for row in _judge(name, make, lines, sets)]
    peer = rasa_server.find() if rasa else None
    if peer is not None:
        rows += [_row("rasa", one, *_asked(peer, one), seconds=peer.trained_in) for one in sets]
    elif rasa:
        print("HELPLINE_RASA_URL is not set (`make rasa`, Python 3.10): no column of Rasa.")
    columns = ("engine", "set", "lines", "accuracy", "macro F1", "oos AUROC", "ECE", "train s")
    measuring.show("Intents: top label, no threshold", columns, rows)


def _engines() -> Iterator[tuple[str, Callable[[], Pipeline | None]]]:
    yield "ours", lambda: None
    yield "char 1-2 TF-IDF + LR", lambda: _baseline(_characters(2))
    yield "char 1-3 TF-IDF + LR", lambda: _baseline(_characters(3))
    yield "jieba words + LR", lambda: _baseline(TfidfVectorizer(analyzer=tokenise.words))


def _characters(longest: int) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer="char", ngram_range=(1, longest), sublinear_tf=True)


def _baseline(features: TfidfVectorizer) -> Pipeline:
    return make_pipeline(features, LogisticRegression(C=10, max_iter=300))


def _judge(
    name: str,
    make: Callable[[], Pipeline | None],
    lines: Sequence[examples.Example],
    sets: Sequence[Set],
) -> Iterator[tuple[str, ...]]:
    began = time.perf_counter()
    peer = make()
    score = _ours(lines) if peer is None else _fitted(peer, lines)
    seconds = f"{time.perf_counter() - began:.1f}"
    for one in sets:
        labels, chances = score([line.text for line in one.lines])
        yield _row(name, one, labels, chances, seconds=seconds)


def _ours(lines: Sequence[examples.Example]) -> Scorer:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "lines.yml"
        rows = [{"text": line.text, "intent": line.intent} for line in lines]
        source.write_text(yaml.safe_dump(rows, allow_unicode=True), encoding="utf-8")
        training.train(source, Path(folder))
        model = classifier.load(Path(folder))

    def score(texts: Sequence[str]) -> tuple[list[str], Chances]:
        table = [model.probabilities(classifier.prepare(text)) for text in texts]
        return list(model.labels), np.array(table, dtype=np.float64)

    return score


def _fitted(peer: Pipeline, lines: Sequence[examples.Example]) -> Scorer:
    peer.fit([line.text for line in lines], [line.intent for line in lines])

    def score(texts: Sequence[str]) -> tuple[list[str], Chances]:
        return [str(label) for label in peer.classes_], peer.predict_proba(texts)

    return score


def _asked(peer: rasa_server.Server, one: Set) -> tuple[list[str], Chances]:
    return rasa_server.chances(peer, [line.text for line in one.lines])


def _row(
    name: str, one: Set, labels: list[str], chances: Chances, *, seconds: str
) -> tuple[str, ...]:
    wanted = [line.intent for line in one.lines]
    guessed = [labels[at] for at in chances.argmax(axis=1)]
    places = np.array([labels.index(intent) for intent in wanted], np.intp)
    error = training.calibration_error(chances.astype(np.float32), places)
    hits = sum(left == right for left, right in zip(wanted, guessed, strict=True))
    outside = [intent == Intent.OUT_OF_SCOPE for intent in wanted]
    ranked = f"{_auroc(labels, chances, outside):.3f}" if any(outside) else ""
    return (
        name,
        one.name,
        str(len(wanted)),
        f"{hits / len(wanted):.3f}",
        f"{f1_score(wanted, guessed, average='macro'):.3f}",
        ranked,
        f"{error:.3f}",
        seconds,
    )


def _auroc(labels: list[str], chances: Chances, outside: list[bool]) -> float:
    return float(roc_auc_score(outside, chances[:, labels.index(Intent.OUT_OF_SCOPE)]))


def _show_classes(folder: Path, sets: Sequence[Set]) -> None:
    """F1 of every intent on each set."""
    model = classifier.load(folder)
    columns = []
    for one in sets:
        wanted = [line.intent for line in one.lines]
        guessed = [model.guess(classifier.prepare(line.text)).label for line in one.lines]
        columns.append(f1_score(wanted, guessed, average=None, labels=list(model.labels)))
    rows = [
        (label, *(f"{column[at]:.3f}" for column in columns))
        for at, label in enumerate(model.labels)
    ]
    measuring.show("F1 of every intent", ("intent", *(one.name for one in sets)), rows)


def _show_values(engine: InProcess) -> None:
    columns = [_tally(engine, f"{name}.yml") for name in VALUE_FILES]
    names = sorted({name for right, _ in columns for name in right})
    rows = [(name, *(_of(column, (name,)) for column in columns)) for name in names]
    rows.append(("all", *(_of(column, names) for column in columns)))
    measuring.show("Values: exact", ("value", *VALUE_FILES), rows)


def _of(column: tuple[Counter[str], Counter[str]], names: Sequence[str]) -> str:
    right, wanted = (sum(counts[name] for name in names) for counts in column)
    return f"{right}/{wanted} {right / wanted:.3f}" if wanted else ""


def _tally(engine: InProcess, file: str) -> tuple[Counter[str], Counter[str]]:
    """How many values of each kind were right, and how many there are."""
    right: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for row in _load(file):
        found = [(entity.name, _value(entity)) for entity in _entities(engine, str(row["text"]))]
        for mark in _marks(row):
            name = str(mark["name"])
            wanted[name] += 1
            right[name] += (name, _wanted(mark)) in found
    return right, wanted


def _load(name: str) -> Rows:
    rows: Rows = yaml.safe_load((HELD_OUT / name).read_text(encoding="utf-8"))
    return rows


def _marks(row: dict[str, object]) -> Rows:
    marks = row["entities"]
    return [mark for mark in marks if isinstance(mark, dict)] if isinstance(marks, list) else []


def _entities(engine: InProcess, text: str) -> tuple[Entity, ...]:
    return engine.read(text, now=NOW).entities


def _value(entity: Entity) -> object:
    """The value as the held-out file writes it."""
    match entity.value:
        case DateSpan(start=start, end=end):
            return [start.isoformat(), end.isoformat()]
        case Duration(years=years, months=months, days=days, hours=hours):
            return (12 * years + months, days, hours)
        case _ if entity.name == EntityName.REGION:
            return _regions()[str(entity.value)]
        case _:
            return entity.to_json()["value"]


@cache
def _regions() -> dict[str, str]:
    return {row[0]: row[2] for row in lexicon.rows("places.tsv")}


def _wanted(mark: dict[str, object]) -> object:
    value = mark["value"]
    if mark["name"] != EntityName.DURATION or not isinstance(value, dict):
        return value
    months = 12 * value.get("years", 0) + value.get("months", 0)
    return (months, value.get("days", 0) + 7 * value.get("weeks", 0), value.get("hours", 0))


def _look(text: str) -> Hazard:
    plain = normalise(text).text
    return hazards.look(plain, writer.guess(plain)).hazard


def _show_danger(ordinary: Path | None) -> None:
    rows = [row for name in DANGER_FILES for row in _judge_danger(name)]
    measuring.show("Danger", ("lines", "number", "as grave or graver", "same kind"), rows)
    if ordinary is not None:
        _show_false_alarms(ordinary)


def _judge_danger(name: str) -> Iterator[tuple[str, ...]]:
    lines = _load(f"{name}.yml")
    for wanted in ("P0", "P1", "none"):
        those = [line for line in lines if _gravity(line) == wanted]
        found = [_look(str(line["text"])) for line in those]
        kinds = sum(str(kind) == line["hazard"] for kind, line in zip(found, those, strict=True))
        share = sum(_enough(kind, wanted) for kind in found) / len(those)
        yield f"{name} {wanted}", str(len(those)), f"{share:.3f}", f"{kinds / len(those):.3f}"


def _gravity(line: dict[str, object]) -> str:
    return "none" if line["hazard"] == Hazard.NONE else str(line["priority"])


def _enough(found: Hazard, wanted: str) -> bool:
    if wanted == "none":
        return found is Hazard.NONE
    return priority_of(found) <= Priority(wanted)


def _show_false_alarms(folder: Path) -> None:
    texts = list(_texts(folder))
    found = [(text, _look(text)) for text in texts]
    alarms = [(text, kind) for text, kind in found if priority_of(kind) is Priority.P0]
    rows = [(str(kind), text[:40].replace("\n", " ")) for text, kind in alarms]
    share = len(alarms) / len(texts)
    title = f"Flagged P0 among {len(texts)} ordinary texts: {len(alarms)} ({share:.2%})"
    measuring.show(title, ("kind", "text"), rows)


def _texts(folder: Path) -> Iterator[str]:
    for name in ("queries.jsonl", "corpus.jsonl"):
        with (folder / name).open(encoding="utf-8") as lines:
            yield from (str(json.loads(line)["text"]) for line in lines)


def _show_speed(model: Path, trained: float) -> None:
    began = time.perf_counter()
    engine = InProcess.load(model)
    start = time.perf_counter() - began
    lines = [line.text for line in _read(DATA)][:PARSED]
    times = tuple(_timed(engine, lines))
    timing = measuring.Timing(seconds=times, lasted=sum(times))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = sum(file.stat().st_size for file in model.iterdir()) / 1024
    rows = [
        ("parse p50, ms", f"{timing.percentile(0.5):.2f}"),
        ("parse p99, ms", f"{timing.percentile(0.99):.2f}"),
        ("messages a second", f"{timing.rate:.0f}"),
        ("load, warm process, s", f"{start:.2f}"),
        ("train, s", f"{trained:.1f}"),
        ("model, KiB", f"{size:.0f}"),
        ("peak memory with training, MiB", f"{memory:.0f}"),
    ]
    measuring.show(f"Speed in process ({measuring.machine()})", ("what", "figure"), rows)
    long = [
        (f"{length:,}", *(f"{_one(engine, seed, length):.1f}" for seed in SEEDS.values()))
        for length in LENGTHS
    ]
    measuring.show("Milliseconds against characters", ("characters", *SEEDS), long)
    peer = rasa_server.find()
    if peer is not None:
        rasa_server.show(peer, lines)


def _timed(engine: InProcess, lines: Iterable[str]) -> Iterator[float]:
    for line in lines:
        began = time.perf_counter()
        engine.read(line, now=NOW)
        yield time.perf_counter() - began


def _one(engine: InProcess, seed: str, length: int) -> float:
    text = (seed * (length // len(seed) + 1))[:length]
    began = time.perf_counter()
    engine.read(text, now=NOW)
    return (time.perf_counter() - began) * measuring.MILLISECONDS


if __name__ == "__main__":
    main()
