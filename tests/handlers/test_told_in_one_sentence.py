"""Two facts asked in one sentence are heard apart, and a bare number is taken for neither."""

from datetime import date

import pytest

from handlers import hearing
from knowledge import asking, facts
from knowledge.household import Household
from knowledge.names import Hazard, Intent, Priority, Programme, Region
from knowledge.parameters import Parameters
from knowledge.question import Question
from knowledge.ruleset import RuleSet
from nlu.understanding import Amount, Entity, EntityName, Per, Understanding, Writer

PEOPLE = Entity(EntityName.HOUSEHOLD_SIZE, 3, "3口人", 0, 3)
MONEY = Entity(EntityName.AMOUNT, Amount(200_000, 200_000, Per.MONTH), "一个月2000元", 4, 11)
OPENED = {
    "has_disabled": False, "has_serious_illness": False, "registered_here": True,
    "property_over_limit": False,
}  # fmt: skip


@pytest.fixture(scope="module")
def question() -> Question:
    found = asking.next_question(
        RuleSet.load(facts.CONTENT),
        Household.from_json(OPENED),
        region=Region.ZICHUAN,
        on=date(2026, 11, 22),
        local=Parameters.none(),
        focus=frozenset({Programme.DIBAO}),
    )
    assert found is not None
    assert found.facts == ("household_size", "monthly_income")
    return found


def said(text: str, *entities: Entity, intent: Intent = Intent.INFORM) -> Understanding:
    return Understanding(
        text=text, intent=intent, confidence=1, runner_up=None, sure=True, programme=None,
        aspect=None, region=None, hazard=Hazard.NONE, hazard_reason="", suspicion=Hazard.NONE,
        priority=Priority.P2, entities=entities, writer=Writer.SELF,
    )  # fmt: skip


def told(question: Question, understood: Understanding) -> dict[str, object] | None:
    heard = hearing.answer(question, understood)
    return None if heard is None else {one.fact: one.value for one in heard}


def test_both_are_heard(question: Question) -> None:
    heard = told(question, said("3口人，一个月2000元", PEOPLE, MONEY))
    assert heard == {"household_size": 3, "monthly_income": 200_000}


def test_people_alone_tell_no_income(question: Question) -> None:
    assert told(question, said("3口人", PEOPLE)) == {"household_size": 3}


def test_no_income_at_all_is_heard(question: Question) -> None:
    heard = told(question, said("3口人，没有收入", PEOPLE))
    assert heard == {"household_size": 3, "monthly_income": 0}


def test_a_bare_number_is_asked_again(question: Question) -> None:
    assert told(question, said("900", Entity(EntityName.NUMBER, 900, "900", 0, 3))) is None


def test_refusing_refuses_the_income_and_leaves_the_people_to_be_asked(question: Question) -> None:
    assert told(question, said("不想说")) == {"monthly_income": "refused"}
    assert told(question, said("不清楚", intent=Intent.UNSURE)) == {"monthly_income": None}
