"""Questions across regions and days get the contract's object, with the clause that comes first."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from knowledge import answers
from knowledge.library import Library
from knowledge.names import Region
from nlu.interpreter import InProcess

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
KEYS = [
    "answer",
    "citations",
    "region",
    "programme",
    "aspect",
    "confirm_locally",
    "declined",
    "suggestions",
]
CITED = {"document", "clause", "issued", "region", "grade", "in_force"}
LINES = (Path(__file__).parent / "asks.jsonl").read_text(encoding="utf-8").splitlines()
ASKS = [json.loads(line) for line in LINES]


def said(library: Library, interpreter: InProcess, row: dict) -> dict:
    """What `helpline ask --json` prints for a question, region and day."""
    heard = interpreter.read(row["ask"], now=NOW)
    found = answers.answer(
        library,
        heard.text,
        region=Region(row["region"]) if "region" in row else None,
        on=date.fromisoformat(row["on"]),
        programme=heard.programme,
        aspect=heard.aspect,
    )
    return json.loads(json.dumps(found.to_json()))


def test_there_are_forty_and_every_region() -> None:
    assert len(ASKS) >= 40
    assert {row.get("region", "national") for row in ASKS} == set(Region)
    assert len({row["on"] for row in ASKS}) >= 5


@pytest.mark.parametrize(
    "row", ASKS, ids=lambda row: f"{row['ask']}-{row.get('region')}-{row['on']}"
)
def test_a_question_gets_its_object(library: Library, interpreter: InProcess, row: dict) -> None:
    given = said(library, interpreter, row)
    assert list(given) == KEYS
    assert {key: given[key] for key in row["gives"]} == row["gives"]
    assert all(set(citation) == CITED for citation in given["citations"])
    first = row.get("first")
    assert first is None or {key: given["citations"][0][key] for key in first} == first


def test_nothing_unverified_is_cited(library: Library, interpreter: InProcess) -> None:
    cited = [one for row in ASKS for one in said(library, interpreter, row)["citations"]]
    assert {citation["grade"] for citation in cited} <= {"A", "B"}
