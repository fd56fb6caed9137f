"""Which handler answers: danger, a person, an open form, the intent, a person."""

from dataclasses import replace

import pytest

from cases.commands import KeepQuestion, OpenTicket, QueueChat, SetRegion
from handlers import router
from handlers.dialogue import ClarifyForm, Dialogue, HandoffForm
from handlers.turn import QueuePosition
from knowledge.names import Category, Hazard, Intent, Priority, Region
from tests.handlers.talk import Talk

FORMS = {
    "我想申请低保": "prescreen.ask",
    "我要投诉村干部不给我办事还骂人": "complaint.ask_who",
    "低保给我停了，凭什么": "refused.ask_heard",
    "我要改上门的时间，下周三不在家": "request.ask_phone",
    "遇到急难": "emergency.what_again",
}


@pytest.mark.parametrize("opening", FORMS)
def test_danger_ends_every_form(talk: Talk, opening: str) -> None:
    assert talk.says(opening, "我不想活了").keys[0] == "danger.self_harm"


@pytest.mark.parametrize("opening", FORMS)
def test_a_person_is_a_word_away_in_every_form(talk: Talk, opening: str) -> None:
    talk.says(opening, "转人工")
    assert talk.keys[-1] == "handoff.queued"
    assert talk.state.form is None


@pytest.mark.parametrize("opening", FORMS)
def test_every_form_may_be_left_for_a_new_beginning(talk: Talk, opening: str) -> None:
    assert talk.says(opening, "重新开始").keys == ["greeting.restart"]


@pytest.mark.parametrize(("opening", "question"), FORMS.items())
def test_a_policy_question_leads_back_to_every_form(
    talk: Talk, opening: str, question: str
) -> None:
    talk.says(opening, "特困供养要什么条件？")
    assert talk.keys == ["policy.answer", "interlude.back", question]


@pytest.mark.parametrize(("opening", "question"), FORMS.items())
def test_thanks_lead_back_to_every_form(talk: Talk, opening: str, question: str) -> None:
    assert talk.says(opening, "谢谢").keys == ["interlude.thank", "interlude.back", question]


def test_a_long_story_with_a_question_is_no_question(talk: Talk) -> None:
    story = (
        "低保要什么条件他不肯说，就说等着，我跑了好几趟，腿都走肿了，"
        "镇上村里两头推，到底是谁在管这个事情啊？"
    )
    talk.says("我要投诉村干部不给我办事还骂人", story)
    assert talk.keys == ["complaint.ask_where"]


def test_in_line_the_bot_only_keeps_what_is_said(talk: Talk) -> None:
    talk.says("转人工", "低保要什么条件")
    assert (talk.keys, talk.labels) == (["handoff.kept"], ["handoff.button_bot"])


def test_in_line_the_place_is_told_again(talk: Talk) -> None:
    talk.says("转人工", "人呢，怎么还没来")
    assert talk.values("handoff.still") == {"position": QueuePosition()}
    talk.on_duty = False
    assert talk.says("有人吗").keys == ["handoff.still_nobody"]


def test_in_line_thanks_are_answered(talk: Talk) -> None:
    assert talk.says("转人工", "谢谢").keys == ["handoff.thanks"]


def test_a_message_may_be_left_in_line(talk: Talk) -> None:
    assert talk.says("转人工", "我留言").keys == ["handoff.leave_message"]
    assert talk.says("我的腿不好").keys == ["handoff.kept"]


def test_who_was_put_in_line_silently_is_told_once(talk: Talk) -> None:
    talk.waiting = True
    assert talk.says("我的腿不好").keys == ["handoff.leave_message"]
    assert talk.says("我的腿不好").keys == ["handoff.kept"]


@pytest.mark.parametrize("words", ["先问机器人", "那先问你吧"])
def test_the_bot_may_be_asked_meanwhile(talk: Talk, words: str) -> None:
    talk.says("转人工", words)
    assert talk.keys == ["handoff.meanwhile"]
    assert talk.says("低保要什么条件").keys == ["policy.answer"]
    assert talk.says("转人工").keys == ["handoff.queued"]
    assert talk.says("低保要什么条件").keys == ["handoff.kept"]


def test_a_new_beginning_in_line_is_with_the_bot(talk: Talk) -> None:
    talk.says("转人工", "重新开始")
    assert talk.says("低保要什么条件").keys == ["policy.answer"]


def test_danger_in_line_is_danger(talk: Talk) -> None:
    assert talk.says("转人工", "我不想活了").keys[0] == "danger.self_harm"
    assert talk.says("家里").keys == ["danger.phone"]


def test_beside_a_person_nothing_is_said(talk: Talk) -> None:
    turn = replace(talk.turn("低保要什么条件"), with_person=True)
    assert router.choose(turn).__name__ == "stay_silent"
    danger = replace(talk.turn("我不想活了"), with_person=True)
    assert router.choose(danger).__name__ == "ring_beside"


def test_with_nobody_there_what_was_asked_is_on_the_ticket(talk: Talk) -> None:
    talk.on_duty = False
    talk.says("低保要什么条件", "转人工")
    assert (talk.keys, talk.ticket.category) == (["handoff.nobody"], Category.ENQUIRY)
    assert talk.ticket.narrative == "低保要什么条件\n转人工"


def test_with_nobody_there_no_second_ticket_is_opened(talk: Talk) -> None:
    talk.on_duty = False
    talk.says("转人工", "先问机器人", "转人工")
    assert talk.did(OpenTicket) == []
    assert talk.did(QueueChat) == [QueueChat(reason="asked", priority=Priority.P2)]


