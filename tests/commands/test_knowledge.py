"""Asking, checking and importing work from the command line as the contract says."""

import json
from pathlib import Path

import pytest

from tests.commands import typed
from tests.places import MODEL

TEXT = "关于困难家庭帮扶的办法\n第一条 困难家庭可以申请帮扶。\n第二条 镇政府在十日内答复。\n"


@pytest.mark.parametrize(
    ("run", "words", "programme", "clause"),
    [
        (typed.anew, ("低保要什么条件",), "dibao", "第18条"),
        (typed.here, ("特困供养给多少钱", "--region", "zichuan"), "tekun", "一(二)2"),
        (
            typed.here,
            ("低保标准是多少", "--region", "dongtou", "--on", "2027-03-01"),
            "dibao",
            "表9",
        ),
    ],
)
def test_a_question_is_answered(
    tmp_path: Path, run: typed.Run, words: tuple[str, ...], programme: str, clause: str
) -> None:
    (typed.a_folder(tmp_path) / "model").symlink_to(MODEL)
    done = run(tmp_path, "ask", *words, "--json")
    given = json.loads(done.stdout)
    assert (done.returncode, given["programme"]) == (0, programme)
    assert given["citations"][0]["clause"] == clause


def test_the_check_names_undated_documents_without_failing(tmp_path: Path) -> None:
    done = typed.anew(typed.a_folder(tmp_path), "knowledge", "check")
    assert done.returncode == 0
    assert "未注明施行日期：《" in done.stdout


def test_one_file_gives_one_draft_and_several_a_list(tmp_path: Path) -> None:
    file = tmp_path / "办法.txt"
    file.write_text(TEXT, encoding="utf-8")
    words = ("--region", "zichuan", "--json")
    one = typed.here(tmp_path, "knowledge", "import", str(file), *words)
    two = typed.here(tmp_path, "knowledge", "import", str(file), str(file), *words)
    assert len(json.loads(one.stdout)["clauses"]) == 2
    assert json.loads(two.stdout) == [json.loads(one.stdout)] * 2
