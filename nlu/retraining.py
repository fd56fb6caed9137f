"""Whether a model that learnt new sentences is better: both kinds judged by unseen sentences."""

import hashlib
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import yaml
from pydantic import BaseModel, TypeAdapter

from nlu import evaluate, examples, freshness, training
from nlu.comparison import Comparison, Pair
from nlu.examples import Example

# Every so manieth shipped sentence is kept from both models, to judge them by.
JUDGES = 5
NICE = 10


class _Scored(BaseModel):
    f1: float


class _Report(BaseModel):
    accuracy: float
    macro_f1: float
    intents: dict[str, _Scored]


class _Row(BaseModel):
    text: str
    intent: str


ROWS = TypeAdapter(list[_Row])


def retrain(data: Path, lessons: Sequence[Example], out: Path) -> Comparison:
    """Train on everything into `out`, and say what the lessons changed on unseen sentences."""
    began = perf_counter()
    shipped = examples.read(data)
    judges = [one for one in shipped if _judges(one)]
    seen = [one for one in shipped if not _judges(one)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before = _trained(seen, folder / "before")
        after = _trained([*seen, *lessons], folder / "after") if lessons else before
        old, new = _judged(judges, before), _judged(judges, after)
        known = [_share(lessons, model) for model in (before, after)]
        _train_all(data, lessons, folder, out)
    return Comparison(
        judged=len(judges),
        lessons=len(lessons),
        accuracy=Pair(before=old.accuracy, after=new.accuracy),
        macro_f1=Pair(before=old.macro_f1, after=new.macro_f1),
        lessons_right=Pair(before=known[0], after=known[1]),
        intents={
            intent: Pair(before=score.f1, after=new.intents[intent].f1)
            for intent, score in old.intents.items()
        },
        seconds=round(perf_counter() - began, 1),
    )


def _train_all(data: Path, lessons: Sequence[Example], folder: Path, out: Path) -> None:
    _write([*examples.read(data), *lessons], folder / "all.yml")
    training.train(folder / "all.yml", out)
    # It belongs to these shipped sentences and this code: another release trains it anew.
    freshness.stamp(data, out)


def _judges(one: Example) -> bool:
    return hashlib.sha256(one.text.encode()).digest()[0] % JUDGES == 0


def _trained(lines: Sequence[Example], folder: Path) -> Path:
    folder.mkdir()
    _write(lines, folder / "lines.yml")
    training.train(folder / "lines.yml", folder)
    return folder


def _judged(lines: Sequence[Example], model: Path) -> _Report:
    _write(lines, model / "judges.yml")
    return _Report.model_validate(evaluate.evaluate(model / "judges.yml", model))


def _share(lessons: Sequence[Example], model: Path) -> float:
    return _judged(lessons, model).accuracy if lessons else 0.0


def _write(lines: Sequence[Example], path: Path) -> None:
    rows = [{"text": one.text, "intent": one.intent} for one in lines]
    path.write_text(yaml.safe_dump(rows, allow_unicode=True), encoding="utf-8")


def main(data: Path, out: Path) -> None:
    """Read lessons as JSON, train, and write the comparison as JSON: a process of its own."""
    os.nice(NICE)
    rows = ROWS.validate_json(sys.stdin.buffer.read())
    found = retrain(data, [Example(row.text, row.intent, ()) for row in rows], out)
    sys.stdout.write(found.model_dump_json())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
