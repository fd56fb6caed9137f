"""The words are the same whether read anew or kept, and a spoilt file costs time, never a word."""

from pathlib import Path

import pytest

from nlu.dictionary import OURS, Shelf, Words


@pytest.fixture(scope="module")
def anew() -> Words:
    """Both dictionaries, read without a folder."""
    return Shelf().words()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the words are kept."""
    path = tmp_path_factory.mktemp("kept")
    Shelf().make_ready(path)
    return path


def test_kept_words_are_those_that_were_read(anew: Words, folder: Path) -> None:
    shelf = Shelf()
    shelf.make_ready(folder)
    assert shelf.words() == anew


def test_our_words_have_their_own_count_and_kind(anew: Words) -> None:
    for line in OURS.read_text(encoding="utf-8").splitlines():
        word, often, kind = line.split()
        assert (anew.often[word], anew.kinds[word]) == (int(often), kind)


def test_jiebas_words_and_their_beginnings_are_there(anew: Words) -> None:
    assert anew.kinds["残疾人"] == "n"
    assert anew.often["残疾人"] > 0
    assert anew.often["中华人民共"] == 0
    assert "中华人民共" not in anew.kinds


@pytest.mark.parametrize("left", [b"", b"PK\x03\x04 cut off", b"not a model"])
def test_a_spoilt_file_is_read_anew(folder: Path, anew: Words, left: bytes) -> None:
    (kept,) = folder.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(left)
    shelf = Shelf()
    shelf.make_ready(folder)
    kept.write_bytes(whole)
    assert shelf.words() == anew


def test_a_folder_that_takes_nothing_does_no_harm(tmp_path: Path, anew: Words) -> None:
    (tmp_path / "file").touch()
    shelf = Shelf()
    shelf.make_ready(tmp_path / "file")
    assert shelf.words() == anew
