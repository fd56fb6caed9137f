"""Who was refused, cut or stopped hears their rights first and is taken down without conditions."""

import pytest

from cases.commands import SetRegion
from handlers.dialogue import RefusedForm, RefusedStep
from handlers.refused import REVIEW_WITHIN
from knowledge.names import Category, Priority, Region
from tests.handlers.talk import Talk

STOPPED = "你们凭什么把我的低保停了！！没人跟我说一声"


@pytest.mark.parametrize(
    "text",
    [
        STOPPED,
        "低保被取消了怎么办",
        "我妈的护理补贴这个月少了一半",
        "去街道申请低保不给受理，说我不符合",
        "特困供养给我退出了",
        "村里不给我报低保",
        "残疾补贴怎么突然没了",
    ],
)
def test_rights_come_first(talk: Talk, text: str) -> None:
    assert talk.says(text).keys[0] == "refused.rights"
    assert {"第45条", "第48条"} <= {c.clause for c in talk.outcome.replies[0].citations}


@pytest.mark.parametrize(
    "text", ["什么情况下会停低保", "人家的低保为什么没被取消", "低保会不会被取消"]
)
def test_a_general_question_is_not_a_refusal(talk: Talk, text: str) -> None:
    assert "refused.rights" not in talk.says(text).keys


def test_conduct_stays_a_complaint(talk: Talk) -> None:
    assert talk.says("我去办低保，他们推诿不受理，还骂人").keys[0] == "complaint.begin"


def test_a_question_is_asked_whether_to_take_it_down(talk: Talk) -> None:
    talk.says("低保被取消了怎么办？")
    assert talk.labels == ["refused.button_register", "menu.check_eligibility"]
    assert talk.says("不用了").keys == ["refused.not_now"]
    assert talk.state.form is None


def test_a_further_question_is_answered_about_rights(talk: Talk) -> None:
    talk.says("低保被取消了怎么办？", "低保申请被拒了可以复议吗")
    assert talk.keys == ["policy.answer", "interlude.back", "refused.ask_register"]
    assert "行政复议" in str(talk.values("policy.answer")["answer"])
    assert "人均收入低于" not in str(talk.values("policy.answer")["answer"])


def test_every_answer_is_on_the_ticket(talk: Talk) -> None:
    opened = talk.says(STOPPED, "没有", "没有", "上个月5号", "13812345678").ticket
    assert opened.narrative.count("\n") == 3
    assert (opened.category, opened.priority) == (Category.REFUSED, Priority.P2)
    assert opened.phone == "13812345678"


def test_the_last_day_for_a_review_is_told(talk: Talk) -> None:
    talk.says(STOPPED, "没有", "没有", "上个月5号")
    assert talk.values("refused.last_day") == {"day": "12月4日"}
    assert REVIEW_WITHIN.days == 60


def test_a_day_too_long_ago_is_not_told_as_hope(talk: Talk) -> None:
    talk.says(STOPPED, "没有", "没有", "今年3月1号")
    assert talk.keys == ["refused.late", "refused.ask_phone"]


def test_no_day_is_invented(talk: Talk) -> None:
    assert talk.says(STOPPED, "没有", "没有", "记不清了").keys == ["refused.ask_phone"]


def test_who_refused_does_not_check_it(talk: Talk) -> None:
    talk.region = Region.FENGZE
    opened = talk.says("街道把我低保停了", "跳过", "跳过", "跳过", "跳过").ticket
    assert opened.lead_unit == "区民政局"
    assert {"街道办事处", "街道"} <= set(opened.not_to)


def test_with_the_bureau_itself_nobody_here_is_named(talk: Talk) -> None:
    opened = talk.says("民政局把我的低保停了", "跳过", "跳过", "跳过", "跳过").ticket
    assert opened.lead_unit is None
    assert "区民政局" in opened.not_to


def test_a_helper_between_answers_is_led_back(talk: Talk) -> None:
    talk.says(STOPPED, "谢谢")
    assert talk.keys[-1] == "refused.ask_heard"


def test_a_question_alone_is_not_filed_when_they_leave(talk: Talk) -> None:
    assert talk.says("低保被取消了怎么办？", "再见").outcome.commands == ()


def test_a_story_is_filed_when_they_leave(talk: Talk) -> None:
    assert talk.says(STOPPED, "再见").ticket.category is Category.REFUSED


def test_hungry_and_stopped_is_urgent_and_hears_the_rights(talk: Talk) -> None:
    talk.says("低保给我停了，家里没米了，两天没吃饭")
    assert talk.keys == ["urgent.no_food", "refused.rights", "emergency.where"]
    assert (talk.ticket.category, talk.ticket.priority) == (Category.REFUSED, Priority.P1)


def test_danger_in_the_middle_files_both(talk: Talk) -> None:
    talk.says(STOPPED, "我想死")
    assert talk.keys[0] == "danger.self_harm"
    assert len(talk.did(type(talk.outcome.commands[0]))) == 2


def test_the_steps_follow_one_another(talk: Talk) -> None:
    steps = []
    for said in (STOPPED, "没有", "没有", "昨天"):
        form = talk.says(said).state.form
        assert isinstance(form, RefusedForm)
        steps.append(form.step)
    assert steps == [s for s in RefusedStep if s is not RefusedStep.WHAT]


def test_the_place_of_a_refusal_is_remembered(talk: Talk) -> None:
    talk.says("我在宁夏西吉县，低保给我停了，凭什么")
    assert talk.did(SetRegion) == [SetRegion(Region.NINGXIA)]
    assert talk.keys[0] == "refused.rights"
