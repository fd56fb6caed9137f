"""How well and how fast the search finds what a set of questions with known answers asks for."""

import json
import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.ranking import Weights
from knowledge.search import Index, Record

DEEPEST = 10
WARM_UP = 20


class EvaluationError(Exception):
    """A file of the set that cannot be used; the message names it and the mend."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A BEIR set: texts, questions, and which texts answer which question."""

    records: tuple[Record, ...]
    questions: Mapping[str, str]
    relevant: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Quality between 0 and 1, times in milliseconds and seconds."""

    recall_1: float
    recall_10: float
    mrr_10: float
    ndcg_10: float
    p50_ms: float
    p99_ms: float
    index_seconds: float
    documents: int
    queries: int

    def to_json(self) -> dict[str, float | int]:
        """The contract's `knowledge evaluate` object."""
        return {
            "recall@1": round(self.recall_1, 4),
            "recall@10": round(self.recall_10, 4),
            "mrr@10": round(self.mrr_10, 4),
            "ndcg@10": round(self.ndcg_10, 4),
            "p50_ms": round(self.p50_ms, 3),
            "p99_ms": round(self.p99_ms, 3),
            "index_seconds": round(self.index_seconds, 3),
            "documents": self.documents,
            "queries": self.queries,
        }


def read(corpus: Path, queries: Path, qrels: Path) -> Collection:
    """The set in three files; only `_id`, `title` and `text` of each line are read."""
    records = tuple(Record(row["_id"], row["title"], row["text"]) for row in _rows(corpus))
    relevant: dict[str, set[str]] = {}
    for question, document in _judgements(qrels):
        relevant.setdefault(question, set()).add(document)
    questions = {row["_id"]: row["text"] for row in _rows(queries)}
    asked = {name: text for name, text in questions.items() if name in relevant}
    if not asked:
        raise EvaluationError(f"{qrels}: judges no question of {queries}; check the ids")
    return Collection(records, asked, {name: frozenset(ids) for name, ids in relevant.items()})


def evaluate(corpus: Path, queries: Path, qrels: Path) -> dict[str, float | int]:
    """The contract's figures of our search on the set in these three files."""
    return run(read(corpus, queries, qrels)).to_json()


def run(collection: Collection, weights: Weights | None = None) -> Figures:
    """Index the texts, ask every question once, and measure."""
    started = time.perf_counter()
    index = Index(collection.records, weights)
    seconds = time.perf_counter() - started

    def find(question: str) -> Sequence[str]:
        return [hit.id for hit in index.find(question, DEEPEST)]

    return measure(collection, find, index_seconds=seconds)


def measure(
    collection: Collection, find: Callable[[str], Sequence[str]], *, index_seconds: float
) -> Figures:
    """The figures of any engine that gives the ids of its ten best texts."""
    for question in list(collection.questions.values())[:WARM_UP]:
        find(question)
    marks: list[tuple[bool, ...]] = []
    times: list[float] = []
    for name, question in collection.questions.items():
        started = time.perf_counter()
        found = find(question)
        times.append(1000 * (time.perf_counter() - started))
        marks.append(tuple(item in collection.relevant[name] for item in found[:DEEPEST]))
    ideal = [min(len(collection.relevant[name]), DEEPEST) for name in collection.questions]
    return Figures(
        recall_1=_mean(any(row[:1]) for row in marks),
        recall_10=_mean(any(row) for row in marks),
        mrr_10=_mean(1 / (row.index(True) + 1) if any(row) else 0 for row in marks),
        ndcg_10=_mean(
            _gain(row) / _gain((True,) * best) for row, best in zip(marks, ideal, strict=True)
        ),
        p50_ms=float(np.percentile(times, 50)),
        p99_ms=float(np.percentile(times, 99)),
        index_seconds=index_seconds,
        documents=len(collection.records),
        queries=len(collection.questions),
    )


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)


def _gain(row: Sequence[bool]) -> float:
    return sum(1 / math.log2(at + 2) for at, hit in enumerate(row) if hit)


def _rows(path: Path) -> Iterable[dict[str, str]]:
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            yield {"_id": str(row["_id"]), **{k: str(row.get(k) or "") for k in ("title", "text")}}
        except (ValueError, AttributeError, KeyError, TypeError) as error:
            raise EvaluationError(
                f"{path}: line {number} is not a JSON object with _id; mend it"
            ) from error


def _judgements(path: Path) -> Iterable[tuple[str, str]]:
    for number, line in enumerate(_lines(path), start=1):
        cells = line.split("\t")
        if number == 1 and not cells[-1].strip().lstrip("-").isdigit():
            continue
        if not line.strip():
            continue
        if len(cells) < 3 or not cells[2].strip().lstrip("-").isdigit():  # noqa: PLR2004
            raise EvaluationError(
                f"{path}: line {number} is not question, text and score between tabs; mend it"
            )
        if int(cells[2]) > 0:
            yield cells[0], cells[1]


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{path}: cannot be read as UTF-8 text; check the path") from error
