"""How our search compares with bm25s and tantivy on the same BEIR sets, and what each part adds.

    python benchmarks/retrieval.py FOLDER [FOLDER …]

A folder holds corpus.jsonl, queries.jsonl and qrels/*.tsv. Every engine indexes and answers in
this one process, one after another; times are those of the machine it runs on.
"""

import argparse
import random
import resource
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import bm25s
import jieba
import numpy as np
import tantivy
from rich.console import Console
from rich.table import Table

from knowledge import evaluation, tokens
from knowledge.evaluation import Collection, Figures
from knowledge.ranking import Weights
from knowledge.search import Index, Record

DEEPEST = 10
PARTS = ("question_words", "singles", "stretch", "other_place")
MANY = 100_000
CLAUSE = 120
MILLISECONDS = 1000
Find = Callable[[str], Sequence[str]]
Cut = Callable[[str], list[str]]


def main() -> None:
    """Print one table a set, then the figures at 100,000 clauses."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--large", action="store_true", help="also index 100,000 clauses")
    arguments = parser.parse_args()
    console = Console(width=110)
    for folder in arguments.folders:
        qrels = next((folder / "qrels").glob("*.tsv"))
        collection = evaluation.read(folder / "corpus.jsonl", folder / "queries.jsonl", qrels)
        console.print(_table(folder.name, _rows(collection)))
    if arguments.large:
        console.print(_large(collection))


def _rows(collection: Collection) -> Iterable[tuple[str, Figures]]:
    for name, cut in (("words", _words), ("pairs", _pairs)):
        yield f"bm25s, {name}", _with_bm25s(collection, cut)
        yield f"tantivy, {name}", _with_tantivy(collection, cut)
    yield "ours", evaluation.run(collection)
    for part in PARTS:
        yield f"ours without {part}", evaluation.run(collection, Weights().without(part))


def _with_bm25s(collection: Collection, cut: Cut) -> Figures:
    started = time.perf_counter()
    engine = bm25s.BM25()
    engine.index([cut(_text(record)) for record in collection.records], show_progress=False)
    seconds = time.perf_counter() - started

    def find(question: str) -> list[str]:
        found, _ = engine.retrieve([cut(question)], k=DEEPEST, show_progress=False)
        return [collection.records[at].id for at in found[0]]

    return evaluation.measure(collection, find, index_seconds=seconds)


def _with_tantivy(collection: Collection, cut: Cut) -> Figures:
    started = time.perf_counter()
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", fast=True)
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(64_000_000, 1)
    for row, record in enumerate(collection.records):
        document = tantivy.Document()
        document.add_unsigned("row", row)
        document.add_text("text", " ".join(cut(_text(record))))
        writer.add_document(document)
    writer.commit()
    index.reload()
    seconds = time.perf_counter() - started

    def find(question: str) -> list[str]:
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, "text", term))
            for term in cut(question)
        ]
        searcher = index.searcher()
        hits = searcher.search(tantivy.Query.boolean_query(clauses), DEEPEST).hits
        rows = searcher.fast_field_values("row", [address for _, address in hits])
        return [collection.records[int(row or 0)].id for row in rows]

    return evaluation.measure(collection, find, index_seconds=seconds)


def _text(record: Record) -> str:
    return f"{record.title}\n{record.text}"


def _pairs(text: str) -> list[str]:
    return list(tokens.pairs_of(text.lower()))


def _words(text: str) -> list[str]:
    return [word for word in jieba.cut(text.lower()) if word.isalnum()]


def _large(collection: Collection) -> str:
    """Index 100,000 stretches of the last set; time, memory, and one clause changed."""
    chance = random.Random(0)  # noqa: S311
    texts = [record.text for record in collection.records]
    records = [Record(str(at), "", _clause(chance, texts)) for at in range(MANY)]
    before = _memory()
    started = time.perf_counter()
    index = Index(records)
    seconds = time.perf_counter() - started
    times = []
    for question in list(collection.questions.values())[:1000]:
        asked = time.perf_counter()
        index.find(question)
        times.append(MILLISECONDS * (time.perf_counter() - asked))
    put = time.perf_counter()
    index.put(Record("0", "", _clause(chance, texts)))
    changed = MILLISECONDS * (time.perf_counter() - put)
    p50, p99 = np.percentile(times, [50, 99])
    return (
        f"{MANY} clauses: indexed in {seconds:.1f} s, {_memory() - before:.0f} MiB more, "
        f"p50 {p50:.2f} ms, p99 {p99:.2f} ms, one clause changed in {changed:.0f} ms"
    )


def _clause(chance: random.Random, texts: Sequence[str]) -> str:
    text = chance.choice(texts)
    start = chance.randrange(max(1, len(text) - CLAUSE))
    return text[start : start + CLAUSE] + chance.choice(texts)[: CLAUSE // 4]


def _memory() -> float:
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _table(name: str, rows: Iterable[tuple[str, Figures]]) -> Table:
    table = Table(title=name)
    for heading in ("system", "R@1", "R@10", "MRR@10", "nDCG@10", "p50 ms", "p99 ms", "index s"):
        table.add_column(heading, justify="left" if heading == "system" else "right")
    for system, figures in rows:
        quality = (figures.recall_1, figures.recall_10, figures.mrr_10, figures.ndcg_10)
        speed = (figures.p50_ms, figures.p99_ms, figures.index_seconds)
        table.add_row(system, *(f"{x:.4f}" for x in quality), *(f"{x:.2f}" for x in speed))
    return table


if __name__ == "__main__":
    main()
