"""An emergency is on file before anything is asked, and nobody is trapped in its questions."""

import pytest

from cases.commands import AddToTicket, OpenTicket, QueueChat, RaiseAlert, SetRegion
from handlers.dialogue import Dialogue, EmergencyForm, EmergencyStep
from knowledge.names import Category, Hazard, Priority, Region
from tests.handlers.talk import NUMBER, Talk

HUNGRY = "家里没米了，两天没吃饭"
DYING = "我不想活了"
LOST = "我爸走丢了，他有老年痴呆，从早上到现在没回来"
CHILD = "我今年10岁，我妈妈打我"


def test_the_card_holds_numbers_and_nothing_else(talk: Talk) -> None:
    card = talk.says(DYING).outcome.replies[0]
    assert (card.urgent, card.choices) == (True, ())
    assert str(card.values["numbers"]).startswith("110")


def test_for_the_sick_the_ambulance_comes_first(talk: Talk) -> None:
    card = talk.says("我儿子昏倒了叫不醒").outcome.replies[0]
    assert str(card.values["numbers"]).startswith("120")


def test_danger_rings_and_goes_to_the_head_of_the_line(talk: Talk) -> None:
    talk.says(DYING)
    assert talk.did(RaiseAlert) == [RaiseAlert(Hazard.SELF_HARM)]
    assert talk.did(QueueChat) == [QueueChat(reason="self_harm", priority=Priority.P0)]
    assert talk.ticket.personal


def test_nobody_is_promised_who_is_not_there(talk: Talk) -> None:
    talk.on_duty = False
    assert "danger.filed_nobody" in talk.says(DYING).keys


def test_the_same_danger_again_rings_again_on_the_same_ticket(talk: Talk) -> None:
    talk.says(DYING, "我真的不想活了")
    assert talk.did(OpenTicket) == []
    assert talk.did(RaiseAlert) == [RaiseAlert(Hazard.SELF_HARM)]
    assert talk.did(AddToTicket) == [AddToTicket(NUMBER, "我真的不想活了")]


def test_the_same_danger_after_its_questions_asks_nothing_again(talk: Talk) -> None:
    talk.says(DYING, "谢谢", DYING)
    assert talk.keys == ["danger.self_harm", "danger.still"]


def test_the_same_danger_on_another_day_is_another_ticket(talk: Talk) -> None:
    talk.says(DYING, "谢谢")
    talk.clock.advance(hours=25)
    assert talk.says(DYING).ticket.priority is Priority.P0


def test_the_same_danger_from_before_the_clock_was_set_back_is_another_ticket(talk: Talk) -> None:
    talk.says(DYING, "谢谢")
    talk.clock.advance(hours=-2)
    assert talk.says(DYING).ticket.priority is Priority.P0


def test_another_danger_is_another_ticket(talk: Talk) -> None:
    talk.says(HUNGRY, "我儿子昏倒了叫不醒")
    assert talk.ticket.hazard is Hazard.MEDICAL_EMERGENCY


def test_a_phone_of_the_first_message_is_not_asked_for(talk: Talk) -> None:
    talk.says(HUNGRY + "，电话13812345678", "昆仑镇")
    assert talk.keys == ["emergency.done"]


def test_a_phone_told_with_the_place_is_not_asked_for(talk: Talk) -> None:
    talk.says(HUNGRY, "昆仑镇，13812345678")
    assert talk.did(AddToTicket) == [
        AddToTicket(NUMBER, "昆仑镇，13812345678", phone="13812345678")
    ]
    assert talk.keys == ["emergency.done"]


def test_skipping_leaves_no_note(talk: Talk) -> None:
    assert talk.says(HUNGRY, "跳过").outcome.commands == ()


@pytest.mark.parametrize("leaves", ["谢谢", "再见", "转人工"])
def test_leaving_ends_the_questions(talk: Talk, leaves: str) -> None:
    talk.says(HUNGRY, leaves)
    assert (talk.keys, talk.state.form) == (["emergency.done"], None)