def test_two_misses_offer_a_person(talk: Talk) -> None:
    assert talk.says("上回那张纸").keys == ["fallback.again"]
    assert talk.did(KeepQuestion)
    assert talk.says("今儿个这事儿").keys == ["fallback.offer_person"]
    assert talk.state.form == HandoffForm()


def test_a_yes_to_the_offer_puts_in_line(talk: Talk) -> None:
    talk.state = Dialogue(form=HandoffForm())
    assert talk.says("好的").keys == ["handoff.queued"]


def test_a_no_to_the_offer_is_accepted(talk: Talk) -> None:
    talk.state = Dialogue(form=HandoffForm())
    assert talk.says("不用了").keys == ["handoff.not_now"]
    assert talk.state.form is None


def test_a_new_question_beside_the_offer_is_answered(talk: Talk) -> None:
    talk.state = Dialogue(form=HandoffForm())
    assert talk.says("低保要什么条件").keys == ["policy.answer"]
    assert talk.says("好的").keys == ["fallback.what_next"]


def test_twice_out_of_scope_offers_a_person(talk: Talk) -> None:
    weather = "今天天气怎么样，会不会下雨"
    assert talk.says(weather).keys == ["fallback.out_of_scope"]
    assert talk.says(weather).keys == ["fallback.offer_person"]


def test_twice_unanswered_policy_offers_a_person(talk: Talk) -> None:
    talk.state = Dialogue(misses=1)
    turn = talk.turn("火星移民补贴要什么条件")
    assert router.by_intent(turn, Intent.ASK_POLICY).__name__ in {"answer", "not_sure"}


def test_which_of_two_is_asked_and_the_choice_is_taken(talk: Talk) -> None:
    form = ClarifyForm(text="低保", intents=(Intent.ASK_POLICY, Intent.ASK_HUMAN))
    talk.state = Dialogue(form=form)
    assert talk.says("了解政策").keys == ["policy.answer"]
    assert talk.state.form is None


def test_something_else_than_the_two_is_heard(talk: Talk) -> None:
    form = ClarifyForm(text="低保", intents=(Intent.ASK_POLICY, Intent.ASK_HUMAN))
    talk.state = Dialogue(form=form)
    assert talk.says("谢谢").keys == ["greeting.thank"]
    talk.state = Dialogue(form=form)
    assert talk.says("查进度" if talk.found else "投诉举报").keys[0] == "complaint.begin"


def test_a_place_alone_is_remembered(talk: Talk) -> None:
    talk.region = None
    talk.says("我在宁夏")
    assert (talk.keys, talk.did(SetRegion)) == (["greeting.place"], [SetRegion(Region.NINGXIA)])


def test_a_place_after_an_answer_answers_for_that_place(talk: Talk) -> None:
    talk.says("低保要带什么材料", "宁夏呢")
    assert (talk.keys, talk.region) == (["policy.answer"], Region.NINGXIA)


def test_faces_alone_are_answered_kindly(talk: Talk) -> None:
    assert talk.says("😭😭").keys == ["fallback.wordless"]


@pytest.mark.parametrize("sigh", ["我很难", "太难了"])
def test_a_sigh_is_listened_to(talk: Talk, sigh: str) -> None:
    assert talk.says(sigh).keys == ["feedback.listening"]


def test_a_call_for_money_is_warned_of(talk: Talk) -> None:
    turn = talk.turn("有人打电话说的")
    said = replace(turn.said, sure=False, suspicion=Hazard.EXTORTION)
    assert router.choose(replace(turn, said=said)).__name__ == "not_sure"
    assert talk.says("有人打电话说交500块就能办低保，是真的吗").keys == ["fallback.scam"]


def test_a_wish_with_a_phone_is_filed_at_once(talk: Talk) -> None:
    talk.says("我儿子找到工作了，上个月开始上班，电话13812345678")
    assert talk.keys[0] == "change.filed"
    assert talk.ticket.phone == "13812345678"


def test_a_wish_that_is_not_told_is_let_go(talk: Talk) -> None:
    assert talk.says("我要改时间").keys == ["request.ask_manage_visit"]
    assert talk.says("跳过").keys == ["request.nothing"]


def test_a_wish_is_told_in_the_next_message(talk: Talk) -> None:
    opened = talk.says("我要改时间", "下周五", "跳过").ticket
    assert (opened.narrative, opened.phone) == ("下周五", None)


def test_praise_is_thanked_for(talk: Talk) -> None:
    assert talk.says("有用").keys == ["feedback.useful"]


def test_who_is_not_satisfied_gets_a_person(talk: Talk) -> None:
    assert talk.says("我不满意，没解决").keys == ["feedback.unsatisfied", "handoff.queued"]
    assert talk.did(QueueChat) == [QueueChat(reason="unsatisfied", priority=Priority.P2)]


def test_a_lead_of_a_grid_worker_is_looked_into(talk: Talk) -> None:
    talk.says("我是网格员，辖区有户老人独居瘫痪在床，想报一下", "跳过")
    assert talk.keys == ["request.filed_discovery"]
    assert (talk.ticket.category, talk.ticket.by_helper) == (Category.DISCOVERY, True)


def test_noise_is_no_foreign_matter_and_the_second_time_a_person_is_offered(talk: Talk) -> None:
    assert talk.says("阿巴阿巴哩哩啦").keys == ["fallback.again"]
    assert talk.says("咕噜咕噜呱呱呱").keys == ["fallback.offer_person"]
