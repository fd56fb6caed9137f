"""Everyday first messages get what they ask for, whatever they sound like."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from cases.dialogue.lookups import TicketsFound
from handlers import volunteering
from handlers.dialogue import ComplaintForm, PrescreenForm
from knowledge import loading
from knowledge.household import Household
from tests.handlers.talk import Talk


class Lines(BaseModel):
    """What is expected, by what is said first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    guides: dict[str, tuple[str, ...]]
    keys: dict[str, tuple[str, ...]]
    noted: dict[str, dict[str, bool | str]]


LINES = loading.read_entry(Path(__file__).parent / "everyday_lines.yml", Lines)


def _pairs(told: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(line, due) for due, lines in told.items() for line in lines]


@pytest.mark.parametrize(("line", "guide"), _pairs(LINES.guides))
def test_a_question_about_the_rules_is_answered_by_its_guide(
    talk: Talk, line: str, guide: str
) -> None:
    assert talk.says(line).state.guide == guide


@pytest.mark.parametrize(("line", "key"), _pairs(LINES.keys))
def test_what_is_wanted_is_taken_up_first(talk: Talk, line: str, key: str) -> None:
    assert talk.says(line).keys[0] == key


@pytest.mark.parametrize(("line", "due"), LINES.noted.items())
def test_what_the_first_message_tells_is_noted(
    talk: Talk, line: str, due: dict[str, bool | str]
) -> None:
    told = volunteering.story(talk.turn(line), Household.empty())
    facts = {one.fact: one.value for one in told}
    assert due.items() <= facts.items()
    assert "monthly_income" not in facts


def test_what_was_noted_is_not_asked_again(talk: Talk) -> None:
    talk.says("退伍老兵，没工作，娃儿读高一，能申请什么")
    assert isinstance(talk.state.form, PrescreenForm)
    assert {"退役军人", "正在上学的人"}.isdisjoint(talk.offered)


def test_money_that_has_not_come_is_asked_for_on_wish(talk: Talk) -> None:
    assert talk.says("这个月补贴又没到").offered == ["替我登记去问", "找人工"]
    talk.says("替我登记去问", "跳过")
    assert talk.ticket.narrative == "这个月补贴又没到"


def test_a_second_matter_is_answered_before_the_first_is_taken_up(talk: Talk) -> None:
    talk.says("我要举报村主任优亲厚友，另外问一下高龄津贴一个月多少")
    assert talk.keys[:2] == ["aside.answer", "complaint.begin"]
    assert "由当地定" in str(talk.values("aside.answer")["answer"])
    assert isinstance(talk.state.form, ComplaintForm)


def test_whoever_asks_about_a_wrong_may_report_it(talk: Talk) -> None:
    asked = talk.says("发的救助款要交一半给村里，有这规定吗")
    assert "投诉举报" in asked.offered
    assert "没有这样的规定" in str(asked.values("policy.answer")["answer"])


def test_whoever_forgot_the_number_is_not_asked_for_it(talk: Talk) -> None:
    talk.found = TicketsFound(())
    assert talk.says("俺那个单号忘了 能不能给查查").keys == ["progress.no_number"]
    assert "找人工" in talk.offered


def test_a_neighbours_assistance_is_still_nobodys_business(talk: Talk) -> None:
    asked = talk.says("想了解一下隔壁老王吃没吃低保")
    assert "不能说" in str(asked.values("policy.answer")["answer"])
