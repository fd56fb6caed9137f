"""Places, programmes and sides of a question are found, where they stand in the input."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.names import Aspect, Programme, Region
from knowledge.normalise import normalise
from nlu import entities, gazetteer, topics
from nlu.understanding import EntityName

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
PIECES = st.sampled_from(
    (
        *("低保", "家裡三口人", "每月一千二", "１３８００００１２３４", "下周三上午", "肢体二级"),
        *("尿毒症", "上杭县", "才溪镇", "65岁", "底保", "😀", "好好好好", "\ud800", "半年"),
        *("DT-261122-000345", "。", "，", "\n", "一", "半", "几", "11010519491231002X"),
    )
)


@given(st.lists(PIECES, max_size=12))
def test_every_value_stands_where_it_says(pieces: list[str]) -> None:
    normal = normalise("".join(pieces))
    found = entities.find(normal, now=NOW).entities
    for entity in found:
        assert normal.source[entity.start : entity.end] == entity.text
    for first, second in pairwise(found):
        assert first.end <= second.start


@pytest.mark.parametrize(
    ("text", "code", "region"),
    [
        ("洞头", "330305", Region.DONGTOU),
        ("北岙街道", "330305001", Region.DONGTOU),
        ("上杭县才溪镇", "350823107", Region.LONGYAN),
        ("龍岩", "350800", Region.LONGYAN),
        ("淄川区洪山镇", "370302115", Region.ZICHUAN),
        ("永定洪山镇", "350803116", Region.LONGYAN),
        ("同心县", "640324", Region.NINGXIA),
        ("丰泽泉秀", "350503003", Region.FENGZE),
    ],
)
def test_places_down_to_the_street(text: str, code: str, region: Region) -> None:
    found = gazetteer.find(normalise(text).text)[-1]
    assert (found.place.code, found.place.region) == (code, region)


def test_a_name_borne_by_two_places_is_left_open() -> None:
    assert gazetteer.find("我住洪山镇") == []


@pytest.mark.parametrize(
    ("text", "programme"),
    [
        ("低保要啥条件", Programme.DIBAO),
        ("五保户怎么申请", Programme.TEKUN),
        ("低保户能申请公租房吗", Programme.HOUSING),
        ("低保边缘的收入线是低保的几倍", Programme.DIBAO_MARGIN),
        ("临时救助要什么材料", Programme.TEMPORARY_EMERGENCY),
        ("大病花太多，临时救助给几倍", Programme.TEMPORARY_EXPENDITURE),
        ("轮椅免费领找谁", Programme.ASSISTIVE_DEVICES),
        ("重残补贴", Programme.DISABILITY_NURSING),
        ("今天天气真好", None),
    ],
)
def test_programme(text: str, programme: Programme | None) -> None:
    plain = normalise(text).text
    assert topics.programme(plain, topics.programmes(plain)) is programme


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("低保要啥条件", Aspect.CONDITIONS),
        ("残补多少钱一个月", Aspect.AMOUNT),
        ("办低保带什么材料", Aspect.DOCUMENTS),
        ("低保怎么申请", Aspect.PROCESS),
        ("多久能批下来", Aspect.DURATION),
        ("去哪里办", Aspect.WHERE),
        ("民政局电话多少", Aspect.CONTACT),
        ("低保多长时间审核一次", Aspect.REVIEW),
        ("不批怎么办，能复议吗", Aspect.RIGHTS),
        ("什么是司法救助", Aspect.DEFINITION),
        ("你好", None),
    ],
)
def test_aspect(text: str, aspect: Aspect | None) -> None:
    assert topics.aspect(normalise(text).text) is aspect


def test_an_entity_carries_the_value_of_the_contract() -> None:
    found = entities.find(normalise("家裡三口人，每月一千二"), now=NOW).entities
    rows = [entity.to_json() for entity in found]
    assert rows[0] == {
        "name": EntityName.HOUSEHOLD_SIZE,
        "value": 3,
        "text": "三口人",
        "start": 2,
        "end": 5,
    }
    assert rows[1]["value"] == {"fen_low": 120_000, "fen_high": 120_000, "per": "month"}
