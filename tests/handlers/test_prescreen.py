"""Pre-screening hears what is told unasked, takes corrections, and never forces anybody on."""

import json

import pytest

from cases.commands import KeepQuestion, OpenTicket, SetRegion
from handlers.dialogue import PrescreenForm
from knowledge.names import Programme, Region
from tests.handlers.talk import Talk

DIBAO = "我想申请低保"
WHOLE = "我想申请低保，三口人，全家一个月900块，户口在本地"


def form(talk: Talk) -> PrescreenForm:
    """The form that is open."""
    assert isinstance(talk.state.form, PrescreenForm)
    return talk.state.form


def known(talk: Talk) -> dict[str, object]:
    """What is known of the household."""
    facts = json.loads(form(talk).household)["facts"]
    return {fact: value for fact, (value, _) in facts.items()}


def test_the_place_is_asked_first_and_once(talk: Talk) -> None:
    talk.region = None
    assert talk.says(DIBAO).keys == ["prescreen.begin", "prescreen.ask_region"]
    assert talk.says("淄川昆仑镇").keys == ["prescreen.ask"]
    assert talk.says("都没有").keys == ["prescreen.ask"]


def test_a_known_place_is_not_asked(talk: Talk) -> None:
    assert talk.says(DIBAO).keys == ["prescreen.begin", "prescreen.ask"]


def test_a_place_named_at_the_beginning_is_taken(talk: Talk) -> None:
    talk.region = None
    assert "prescreen.ask_region" not in talk.says("我在龙岩新罗区，想申请低保").keys
    assert talk.region is Region.LONGYAN


@pytest.mark.parametrize(
    ("place", "region"),
    [
        ("昆仑镇", Region.ZICHUAN),
        ("新罗区西陂街道", Region.LONGYAN),
        ("西吉县", Region.NINGXIA),
        ("洞头", Region.DONGTOU),
        ("丰泽", Region.FENGZE),
        ("不知道", Region.NATIONAL),
        ("不想说", Region.NATIONAL),
        ("别的地方", Region.NATIONAL),
        ("山东临沂", Region.NATIONAL),
        ("河北", Region.NATIONAL),
    ],
)
def test_any_place_down_to_a_town_is_a_place(talk: Talk, place: str, region: Region) -> None:
    talk.region = None
    talk.says(DIBAO, place)
    assert talk.did(SetRegion) == [SetRegion(region)]
    assert ("prescreen.anywhere" in talk.keys) is (region is Region.NATIONAL)


def test_what_is_no_place_is_asked_again_and_then_left(talk: Talk) -> None:
    talk.region = None
    assert talk.says(DIBAO, "蛤").keys == ["prescreen.again", "prescreen.ask_region"]
    assert talk.says("蛤蛤").keys == ["prescreen.again", "prescreen.ask_region"]
    assert talk.says("蛤蛤蛤").keys == ["prescreen.anywhere", "prescreen.ask"]


def test_facts_instead_of_a_place_are_kept(talk: Talk) -> None:
    talk.region = None
    talk.says(DIBAO, "三口人，一个月两千")
    assert talk.keys == ["prescreen.noted", "prescreen.ask_region"]
    assert talk.says("淄川").keys == ["prescreen.ask"]
    assert known(talk)["household_size"] == 3


def test_a_story_opens_it_and_is_read_back(talk: Talk) -> None:
    talk.says(WHOLE)
    assert talk.keys == ["prescreen.begin", "prescreen.noted", "prescreen.ask"]
    assert known(talk) == {"registered_here": True, "household_size": 3, "monthly_income": 90_000}
    assert form(talk).focus == (Programme.DIBAO,)


def test_two_facts_alone_open_it(talk: Talk) -> None:
    assert talk.says("我家四口人，全家一个月两千块").keys[0] == "prescreen.begin"


def test_a_policy_question_with_a_number_does_not(talk: Talk) -> None:
    assert talk.says("三口人的家庭低保要什么条件？").keys == ["policy.answer"]


def test_the_topic_of_the_last_answer_is_what_is_looked_at(talk: Talk) -> None:
    talk.says("低保要什么条件", "我能申请吗")
    assert form(talk).focus == (Programme.DIBAO,)


def test_facts_told_beside_the_question_are_kept_without_a_miss(talk: Talk) -> None:
    talk.says(DIBAO, "三口人，一个月两千")
    assert talk.keys == ["prescreen.noted", "prescreen.ask"]
    assert known(talk) == {"household_size": 3, "monthly_income": 200_000}


