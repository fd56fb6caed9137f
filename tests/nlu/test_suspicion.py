"""Words that no rule counts can still worry; everyday words do not."""

from datetime import UTC, datetime

import pytest

from knowledge.names import Hazard
from nlu import examples, suspicion
from nlu.interpreter import InProcess

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["低保要什么条件", "我妈八十五了，能领高龄补贴吗", "谢谢，再见", ""]
)
def test_everyday_words_do_not_worry(engine: InProcess, text: str) -> None:
    assert engine.read(text, now=NOW).worry < suspicion.WORRIED


def test_a_counted_danger_is_no_longer_a_suspicion(engine: InProcess) -> None:
    read = engine.read("我不想活了", now=NOW)
    assert read.hazard is Hazard.SELF_HARM
    assert read.worry == 0.0


def test_danger_told_in_other_words_worries(engine: InProcess) -> None:
    assert engine.watch.weigh("我想就这么沉到水里去,什么都不管了") >= suspicion.WORRIED


def test_an_engine_without_a_watch_suspects_nothing() -> None:
    assert suspicion.Watch(None).weigh("我不想活了") == 0.0


def test_every_kind_of_danger_has_sentences() -> None:
    kinds = {example.intent for example in examples.read(suspicion.SENTENCES)}
    assert kinds == {str(hazard) for hazard in Hazard}


def test_the_answer_unsafe_is_a_danger(engine: InProcess) -> None:
    assert engine.read("我现在不安全", now=NOW).hazard is Hazard.VIOLENCE
    assert engine.read("我现在安全", now=NOW).hazard is Hazard.NONE
