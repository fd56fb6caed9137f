"""Learnt models come back from disk as they were; a spoilt file costs time, never an answer."""

from pathlib import Path

import pytest

from knowledge.learning import Example
from knowledge.remembering import Memory

QUESTIONS = ("低保要什么条件", "要带哪些材料", "去哪里办")


def _examples() -> list[Example[str]]:
    return [Example(text, text[:2]) for text in QUESTIONS]


def _never() -> list[Example[str]]:
    raise AssertionError("It was kept: nothing is to be learnt.")


def test_a_kept_model_scores_as_the_learnt_one(tmp_path: Path) -> None:
    learnt = Memory(tmp_path).model("guides", "1", _examples, str)

    kept = Memory(tmp_path).model("guides", "1", _never, str)

    assert kept.labels == learnt.labels
    assert kept.scores("低保的条件").tolist() == learnt.scores("低保的条件").tolist()


def test_new_content_is_learnt_and_takes_the_place_of_the_old(tmp_path: Path) -> None:
    Memory(tmp_path).model("guides", "1", _examples, str)

    Memory(tmp_path).model("guides", "2", _examples, str)

    assert [path.name.split("-")[1] for path in tmp_path.iterdir()] == ["2"]


@pytest.mark.parametrize("left", [b"", b"PK\x03\x04 cut off", b"not a model"])
def test_a_spoilt_file_is_learnt_anew(tmp_path: Path, left: bytes) -> None:
    Memory(tmp_path).model("guides", "1", _examples, str)
    (place,) = tmp_path.iterdir()
    place.write_bytes(left)

    assert Memory(tmp_path).model("guides", "1", _examples, str).labels == ("低保", "要带", "去哪")
    assert place.stat().st_size > len(left)


def test_a_folder_that_cannot_be_made_keeps_nothing_and_still_answers(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")

    model = Memory(tmp_path / "taken" / "learnt").model("guides", "1", _examples, str)

    assert len(model.labels) == len(QUESTIONS)


def test_content_that_has_passed_is_checked_anew_only_when_it_changes(tmp_path: Path) -> None:
    looked: list[str] = []
    for version in ("1", "1", "2"):
        Memory(tmp_path).check_once("rules", version, lambda: looked.append("looked"))
    assert len(looked) == 2


def test_content_that_does_not_pass_is_refused_at_every_start(tmp_path: Path) -> None:
    def refuse() -> None:
        raise ValueError("not right")

    for _ in range(2):
        with pytest.raises(ValueError, match="not right"):
            Memory(tmp_path).check_once("rules", "1", refuse)
