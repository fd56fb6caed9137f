"""Danger is noticed, and talk about danger is left alone."""

from pathlib import Path

import pytest

from knowledge.names import Hazard, Priority, priority_of
from knowledge.normalise import normalise
from nlu import hazards, writer
from tests import tables

CASES = tables.read(Path(__file__).with_name("hazard_cases.yml"))


def look(text: str) -> hazards.Danger:
    plain = normalise(text).text
    return hazards.look(plain, writer.guess(plain))


@pytest.mark.parametrize("case", CASES["own"], ids=lambda case: case["text"])
def test_a_plain_sentence_has_the_danger_it_tells_of(case: dict[str, str]) -> None:
    found = look(case["text"])
    wanted = Priority.P2 if case["priority"] == "none" else Priority(case["priority"])
    assert priority_of(found.hazard) is wanted, found


@pytest.mark.parametrize("case", CASES["moved"], ids=lambda case: case["text"])
def test_what_was_once_missed_stays_mended(case: dict[str, str]) -> None:
    found = priority_of(look(case["text"]).hazard)
    if case["priority"] == "none":
        assert found is Priority.P2
    else:
        assert found <= Priority(case["priority"])


@pytest.mark.parametrize("case", CASES["own"], ids=lambda case: case["text"])
def test_every_danger_comes_with_a_reason(case: dict[str, str]) -> None:
    found = look(case["text"])
    assert bool(found.reason) == (found.hazard is not Hazard.NONE)


def test_every_hazard_of_the_contract_has_rules_and_cases_of_both_kinds() -> None:
    ruled = {rule.hazard for rule in hazards.read_rules().rules}
    tried = {Hazard(case["hazard"]) for case in CASES["own"]}
    assert ruled == set(Hazard) - {Hazard.NONE}
    assert tried == set(Hazard)


@pytest.mark.parametrize(
    ("text", "hazard"),
    [
        ("以前想过自杀，现在没有了", Hazard.SELF_HARM),
        ("要是有人煤气中毒了该怎么办", Hazard.MEDICAL_EMERGENCY),
    ],
)
def test_what_does_not_count_is_still_suspected(text: str, hazard: Hazard) -> None:
    found = look(text)
    assert found.hazard is Hazard.NONE
    assert found.suspicion is hazard


def test_danger_is_found_in_the_middle_of_a_form_and_of_a_long_story() -> None:
    story = "我家的情况说来话长。" * 300 + "我不想活了。" + "低保的事情也请你们看看。" * 300
    assert look("三口人，每月八百，他拿刀要砍我").hazard is Hazard.VIOLENCE
    assert look(story).hazard is Hazard.SELF_HARM


def test_a_space_neither_hides_danger_nor_denies_it() -> None:
    assert look("没有 我不想活了").hazard is Hazard.SELF_HARM
    assert look("我不 想活 了").hazard is Hazard.SELF_HARM
    assert look("家 里 没 米 了").hazard is Hazard.NO_FOOD


def test_traditional_full_width_and_slips_change_nothing() -> None:
    assert look("我想自鲨").hazard is Hazard.SELF_HARM
    assert look("家裡沒有米了！！！！").hazard is Hazard.NO_FOOD


def test_a_child_in_fear_is_a_child_at_risk() -> None:
    assert look("我今年八岁，一个人在家，好怕").hazard is Hazard.CHILD_AT_RISK


def test_no_pattern_repeats_without_a_bound() -> None:
    book = hazards.read_rules()
    for pattern in (*book.patterns, *book.figures):
        assert not any(loop in pattern.source for loop in (")*", ")+", "]+"))


def test_every_pattern_compiles_and_needs_a_word() -> None:
    book = hazards.read_rules()
    for pattern in (*book.patterns, *book.figures):
        assert pattern.regex.pattern == pattern.source
        assert pattern.needs