@pytest.mark.parametrize("word", ["跳过", "不用了", "没有", "谢谢", "好的"])
def test_a_no_is_not_taken_for_the_own_word(talk: Talk, word: str) -> None:
    talk.says(DYING, "家里", "跳过", word)
    assert talk.did(AddToTicket) == []
    assert talk.keys == ["danger.waiting"]


def test_the_own_word_is_kept_as_a_secret(talk: Talk) -> None:
    talk.says(DYING, "家里", "跳过", "石榴花")
    assert talk.did(AddToTicket) == [AddToTicket(NUMBER, "", secret="石榴花")]


def test_a_story_is_not_taken_for_the_own_word(talk: Talk) -> None:
    story = "我们家门口有一棵大槐树，旁边是个小卖部，很好找的"
    talk.says("我老公拿刀要杀我", "家里", "跳过", story)
    assert talk.did(AddToTicket) == [AddToTicket(NUMBER, story)]
    assert talk.keys == ["danger.word"]


def test_the_place_of_an_emergency_is_remembered(talk: Talk) -> None:
    talk.region = None
    talk.says(HUNGRY, "新罗区")
    assert talk.did(SetRegion) == [SetRegion(Region.LONGYAN)]


def test_a_place_in_the_first_message_routes_the_ticket(talk: Talk) -> None:
    talk.region = None
    assert talk.says("我在淄川昆仑镇，" + HUNGRY).ticket.lead_unit == "区民政局"
    assert talk.did(SetRegion) == [SetRegion(Region.ZICHUAN)]


def test_only_zichuan_promises_a_day(talk: Talk) -> None:
    assert talk.says(HUNGRY).values("urgent.no_food")["when"] == "24小时内"
    talk.region, talk.state, talk.waiting = Region.LONGYAN, Dialogue(), False
    assert "3天" in str(talk.says(HUNGRY).values("urgent.no_food")["when"])


def test_at_night_an_urgent_need_gets_numbers(talk: Talk) -> None:
    talk.on_duty = False
    assert "12345" in str(talk.says(HUNGRY).values("urgent.no_food")["called"])


def test_a_policy_question_in_between_is_answered(talk: Talk) -> None:
    talk.says(HUNGRY, "临时救助怎么申请？")
    assert talk.keys == ["policy.answer", "interlude.back", "emergency.where"]


def test_a_question_in_danger_is_kept_not_answered(talk: Talk) -> None:
    talk.says(DYING, "低保要什么条件？")
    assert talk.keys == ["danger.phone"]


def test_a_lost_person_is_a_matter_of_110(talk: Talk) -> None:
    talk.says(LOST)
    assert talk.keys == ["danger.astray", "danger.filed", "danger.place"]
    assert (talk.ticket.priority, talk.ticket.hazard) == (Priority.P0, Hazard.DISPLACED)


def test_somebody_hurt_in_the_street_is_a_danger(talk: Talk) -> None:
    assert talk.says("路边有个人躺着，腿上都是伤").keys[0].startswith("danger.")


def test_a_passer_by_is_not_asked_whether_a_call_is_safe(talk: Talk) -> None:
    assert talk.says(LOST, "商场门口").keys == ["emergency.phone"]


def test_what_is_taken_back_stays_on_file(talk: Talk) -> None:
    talk.says(DYING, "刚才说着玩的")
    assert talk.keys == ["emergency.retracted"]
    assert talk.did(AddToTicket) == [AddToTicket(NUMBER, "刚才说着玩的")]
    assert (talk.state.form, talk.state.told_waiting) == (None, True)


def test_nothing_to_take_back_is_no_retraction(talk: Talk) -> None:
    assert talk.says("刚才说着玩的").keys != ["emergency.retracted"]