@pytest.mark.parametrize(
    ("story", "fact", "value"),
    [
        ("就我一个人，一个月养老金一百多", "monthly_income", {"low": 10_000, "high": 19_999}),
        ("一个人，一年到头挣六千", "monthly_income", 50_000),
        ("我家四口人，全家一个月2600", "monthly_income", 260_000),
        ("看病自己掏的一万二", "medical_self_paid", 1_200_000),
        ("我爸七十八了", "has_elder", True),
        ("孩子才六岁", "has_child", True),
        ("我妈得了癌症", "has_serious_illness", True),
        ("老伴是二级残疾", "has_severe_disability", True),
        ("我们在领低保", "recognised", "dibao"),
        ("住的是危房", "housing_hard", "unsafe"),
        ("没有自己的房子", "housing_hard", "no_home"),
        ("没有房子车子存款", "property_over_limit", False),
        ("家里没房没车也没有存款", "property_over_limit", False),
        ("户口在外地", "registered_here", False),
        ("户口在淄川", "registered_here", True),
        ("户口在宁夏", "registered_here", False),
        ("下岗好几年了", "has_jobless", True),
    ],
)
def test_what_is_plainly_said_is_kept(talk: Talk, story: str, fact: str, value: object) -> None:
    assert known(talk.says("我能申请什么", story))[fact] == value


@pytest.mark.parametrize(
    ("story", "fact"),
    [
        ("我家四口人，我打工一个月2600", "monthly_income"),
        ("三口人，住院花了两万多", "monthly_income"),
        ("三口人，一个月药费要两千", "monthly_income"),
        ("三口人，不是二级残疾", "has_severe_disability"),
        ("三口人，我想吃低保", "recognised"),
        ("三口人，没在领低保", "recognised"),
        ("三口人，没有房子车子存款", "housing_hard"),
        ("三口人，没房没车没积蓄", "housing_hard"),
        ("三口人，没房没车", "property_over_limit"),
        ("三口人，我三十五岁", "has_elder"),
        ("三口人，我三十五岁", "has_child"),
    ],
)
def test_what_is_not_plainly_said_is_not_guessed(talk: Talk, story: str, fact: str) -> None:
    assert fact not in known(talk.says("我能申请什么", story))


def test_a_right_value_replaces_the_wrong_one(talk: Talk) -> None:
    talk.says(DIBAO, "三口人，一个月两千", "不对，是四口人")
    assert known(talk)["household_size"] == 4
    assert talk.keys == ["prescreen.noted", "prescreen.ask"]


def test_an_income_is_put_right_by_itself(talk: Talk) -> None:
    talk.says(WHOLE, "改一下，收入是一个月三千")
    assert known(talk)["monthly_income"] == 300_000


def test_said_wrong_takes_the_last_answer_back(talk: Talk) -> None:
    talk.says(DIBAO, "都没有")
    asked = form(talk).asked
    talk.says("刚才说错了")
    assert talk.keys == ["prescreen.taken_back", "prescreen.ask"]
    assert form(talk).asked == asked[:-1]
    assert known(talk) == {}


def test_the_right_answer_beside_said_wrong_is_taken(talk: Talk) -> None:
    talk.says(DIBAO, "都没有", "说错了，有得了大病重病的人")
    assert known(talk)["has_serious_illness"] is True
    assert talk.keys[-1] == "prescreen.ask"


def test_with_nothing_said_there_is_nothing_to_take_back(talk: Talk) -> None:
    assert talk.says(DIBAO, "上一步").keys == ["prescreen.nothing_back", "prescreen.ask"]


def test_let_us_not_talk_of_it_refuses_this_question_alone(talk: Talk) -> None:
    talk.says(DIBAO, "三口人，一个月两千", "算了不说这个")
    assert known(talk)["household_size"] == 3
    assert known(talk)["has_disabled"] == "refused"


def test_several_answers_at_once_are_heard(talk: Talk) -> None:
    talk.says("我能申请什么", "60岁以上的老人、得了大病重病的人")
    facts = known(talk)
    assert (facts["has_elder"], facts["has_serious_illness"]) == (True, True)
    assert facts["has_child"] is False


def test_other_words_for_the_options_are_heard(talk: Talk) -> None:
    facts = known(talk.says("我能申请什么", "有病人，没有老人"))
    assert facts["has_serious_illness"] is True
    assert facts["has_elder"] is False


