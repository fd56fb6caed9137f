"""Any Rasa YAML trains a model, the same one every time, and scores as the contract says."""

from pathlib import Path

import pytest

from nlu import classifier, evaluate, examples, training

TWO = """version: "3.1"
nlu:
- intent: hello
  examples: |
    - 你好
    - 您好啊
    - 早上好
    - [两千](amount)你好
    - 喂你好
- intent: bye
  examples: |
    - 再见
    - 拜拜
    - 下次见
    - 再见了您
    - 拜拜了
- synonym: 低保
  examples: |
    - 底保
- lookup: city
  examples: |
    - 洞头
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "two.yml"
    path.write_text(TWO, encoding="utf-8")
    return path


def test_a_file_of_other_intents_trains_and_scores(data: Path, tmp_path: Path) -> None:
    report = training.train(data, tmp_path / "model")
    score = evaluate.evaluate(data, tmp_path / "model")
    assert (report.examples, report.intents) == (10, 2)
    assert set(score) == {"accuracy", "macro_f1", "intents", "examples", "seconds"}
    assert score["accuracy"] == 1.0
    assert score["macro_f1"] == 1.0


def test_training_twice_gives_the_same_model(data: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        training.train(data, tmp_path / name)
    one, two = (tmp_path / name / "model.json" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    first, second = classifier.load(tmp_path / "one"), classifier.load(tmp_path / "two")
    assert (first.weights == second.weights).all()


def test_a_model_is_small_and_remembers_its_rule(model: Path) -> None:
    size = sum(file.stat().st_size for file in model.iterdir())
    loaded = classifier.load(model)
    assert size < 5_000_000
    assert 0 < loaded.threshold < 1
    assert loaded.temperature > 0


def test_marks_are_read_and_taken_out() -> None:
    line = '每月[一千二](amount)，[底保]{"entity": "programme", "value": "dibao"}'
    example = examples.parse(line, "inform")
    assert example.text == "每月一千二，底保"
    assert [(mark.name, mark.value, mark.start, mark.end) for mark in example.entities] == [
        ("amount", "一千二", 2, 5),
        ("programme", "dibao", 6, 8),
    ]


@pytest.mark.parametrize("content", ["", "nlu: []", "- just\n- a list", "a: [", "nlu: 3"])
def test_a_file_that_is_no_training_data_is_refused_in_a_sentence(
    tmp_path: Path, content: str
) -> None:
    path = tmp_path / "bad.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(examples.BadTrainingFile):
        training.train(path, tmp_path / "model")


def test_a_single_intent_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.yml"
    path.write_text('nlu:\n- intent: a\n  examples: "- x"\n', encoding="utf-8")
    with pytest.raises(examples.BadTrainingFile, match="at least two"):
        training.train(path, tmp_path / "model")


def test_an_intent_with_a_single_sentence_does_not_stop_training(tmp_path: Path) -> None:
    path = tmp_path / "few.yml"
    path.write_text(TWO + "- intent: rare\n  examples: |\n    - 谢谢\n", encoding="utf-8")
    assert training.train(path, tmp_path / "model").intents == 3


def test_the_probabilities_of_a_text_add_up(model: Path) -> None:
    loaded = classifier.load(model)
    assert loaded.probabilities("低保要什么条件").sum() == pytest.approx(1, abs=1e-4)
