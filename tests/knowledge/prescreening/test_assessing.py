"""Needs are asked through the same kind of questions, and what the answers come to is exact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import assessing
from knowledge.assessing import Answer, Ask, Step
from knowledge.names import Region
from knowledge.needs import Dimension, Grade
from knowledge.question import Select
from tests.knowledge.prescreening import rulebook

RULES = rulebook.rules()
LIST = RULES.services[Region.FENGZE]
NOTHING: frozenset[str] = frozenset()
HARD = Answer(step=Step.HARD, told=("illness", "work"))
WHOM = Answer(step=Step.WHOM, told=("我本人",))
TURNS_AT_MOST = 13


def ask(*answers: Answer, wishes: frozenset[str] = NOTHING) -> Ask | None:
    return assessing.next_question(LIST, answers, wishes, RULES.phrases)


def offered(*answers: Answer, wishes: frozenset[str] = NOTHING) -> list[str]:
    return [match.service.id for match in assessing.offers(LIST, answers, wishes)]


def grade(about: Dimension, level: int) -> Answer:
    return Answer(step=Step.GRADE, about=about, told=(str(level),))


def test_only_what_is_hard_is_graded_and_sensitive_ones_come_last() -> None:
    first = ask(WHOM, HARD)
    assert first is not None
    assert (first.step, first.about) == (Step.GRADE, Dimension.WORK)
    second = ask(WHOM, HARD, grade(Dimension.WORK, 1))
    assert second is not None
    assert second.about is Dimension.ILLNESS


@given(st.lists(st.sampled_from(Dimension), unique=True), st.integers(1, 3), st.booleans())
def test_asking_ends_and_nothing_is_asked_twice(hard: list, level: int, silent: bool) -> None:  # noqa: FBT001
    answers: tuple[Answer, ...] = ()
    asked = []
    while (question := ask(*answers)) is not None:
        asked.append((question.step, question.about))
        answers = (*answers, _answered(question, hard, level, silent=silent))
    assert len(set(asked)) == len(asked) <= TURNS_AT_MOST


def _answered(question: Ask, hard: list, level: int, *, silent: bool) -> Answer:
    step, about = question.step, question.about
    if silent:
        return Answer(step=step, about=about, silent=True)
    told = {Step.HARD: tuple(hard), Step.GRADE: (str(level),)}
    return Answer(step=step, about=about, told=told.get(step, ()))


def test_every_question_has_its_reason_and_both_ways_out() -> None:
    for answers in ((), (WHOM,), (WHOM, HARD), (WHOM, Answer(step=Step.HARD, silent=True))):
        question = ask(*answers)
        assert question is not None
        assert question.question.why
        assert any(option.unsure for option in question.question.options)
        assert any(option.refused for option in question.question.options)


def test_a_grade_that_is_not_told_is_at_least_a_light_one() -> None:
    mute = Answer(step=Step.GRADE, about=Dimension.ILLNESS, silent=True)
    told = assessing.assessment(LIST, (WHOM, HARD, mute), NOTHING)
    assert told.grades[Dimension.ILLNESS] is Grade.LIGHT
    assert assessing.ungraded((WHOM, HARD, mute)) == {Dimension.ILLNESS}
    assert "health-watch" in offered(WHOM, HARD, mute)
    assert "meals" not in offered(WHOM, HARD, mute)


def test_what_is_given_in_kind_is_not_offered() -> None:
    graded = (WHOM, HARD, grade(Dimension.ILLNESS, 3))
    have = Answer(step=Step.GIVEN, told=("meals", "nursing"))
    assert {"meals", "nursing"} <= set(offered(*graded))
    assert not {"meals", "nursing"} & set(offered(*graded, have, wishes=frozenset({"meals"})))


def test_the_gravest_single_need_comes_first() -> None:
    answers = (WHOM, HARD, grade(Dimension.ILLNESS, 1), grade(Dimension.WORK, 3))
    assert set(offered(*answers)[:2]) == {"resources", "ability"}


def test_who_tells_nothing_still_sees_the_whole_list() -> None:
    assert len(offered(WHOM, Answer(step=Step.HARD, silent=True))) == len(LIST.services)


def test_without_difficulty_and_wish_nothing_is_offered() -> None:
    assert ask(WHOM, Answer(step=Step.HARD)) is None


def test_wishes_are_found_in_the_words_of_a_story_and_not_where_denied() -> None:
    assert assessing.wished(LIST, "想找人做饭、打扫屋子，不用洗澡") == {"meals", "cleaning"}


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("都要", {"visiting", "hospital-company", "health-watch", "counselling"}),
        ("除了访视都要", {"hospital-company", "health-watch", "counselling"}),
        ("要健康监测和心理疏导", {"health-watch", "counselling"}),
        ("不要访视，要陪诊", {"hospital-company"}),
    ],
)
def test_free_words_choose_items(text: str, chosen: set[str]) -> None:
    hard = Answer(step=Step.HARD, told=("illness", "family"))
    light = (grade(Dimension.ILLNESS, 1), grade(Dimension.FAMILY, 2))
    question = ask(WHOM, hard, *light, Answer(step=Step.GIVEN, told=("meals", "shopping")))
    assert question is not None
    assert question.question.select is Select.MANY
    heard = assessing.heard(LIST, question, text)
    assert heard is not None
    assert set(heard) == chosen


@pytest.mark.parametrize("text", ["今天天气不错", "这要钱吗", ""])
def test_words_that_choose_nothing_are_no_answer(text: str) -> None:
    question = ask(WHOM, Answer(step=Step.HARD, silent=True))
    assert question is not None
    assert assessing.heard(LIST, question, text) is None


def test_each_service_has_category_for_whom_and_source() -> None:
    assert LIST.for_whom
    for service in LIST.services:
        assert LIST.categories[service.category]
        assert service.cite.document == LIST.document
