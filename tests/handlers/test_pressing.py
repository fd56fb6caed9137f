"""A pressed button is no cry for help; what is typed freely, and a button that is one, are."""

from datetime import UTC, datetime

import pytest

from handlers import pressing
from knowledge.names import Hazard, Priority, Region
from nlu.interpreter import InProcess
from tests.handlers.talk import Talk

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
ALONE = "家里没人照顾"
ORPHAN = "父母都不在了、或者找不到的孩子"
OFFERED = [ALONE, ORPHAN, "60岁以上的老人", "受到家庭暴力", "不知道"]


def hazard(engine: InProcess, text: str, offered: list[str]) -> Hazard:
    return pressing.heard(engine.read(text, now=NOW), offered).hazard


@pytest.mark.parametrize("text", [ALONE, ORPHAN])
def test_words_that_sound_of_danger_are_none_on_a_button(interpreter: InProcess, text: str) -> None:
    assert hazard(interpreter, text, []) is not Hazard.NONE
    assert hazard(interpreter, text, OFFERED) is Hazard.NONE


def test_several_buttons_pressed_together_are_no_danger(interpreter: InProcess) -> None:
    said = pressing.heard(interpreter.read(f"60岁以上的老人、{ORPHAN}", now=NOW), OFFERED)
    assert (said.hazard, said.suspicion, said.priority) == (Hazard.NONE, Hazard.NONE, Priority.P2)


@pytest.mark.parametrize(
    "text", [f"{ALONE}，我妈摔倒起不来了", f"{ORPHAN}，孩子在挨打", "我不想活了"]
)
def test_one_word_more_is_read_like_anything_typed(interpreter: InProcess, text: str) -> None:
    assert hazard(interpreter, text, OFFERED) is not Hazard.NONE


def test_a_button_that_is_a_danger_stays_one_beside_others(interpreter: InProcess) -> None:
    assert hazard(interpreter, "受到家庭暴力", OFFERED) is Hazard.VIOLENCE
    assert hazard(interpreter, "60岁以上的老人、受到家庭暴力", OFFERED) is Hazard.VIOLENCE


def test_the_button_of_an_earlier_turn_is_typed_freely_now(interpreter: InProcess) -> None:
    assert hazard(interpreter, ORPHAN, ["不知道", "不想说"]) is not Hazard.NONE


def test_an_orphan_ticked_in_the_opening_leaves_the_form_as_it_is(talk: Talk) -> None:
    talk.region = Region.ZICHUAN
    talk.says("帮我查查能申请什么")
    assert ORPHAN in talk.offered
    talk.says(ORPHAN)
    assert not talk.outcome.commands
    assert talk.state.form is not None
    assert talk.state.form.kind == "prescreen"
