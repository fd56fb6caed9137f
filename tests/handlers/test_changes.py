"""A change is told as what, when and who; the answer dates it and says that nothing stops."""

import pytest

from handlers.dialogue import ChangeForm, ChangeStep
from knowledge.library import Library
from knowledge.names import Category, Region
from knowledge.occasions import Happening
from tests.handlers.talk import Talk

JOB = "我家吃低保的，我儿子上个月找到工作了，要报一下吗"


def _form(talk: Talk) -> ChangeForm:
    assert isinstance(talk.state.form, ChangeForm)
    return talk.state.form


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("我爸上个月去世了，低保要怎么报", Happening.DEATH),
        ("俺爹上月没了，低保是不是得说一声", Happening.DEATH),
        ("我老伴上周走了，低保要报吗", Happening.DEATH),
        ("儿媳妇跟我儿子离婚走了，家里少一个人", Happening.MARRIAGE),
        ("家里添了个小孩，户口上了", Happening.BIRTH),
        ("涯媳妇生了一个赖子，户口要加上去", Happening.BIRTH),
        ("阮囝找着头路啊，一个月三千", Happening.JOB),
        ("我们搬家了，从城东搬到北峰了", Happening.MOVE),
        ("我妈查出来癌症了，以前报的没有这个", Happening.ILLNESS),
        ("我爸瘫了，自己吃不了饭", Happening.SELF_CARE),
        ("孩子考上大学了", Happening.STUDY),
        ("丢了工作，工资没了", Happening.INCOME_DOWN),
        ("养老金今年涨了一点", Happening.INCOME_UP),
        ("老房子拆迁了", Happening.PROPERTY),
        ("我弟被判刑了", Happening.DETENTION),
    ],
)
def test_a_kind_of_change_is_heard(library: Library, text: str, what: Happening) -> None:
    heard = library.changes.heard(text)
    assert heard is not None
    assert heard.what is what


def test_every_kind_has_a_name_of_its_own_and_a_clause(library: Library) -> None:
    kinds = library.changes.kinds.values()
    assert len({kind.name for kind in kinds}) == len(kinds)
    assert all(library.clause(kind.clause).says for kind in kinds)


def test_what_was_told_at_once_is_not_asked_again(talk: Talk) -> None:
    talk.says(JOB)
    form = _form(talk)
    assert (form.what, form.when, form.who) == (Happening.JOB, "上个月", "儿子")
    assert talk.keys == ["change.ask_phone"]


def test_what_when_and_who_are_asked_one_by_one(talk: Talk) -> None:
    asked = [
        talk.says(text).keys[-1] for text in ("家里情况有变化", "生病或残疾了", "上周三", "我妈")
    ]
    assert asked == ["change.ask_what", "change.ask_when", "change.ask_who", "change.ask_phone"]


def test_a_day_that_can_be_made_out_is_kept(talk: Talk) -> None:
    talk.says("我们搬家了", "前天")
    assert (_form(talk).when, str(_form(talk).on)) == ("前天", "2026-11-21")


def test_nobody_is_asked_who_has_moved(talk: Talk) -> None:
    assert talk.says("我们搬家了", "前天").keys == ["change.ask_phone"]


def test_grief_is_met_first_and_asked_little(talk: Talk) -> None:
    assert talk.says("家里情况有变化", "家里有人去世").keys[0] == "change.gentle"
    assert talk.says("上周三").keys == ["change.gentle_phone"]


def test_the_receipt_is_dated_and_says_that_nothing_stops(talk: Talk) -> None:
    talk.says(JOB, "跳过")
    assert talk.keys == ["change.filed", "change.effect", "change.nothing_stops"]
    assert talk.values("change.filed")["today"] == "11月23日"
    assert talk.ticket.category is Category.CHANGE


@pytest.mark.parametrize(
    ("region", "words", "clause"),
    [
        (Region.ZICHUAN, "渐退期", "一(三)"),
        (Region.DONGTOU, "6到12个月", "第50条"),
        (Region.NINGXIA, "渐退期", "二(一)"),
        (Region.LONGYAN, "就业成本", "第33条"),
        (None, "就业成本", "一(三)"),
    ],
)
def test_a_job_has_the_usual_effect_of_its_place(
    talk: Talk, region: Region | None, words: str, clause: str
) -> None:
    talk.region = region
    talk.says(JOB, "跳过")
    effect = next(reply for reply in talk.outcome.replies if reply.key == "change.effect")
    assert words in str(effect.values["effect"])
    assert [cited.clause for cited in effect.citations] == [clause, "第48条"]


def test_everything_may_be_skipped(talk: Talk) -> None:
    narrative = talk.says("家里情况有变化", "别的变化", "记不清了", "跳过").ticket.narrative
    assert narrative.count("没有说") == 2


def test_a_question_in_between_is_answered_and_the_change_goes_on(talk: Talk) -> None:
    talk.says("我们搬家了", "低保要什么条件？")
    assert talk.keys[-1] == "change.ask_when"
    assert _form(talk).step is ChangeStep.WHEN


def test_what_was_told_so_far_is_filed_when_something_else_begins(talk: Talk) -> None:
    talk.says("我们搬家了", "投诉举报")
    assert talk.keys[0] == "handoff.filed"
    assert "我们搬家了" in talk.ticket.narrative
