"""Content is read whole or not at all, and what is wrong is named with its file and place."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from knowledge import library as libraries
from knowledge.entries import Document
from knowledge.library import Library, fresh
from knowledge.loading import LibraryError, read_entry
from knowledge.names import Aspect, Category, Hazard, Matter, Programme, Region

TODAY = date(2026, 11, 22)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the shipped content that a test may spoil."""
    copy = tmp_path / "content"
    shutil.copytree(libraries.CONTENT, copy)
    return copy


def test_every_name_of_a_closed_set_has_a_label(library: Library) -> None:
    for names in (Programme, Aspect, Matter, Hazard, Category):
        assert all(library.label(name) for name in names)
    assert all(library.region_name(region) for region in Region)


def test_a_clause_leads_to_its_document(library: Library) -> None:
    for clause_id in library.clauses:
        document = library.document_of(clause_id)
        assert library.clause(clause_id) in document.clauses


def test_only_numbers_verified_lately_are_shown(library: Library) -> None:
    shown = library.hotlines_for("", Region.LONGYAN, on=TODAY)
    assert {"110", "12345", "12356"} <= {line.number for line in shown}
    assert "12349" not in {line.number for line in shown}
    assert library.hotlines_for("", None, on=TODAY + timedelta(days=500)) == ()


def test_a_number_grows_stale_after_four_hundred_days(library: Library) -> None:
    line = next(line for line in library.hotlines if line.verified)
    assert line.verified is not None
    assert fresh(line, line.verified + timedelta(days=400))
    assert not fresh(line, line.verified + timedelta(days=401))


def test_the_emergency_numbers_are_shown_first(library: Library) -> None:
    numbers = {line.number for line in library.emergency_hotlines(on=TODAY)}
    assert {"110", "119", "120"} <= numbers


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("national/guides/dibao.yml", "id: [", "line 2"),
        ("national/guides/dibao.yml", "id: dibao\nid: dibao\n", "line 2.*twice"),
        ("dongtou/units.yml", "region: atlantis\nmatters: {}\n", "line 1: region"),
        ("dongtou/guides/dibao.yml", "id: dibao\ntitle: a\nregion: longyan\n", "write dongtou"),
        ("regions.yml", "[]", "national is missing"),
        ("phrases.toml", "= 1", "mend the file"),
        (
            "dongtou/guides/dibao.yml",
            "{id: dibao, title: a, region: dongtou, answers: {where: {says: a, cites: [nowhere]}}}",
            "cites nowhere",
        ),
    ],
)
def test_spoilt_content_is_named_with_file_and_mend(
    content: Path, file: str, text: str, message: str
) -> None:
    (content / file).write_text(text, encoding="utf-8")
    with pytest.raises(LibraryError, match=f"{Path(file).name}.*{message}"):
        Library.load(content)


def test_the_same_clause_id_in_two_documents_is_refused(content: Path) -> None:
    folder = content / "dongtou" / "documents"
    original = next(folder.glob("*.yml"))
    shutil.copy(original, folder / "zz-copy.yml")
    with pytest.raises(LibraryError, match=r"zz-copy.*stands in"):
        Library.load(content)


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.yml"
    path.write_bytes("题目".encode("gb18030"))
    with pytest.raises(LibraryError, match="UTF-8"):
        read_entry(path, Document)


def test_the_version_changes_with_the_content(content: Path) -> None:
    before = Library.load(content).version
    with (content / "labels.yml").open("a", encoding="utf-8") as labels:
        labels.write("# changed\n")
    assert Library.load(content).version != before