def test_a_bare_wish_to_report_is_asked_what_it_is(talk: Talk) -> None:
    talk.says("遇到急难")
    assert talk.keys == ["emergency.what"]
    assert talk.state.form == EmergencyForm(step=EmergencyStep.WHAT, hazard=Hazard.NONE)


def test_what_follows_is_filed_as_urgent(talk: Talk) -> None:
    opened = talk.says("遇到急难", "房子漏雨没钱修").ticket
    assert (opened.category, opened.priority) == (Category.EMERGENCY, Priority.P1)
    assert talk.did(QueueChat) == [QueueChat(reason="unclear_emergency", priority=Priority.P1)]


def test_an_urgent_need_of_another_kind_is_filed_too(talk: Talk) -> None:
    talk.says(HUNGRY, "今晚没地方住，睡桥洞")
    assert talk.ticket.hazard is Hazard.DISPLACED


def test_the_same_need_again_is_added(talk: Talk) -> None:
    talk.says(HUNGRY, "谢谢", "真的没米了，孩子饿")
    assert talk.keys == ["emergency.again"]
    assert talk.did(AddToTicket) == [AddToTicket(NUMBER, "真的没米了，孩子饿")]


def test_relief_is_not_promised_for_what_it_does_not_mend(talk: Talk) -> None:
    talk.says("办低保要我先交五百块好处费，不给就不办", "昆仑镇", "跳过")
    assert talk.keys == ["emergency.kept"]


def test_a_child_is_asked_for_nothing_but_safety_and_place(talk: Talk) -> None:
    talk.says(CHILD)
    assert talk.keys == ["child.hurt", "child.where"]
    assert talk.did(RaiseAlert) == [RaiseAlert(Hazard.CHILD_AT_RISK)]
    assert talk.ticket.priority is Priority.P0


def test_no_phone_of_a_child_is_kept(talk: Talk) -> None:
    assert talk.says(CHILD + "，电话13812345678").ticket.phone is None
    assert talk.says("13812345678").did(AddToTicket) == [AddToTicket(NUMBER, "13812345678")]


def test_a_child_who_asks_something_harmless_is_looked_after_too(talk: Talk) -> None:
    opened = talk.says("我是小学生，想问低保是什么").ticket
    assert (opened.hazard, opened.priority) == (Hazard.CHILD_AT_RISK, Priority.P0)


def test_a_child_in_new_danger_rings_again(talk: Talk) -> None:
    talk.says(CHILD, "他拿刀要砍我")
    assert talk.did(OpenTicket) == []
    assert talk.did(RaiseAlert) == [RaiseAlert(Hazard.VIOLENCE)]


def test_at_night_a_child_is_told_so(talk: Talk) -> None:
    talk.on_duty = False
    assert talk.says(CHILD).keys == ["child.hurt", "child.where_nobody"]
    assert talk.says("在家").keys == ["child.next_nobody"]


def test_thanks_of_a_child_are_answered(talk: Talk) -> None:
    assert talk.says(CHILD, "谢谢").keys == ["child.thanks"]
    assert talk.did(AddToTicket) == [AddToTicket(NUMBER, "谢谢")]


def test_a_child_stays_a_child_through_a_new_beginning(talk: Talk) -> None:
    assert talk.says(CHILD, "重新开始").keys == ["child.next"]


def test_an_adult_may_say_so(talk: Talk) -> None:
    talk.says(CHILD, "我不是小孩，我是大人")
    assert talk.keys == ["child.adult"]
    assert talk.did(AddToTicket) == [AddToTicket(NUMBER, "我不是小孩，我是大人")]
    assert not talk.state.child
    assert talk.says("低保要什么条件").keys == ["policy.answer"]


def test_a_sealed_report_gets_a_word_of_its_own(talk: Talk) -> None:
    talk.says("养老院护工打我妈，不给饭吃", "慈恩养老院", "跳过")
    assert talk.keys == ["danger.word"]
