"""Households as data go through the real command: once for all lines, not once a line."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot import helpline
from cases import database
from cases.editing import publications
from config.settings import Settings
from knowledge.names import Region
from tests.commands import typed
from tests.knowledge.prescreening import rulebook
from tests.places import ROOT

HERE = Path(__file__).parent
STANDARDS = ROOT / "tests" / "knowledge" / "rules" / "standards.yml"
WORDS = ("--region", "zichuan", "--on", "2026-11-22", "--parameters", str(STANDARDS), "--json")


def lines_of(name: str) -> list[dict]:
    text = (HERE / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


POOR = {
    "household_size": 1,
    "monthly_income": 50000,
    "registered_here": True,
    "property_over_limit": False,
}
HOUSEHOLDS = lines_of("households.jsonl")
WRONG = [
    *lines_of("wrong_households.jsonl"),
    {"said": "40 members", "line": json.dumps({"facts": {"members": [{}] * 40}})},
    {"said": "monthly_income", "line": '{"facts": {"monthly_income": 1' + "0" * 25 + "}}"},
    {"said": "not valid JSON", "line": '{"facts": {"monthly_income": 1' + "0" * 5000 + "}}"},
    {"said": "monthly_income", "line": '{"facts": {"monthly_income": "' + "9" * 5000 + '"}}'},
    {"said": "not valid JSON", "line": '{"facts": ' + "[" * 100_000},
]


def prescreen(place: Path, lines: list[str], *words: str) -> typed.Done:
    folder = typed.a_folder(place)
    return typed.here(folder, "prescreen", *(words or WORDS), said="\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """What the command says to the good households, by their id."""
    lines = [json.dumps({"id": row["id"], "facts": row["facts"]}) for row in HOUSEHOLDS]
    folder = tmp_path_factory.mktemp("data")
    done = typed.anew(folder, "prescreen", *WORDS, said="\n".join(lines) + "\n")
    assert done.returncode == 0, done.stderr
    return {answer["id"]: answer for answer in map(json.loads, done.stdout.splitlines())}


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> list[dict]:
    """What it says to the wrong lines, with a good one after them."""
    lines = [*(row["line"] for row in WRONG), '{"id": "good", "facts": {}}']
    done = prescreen(tmp_path_factory.mktemp("data"), lines)
    assert done.returncode == 2
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_there_are_thirty_households() -> None:
    assert len({row["id"] for row in HOUSEHOLDS}) >= 30


@pytest.mark.parametrize("row", HOUSEHOLDS, ids=lambda row: row["id"])
def test_household_comes_out_as_expected(answered: dict[str, dict], row: dict) -> None:
    found = {p["id"]: p["outcome"] for p in answered[row["id"]]["programmes"]}
    assert {programme: found[programme] for programme in row["expects"]} == row["expects"]


def test_every_unlikely_says_which_clause_and_how_to_apply_all_the_same(
    answered: dict[str, dict],
) -> None:
    programmes = [p for answer in answered.values() for p in answer["programmes"]]
    unlikely = [p for p in programmes if p["outcome"] == "unlikely"]
    assert unlikely
    for programme in unlikely:
        assert any(clause["value"] is False for clause in programme["clauses"])
        assert "照样" in programme["where"]
        assert "45条" in programme["where"]


def test_every_wrong_line_gets_one_object_and_the_rest_goes_on(refused: list[dict]) -> None:
    assert len(refused) == len(WRONG) + 1
    assert refused[-1]["id"] == "good"


@pytest.mark.parametrize("index", range(len(WRONG)), ids=lambda i: f"{i}-{WRONG[i]['said']}")
def test_wrong_line_is_named_with_what_is_wrong(refused: list[dict], index: int) -> None:
    assert refused[index]["line"] == index + 1
    assert WRONG[index]["said"] in refused[index]["error"]
    assert len(refused[index]["error"]) < 300


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--on", "2026-11-22"), "region"),
        (("--region", "atlantis"), "atlantis"),
        (("--region", "zichuan", "--on", "2026-02-30"), "2026-02-30"),
    ],
)
def test_words_that_cannot_be_end_with_one_sentence(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = prescreen(tmp_path, ["{}"], *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""


def test_standards_that_cannot_be_are_named_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.yml"
    text = STANDARDS.read_text(encoding="utf-8").replace("value: 180000", "value: -1")
    path.write_text(text, encoding="utf-8")
    done = prescreen(tmp_path, ["{}"], "--region", "zichuan", "--parameters", str(path))
    assert done.returncode == 2
    assert "mine.yml:5: " in done.stderr
    assert "minimum_wage" in done.stderr


def test_explaining_shows_what_each_clause_looked_at(tmp_path: Path) -> None:
    line = json.dumps({"facts": {"household_size": 2, "monthly_income": 5}})
    done = prescreen(tmp_path, [line], *WORDS, "--explain")
    dibao = json.loads(done.stdout)["programmes"][0]
    income = next(clause for clause in dibao["clauses"] if clause["id"] == "dibao-income")
    assert income["facts"] == {"monthly_income": 5, "household_size": 2}
    assert income["parameters"]["dibao_standard"] == "100000"
    assert income["cite"]["clause"] == "第18条"


def test_who_changes_between_two_days_is_shown_a_line_each(tmp_path: Path) -> None:
    words = ("--region", "zichuan", "--on", "2026-07-01", "--changed-since", "2026-06-30")
    done = prescreen(tmp_path, ['{"id": 7, "facts": {"event": "fire"}}'], *words, "--json")
    emergency = {"id": "temporary_emergency", "before": "need_more", "after": "likely"}
    assert emergency in json.loads(done.stdout)["changes"]


def test_clauses_that_no_household_fails_are_listed(tmp_path: Path) -> None:
    line = json.dumps({"facts": {"property_over_limit": True}})
    listed = json.loads(prescreen(tmp_path, [line], *WORDS, "--never-failed").stdout)
    assert "dibao-property" not in listed
    assert "dibao-income" in listed


@pytest.mark.parametrize("region", list(Region))
def test_no_clause_of_any_region_is_left_that_no_test_ever_failed(
    tmp_path: Path, region: Region
) -> None:
    lines = [
        json.dumps({"facts": {**case["base"], **change}}, default=str)
        for case in rulebook.cases("only_failing")
        for change in case["fails"].values()
    ]
    lines += [json.dumps({"facts": row["facts"]}) for row in HOUSEHOLDS]
    words = ("--region", region.value, *WORDS[2:], "--never-failed")
    assert json.loads(prescreen(tmp_path, lines, *words).stdout) == []


def test_a_standard_published_on_the_console_counts_over_the_file(tmp_path: Path) -> None:
    row = {
        "parameter": "dibao_standard",
        "value": 100000,
        "unit": "fen/person/month",
        "valid_from": "2026-01-01",
        "document": "虚构标准",
    }
    store = helpline.open_store(Settings(data=tmp_path))
    database.upgrade(store)
    with store.write() as session:
        publications.publish(
            session,
            kind="parameter",
            subject="zichuan/dibao_standard",
            body={"values": [row]},
            effective=date(2026, 1, 1),
            drafted_by="alice",
            published_by="bob",
            now=datetime(2026, 1, 1, tzinfo=UTC),
        )
    words = ("--region", "zichuan", "--on", "2026-11-22", "--json")
    done = prescreen(tmp_path, [json.dumps({"facts": POOR})], *words)
    found = {p["id"]: p["outcome"] for p in json.loads(done.stdout)["programmes"]}
    assert found["dibao"] == "likely"
