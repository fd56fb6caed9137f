"""Every line of entity_cases.yml gives the value a resident means."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from knowledge import lexicon
from knowledge.normalise import normalise
from nlu import entities
from nlu.understanding import Amount, DateSpan, Disability, Entity, EntityName, IdNumber
from tests import tables

SUNDAY = datetime(2026, 11, 22, 4, tzinfo=UTC)
CASES: dict[str, dict[str, object]] = tables.read(Path(__file__).with_name("entity_cases.yml"))
LINES = [(name, text, value) for name, lines in CASES.items() for text, value in lines.items()]


@cache
def region_of(code: str) -> str:
    return next(row[2] for row in lexicon.rows("places.tsv") if row[0] == code)


def plain(entity: Entity) -> object:
    """The value as the file writes it."""
    match entity.value:
        case Amount(fen_low=low, fen_high=high, per=per):
            return [low, high, str(per)]
        case DateSpan(start=start, end=end):
            return f"{start}/{end}"
        case Disability(kind=kind, grade=grade):
            return [kind, grade]
        case IdNumber(valid=valid):
            return valid
        case str(code) if entity.name == EntityName.REGION:
            return region_of(code)
        case _:
            return entity.to_json()["value"]


@pytest.mark.parametrize(("name", "text", "value"), LINES)
def test_the_value_meant_is_found(name: str, text: str, value: object) -> None:
    found = entities.find(normalise(text), now=SUNDAY).entities
    assert value in [plain(entity) for entity in found if entity.name == name]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("household_size", "我和老伴的低保怎么办"),
        ("household_size", "我和老伴都病了"),
        ("household_size", "兄弟俩打起来了"),
        ("household_size", "他儿子三个月没回来"),
        ("date", "半夜来敲门"),
        ("date", "夜来香多少钱"),
        ("amount", "走了半年没回"),
        ("age", "打了七十出头的电话"),
        ("age", "二十有五斤"),
        ("phone", "12345"),
        ("id_number", "订单号123456789012345678901"),
    ],
)
def test_what_only_looks_like_a_value(name: str, text: str) -> None:
    found = entities.find(normalise(text), now=SUNDAY).entities
    assert [entity.text for entity in found if entity.name == name] == []
