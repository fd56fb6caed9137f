"""Search is measured on files in BEIR layout, and bad files are named."""

import json
from pathlib import Path

import pytest

from knowledge import evaluation
from knowledge.evaluation import EvaluationError

TEXTS = {"d1": "农村危房改造补助", "d2": "学生助学金", "d3": "医疗救助比例"}
ASKED = {"q1": "危房改造", "q2": "助学金", "q3": "危房", "unjudged": "别的"}
JUDGED = [("q1", "d1"), ("q2", "d2"), ("q3", "d3")]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    corpus, queries, qrels = (tmp_path / name for name in ("c.jsonl", "q.jsonl", "t.tsv"))
    corpus.write_text(_lines(TEXTS), encoding="utf-8")
    queries.write_text(_lines(ASKED), encoding="utf-8")
    rows = ["query-id\tcorpus-id\tscore", *(f"{q}\t{d}\t1" for q, d in JUDGED)]
    qrels.write_text("\n".join(rows), encoding="utf-8")
    return corpus, queries, qrels


def _lines(texts: dict[str, str]) -> str:
    rows = [{"_id": name, "title": "", "text": text, "other": 1} for name, text in texts.items()]
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n\n"


def test_the_figures_are_those_of_the_contract(files: tuple[Path, Path, Path]) -> None:
    found = evaluation.evaluate(*files)
    assert found["recall@1"] == pytest.approx(2 / 3, abs=1e-4)
    assert (found["documents"], found["queries"]) == (3, 3)
    assert set(found) == {
        "recall@1", "recall@10", "mrr@10", "ndcg@10",
        "p50_ms", "p99_ms", "index_seconds", "documents", "queries",
    }  # fmt: skip


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_bad_line_is_named_with_its_file(files: tuple[Path, Path, Path], at: int) -> None:
    files[at].write_text(files[at].read_text(encoding="utf-8") + "\nnonsense", encoding="utf-8")
    with pytest.raises(EvaluationError, match=files[at].name):
        evaluation.evaluate(*files)


def test_a_missing_file_is_named(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="absent"):
        evaluation.evaluate(tmp_path / "absent.jsonl", *files[1:])


def test_judgements_of_other_questions_are_refused(files: tuple[Path, Path, Path]) -> None:
    files[2].write_text("x\td1\t1\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match="judges no question"):
        evaluation.evaluate(*files)
