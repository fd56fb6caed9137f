"""A name that is a word as well is hidden where its place tells that it is one, and only there."""

import random

import pytest

from benchmarks import masked_names
from nlu import names

MOST = 200
# Of made-up names of every kind, behind what announces them: what may still be read at most.
ENOUGH = 0.03


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("陆游住院了", "[姓名]住院了"),
        ("我老公陆游瘫痪", "我老公[姓名]瘫痪"),
        ("我姓管，我儿子叫管虎", "我姓[姓名]，我儿子叫[姓名]"),
        ("我儿子叫向前，腿坏了", "我儿子叫[姓名]，腿坏了"),
        ("上次是高山接的电话", "上次是[姓名]接的电话"),
        ("我要找温暖", "我要找[姓名]"),
        ("江河的低保停了", "[姓名]的低保停了"),
        ("邻居云飞家没米了", "邻居[姓名]家没米了"),
        ("申请人平安，今年七十", "申请人[姓名]，今年七十"),
        ("户主是时光", "户主是[姓名]"),
    ],
)
def test_a_name_that_is_a_word_is_hidden_by_its_place(text: str, hidden: str) -> None:
    assert names.mask(text) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "我爸高血压住院了",
        "我儿子高中没读完",
        "我老公成天在外面",
        "我妈白血病要化疗",
        "我老公向来不管家",
        "我爸时好时坏",
        "平安就好",
        "高兴得睡不着",
        "水平有限，不会填表",
        "我们村的水管坏了",
        "全家都住院了",
        "要找工作",
        "我爷爷明明不能自理",
        "医院说能报销",
    ],
)
def test_a_word_that_is_no_name_stays(text: str) -> None:
    assert names.mask(text) == text


@pytest.mark.parametrize("kind", ["one", "two", "words"])
def test_hardly_a_made_up_name_passes_behind_what_announces_it(kind: str) -> None:
    frames = ["我儿子{}在外地打工", "户主是{}", "帮我爸{}问一下残疾证", "{}的低保批下来没有"]
    some = masked_names.made_up()[kind]
    dice = random.Random(kind)  # noqa: S311
    drawn = dice.sample(some, min(MOST, len(some)))
    slips = list(masked_names.slips(frames, drawn))
    assert sum(slips) <= ENOUGH * len(slips)