def test_a_label_may_hold_a_comma_itself(talk: Talk) -> None:
    talk.says("我能申请什么", "都没有", "出了意外，比如车祸、工伤")
    assert known(talk)["event"] == "accident"


def test_yes_to_a_list_ticks_nothing(talk: Talk) -> None:
    talk.says(DIBAO, "有")
    assert known(talk) == {}
    assert talk.keys[0] == "prescreen.again"


def test_not_understood_is_kept_for_the_editors(talk: Talk) -> None:
    talk.says(DIBAO, "蓝色的")
    assert talk.did(KeepQuestion) == [KeepQuestion(why="prescreen_answer", text="蓝色的")]


def test_after_three_times_a_person_is_offered_not_forced(talk: Talk) -> None:
    talk.says(DIBAO, "蓝色的", "香蕉")
    assert "menu.ask_human" not in talk.labels
    talk.says("哈哈哈")
    assert "menu.ask_human" in talk.labels
    assert not talk.waiting
    assert talk.says("不知道").keys == ["prescreen.no_decision"] or form(talk)


def test_being_heard_forgets_the_misses(talk: Talk) -> None:
    talk.says(DIBAO, "蓝色的", "香蕉", "都没有")
    assert talk.state.misses == 0


def test_unknown_is_always_an_answer(talk: Talk) -> None:
    talk.says("我能申请什么")
    for _ in range(30):
        if form(talk).done:
            break
        talk.says("不知道")
    assert form(talk).done
    assert talk.keys[-1] == "prescreen.no_decision"


def test_refusing_everything_still_ends_usefully(talk: Talk) -> None:
    talk.says(DIBAO)
    for _ in range(10):
        if form(talk).done:
            break
        talk.says("不想说")
    assert "prescreen.more" in talk.keys


def test_a_correction_after_the_result_gives_a_new_result(talk: Talk) -> None:
    talk.says(WHOLE, "都没有", "说错了，是五口人")
    assert talk.keys[0] == "prescreen.noted"
    assert talk.keys[-1] == "prescreen.no_decision"


def test_looking_further_widens_the_question(talk: Talk) -> None:
    talk.says(WHOLE, "都没有", "再看看别的")
    assert (form(talk).focus, talk.keys) == ((), ["prescreen.ask"])


def test_nothing_is_handed_over_before_it_was_agreed_to(talk: Talk) -> None:
    talk.says(WHOLE, "都没有", "帮我一起办")
    assert (talk.keys, talk.outcome.commands) == (["together.ask_units"], ())


def test_another_wish_after_the_result_is_heard(talk: Talk) -> None:
    assert talk.says(WHOLE, "都没有", "谢谢").keys == ["greeting.thank"]


def test_a_policy_question_leads_back(talk: Talk) -> None:
    before = form(talk.says(DIBAO))
    talk.says("低保金多久发一次？")
    assert talk.keys == ["policy.answer", "interlude.back", "prescreen.ask"]
    assert form(talk) == before


def test_a_short_question_about_the_topic_leads_back(talk: Talk) -> None:
    talk.says("低保要什么条件", "我能申请吗", "要几天")
    assert talk.keys == ["policy.answer", "interlude.back", "prescreen.ask"]


def test_thanks_and_a_greeting_lead_back_and_goodbye_does_not(talk: Talk) -> None:
    assert talk.says(DIBAO, "谢谢").keys[-1] == "prescreen.ask"
    assert talk.says("再见").keys == ["interlude.goodbye"]
    assert talk.says("你好").keys == ["interlude.greet", "interlude.back", "prescreen.ask"]


def test_for_a_neighbour_the_questions_are_about_the_neighbour(talk: Talk) -> None:
    talk.says("我邻居老王头一个人住，想帮他问问能不能申请救助")
    assert talk.keys[0] == "prescreen.begin_helper"


def test_words_to_a_daughter_are_not_words_for_another(talk: Talk) -> None:
    talk.says("闺女啊，我今年七十三了，就剩我一个人，能申请什么吗")
    assert talk.keys[0] == "prescreen.begin"


def test_what_cannot_be_is_asked_again(talk: Talk) -> None:
    told = {"facts": {}, "members": [{"age": [70, "said"]}, {"age": [69, "said"]}]}
    household = json.dumps({**told, "complete": False})
    talk.state = talk.state.having(form=PrescreenForm(household=household))
    assert talk.says("就我一个人").keys[0] == "prescreen.contradiction"


def test_no_ticket_is_filed_by_asking(talk: Talk) -> None:
    assert talk.says(WHOLE, "都没有").did(OpenTicket) == []
