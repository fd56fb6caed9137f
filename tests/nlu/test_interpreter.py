"""The engine answers every text, says how sure it is, and speaks the contract's shape."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.names import Hazard, Intent, Priority
from nlu import classifier
from nlu.interpreter import InProcess
from nlu.understanding import Writer

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
SLOW = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@SLOW
@given(text=st.text(alphabet=st.characters(), max_size=80))
def test_no_text_makes_it_fail(engine: InProcess, text: str) -> None:
    found = engine.read(text, now=NOW)
    json.dumps(found.to_json(), ensure_ascii=False).encode()
    assert 0 <= found.confidence <= 1


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00\x07", "\ud800", "😀😀", "\u202e\u200f", "没" * 100_000, "1" * 100_000],
    ids=["empty", "blank", "control", "surrogate", "emoji", "rtl", "long", "digits"],
)
def test_strange_texts_are_answered(engine: InProcess, text: str) -> None:
    found = engine.read(text, now=NOW)
    assert found.priority is Priority.P2


def test_an_empty_text_is_never_sure(engine: InProcess) -> None:
    assert not engine.read("", now=NOW).sure


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("你好", Intent.GREET),
        ("谢谢你", Intent.THANK),
        ("低保要什么条件", Intent.ASK_POLICY),
        ("我想转人工", Intent.ASK_HUMAN),
        ("不知道", Intent.UNSURE),
        ("重新开始", Intent.RESTART),
        ("我要举报村支书给亲戚办低保", Intent.FILE_COMPLAINT),
    ],
)
def test_plain_wishes_are_understood(engine: InProcess, text: str, intent: Intent) -> None:
    found = engine.read(text, now=NOW)
    assert found.intent is intent
    assert found.because


def test_danger_at_the_end_of_a_hundred_thousand_characters_is_found(engine: InProcess) -> None:
    found = engine.read("我家的情况说来话长。" * 10_000 + "我不想活了", now=NOW)
    assert found.hazard is Hazard.SELF_HARM
    assert found.priority is Priority.P0


def test_offsets_are_those_of_the_unchanged_input(engine: InProcess) -> None:
    text = "😀家裡三口人！！！！每月１２００元"
    for entity in engine.read(text, now=NOW).entities:
        assert text[entity.start : entity.end] == entity.text


def test_the_contract_shape_has_exactly_its_keys(engine: InProcess) -> None:
    shape = engine.read("洞头低保多少钱", now=NOW).to_json()
    assert list(shape) == [
        "text",
        "intent",
        "confidence",
        "programme",
        "aspect",
        "region",
        "hazard",
        "priority",
        "entities",
    ]
    assert (shape["programme"], shape["aspect"], shape["region"]) == ("dibao", "amount", "dongtou")


@pytest.mark.parametrize(
    ("text", "writer"),
    [
        ("我今年八岁", Writer.CHILD),
        ("爸爸打我，不敢告诉老师", Writer.CHILD),
        ("我帮隔壁邻居问一下", Writer.HELPER),
        ("我是网格员，这户老人没人管", Writer.HELPER),
        ("我不识字", Writer.DEPENDENT),
        ("我想申请低保", Writer.SELF),
        ("我今年八十岁", Writer.SELF),
    ],
)
def test_who_is_writing(engine: InProcess, text: str, writer: Writer) -> None:
    assert engine.read(text, now=NOW).writer is writer


@pytest.mark.parametrize("noise", ["嘀嘀嗒嗒", "嘶嘶", "咔咔咔", "汪汪汪", "jjjj", "？？？", "……"])
def test_noise_means_nothing_for_sure(engine: InProcess, noise: str) -> None:
    assert not engine.read(noise, now=NOW).sure


@pytest.mark.parametrize("answer", ["嗯", "好", "是", "ok"])
def test_a_short_yes_is_sure(engine: InProcess, answer: str) -> None:
    found = engine.read(answer, now=NOW)
    assert (found.intent, found.sure) == (Intent.AFFIRM, True)


def test_no_model_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(classifier.NoModel, match="nlu train"):
        InProcess.load(tmp_path)
