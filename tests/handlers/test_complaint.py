"""A complaint is always taken, shows its reporter to nobody, and never goes back to the accused."""

import pytest

from cases.commands import OpenTicket, OpenTogether, QueueChat
from handlers.dialogue import ComplaintForm, ComplaintStep
from handlers.turn import Choice
from knowledge.names import Category, Matter, Priority, Region
from tests.handlers.talk import Talk

STORY = "我要投诉村干部不给我办事还骂人"
FAVOUR = "我要举报村支书把他丈母娘报了低保"


def step(talk: Talk) -> ComplaintStep:
    """What is asked now."""
    assert isinstance(talk.state.form, ComplaintForm)
    return talk.state.form.step


def test_a_story_is_not_asked_for_again(talk: Talk) -> None:
    talk.says(STORY)
    assert talk.keys == ["complaint.begin", "complaint.ask_who"]


def test_a_button_is_asked_for_the_story(talk: Talk) -> None:
    assert talk.says("投诉举报").keys == ["complaint.begin", "complaint.ask_what"]
    assert talk.says(STORY).keys == ["complaint.ask_who"]


def test_who_tells_nothing_is_let_go(talk: Talk) -> None:
    talk.says("投诉举报", "跳过")
    assert (talk.keys, talk.state.form) == (["complaint.nothing"], None)


def test_an_unsure_answer_is_an_answer(talk: Talk) -> None:
    talk.says(STORY, "不知道", "不知道")
    assert step(talk) is ComplaintStep.IDENTITY


def test_the_whole_story_is_on_the_ticket(talk: Talk) -> None:
    opened = talk.says(STORY, "王主任", "去年", "匿名", "石榴花").ticket
    assert opened.narrative == f"{STORY}\n王主任\n去年"
    assert (opened.secret, opened.anonymous, opened.sealed) == ("石榴花", True, False)


def test_sealed_is_sealed_and_named_is_named(talk: Talk) -> None:
    sealed = talk.says(STORY, "跳过", "跳过", "实名但保密", "石榴花").ticket
    assert (sealed.sealed, sealed.anonymous) == (True, False)
    named = talk.says(STORY, "跳过", "跳过", "实名", "13812345678").ticket
    assert (named.sealed, named.anonymous, named.phone) == (False, False, "13812345678")


def test_a_phone_for_an_answer_means_in_their_own_name(talk: Talk) -> None:
    opened = talk.says(STORY, "跳过", "跳过", "我电话13812345678").ticket
    assert (opened.phone, opened.anonymous) == ("13812345678", False)


def test_how_they_stand_behind_it_may_be_told_early(talk: Talk) -> None:
    assert step(talk.says(STORY, "匿名")) is ComplaintStep.WORD


def test_not_in_my_name_is_not_taken_for_my_name(talk: Talk) -> None:
    talk.says(STORY, "跳过", "跳过", "我不实名")
    assert step(talk) is ComplaintStep.IDENTITY


def test_who_stays_unclear_is_shown_least(talk: Talk) -> None:
    opened = talk.says(STORY, "跳过", "跳过", "随便", "都行吧", "跳过").ticket
    assert opened.anonymous
    assert talk.keys == ["complaint.filed_without_word"]


@pytest.mark.parametrize("word", ["跳过", "不用了", "谢谢", "好的"])
def test_a_no_is_not_taken_for_the_own_word(talk: Talk, word: str) -> None:
    talk.says(STORY, "跳过", "跳过", "匿名", word)
    filed = [c for c in talk.outcome.commands if isinstance(c, OpenTicket)]
    assert [one.secret for one in filed] in ([], [None])


def test_a_long_text_is_more_of_the_story(talk: Talk) -> None:
    more = "他还把给我家的慰问米拿回自己家里去了，全村都知道"
    talk.says(STORY, "跳过", "跳过", "匿名", more)
    assert step(talk) is ComplaintStep.WORD
    assert more in talk.says("石榴花").ticket.narrative


def test_said_wrong_goes_one_step_back(talk: Talk) -> None:
    talk.says(STORY, "王主任", "刚才说错了")
    assert talk.keys == ["complaint.ask_who"]
    assert talk.says("李会计", "跳过", "匿名", "跳过").ticket.narrative == f"{STORY}\n李会计"


def test_a_place_told_on_the_way_routes_the_ticket(talk: Talk) -> None:
    talk.region = None
    opened = talk.says(STORY, "跳过", "在淄川区昆仑镇", "匿名", "跳过").ticket
    assert (opened.region, opened.lead_unit) == (Region.ZICHUAN, "区纪委监委")


def test_a_report_of_favouritism_is_a_report(talk: Talk) -> None:
    (opened,) = talk.says(FAVOUR, "跳过", "跳过", "匿名", "跳过").did(OpenTogether)
    assert isinstance(opened, OpenTogether)
    assert (opened.parent.category, opened.parent.matter) == (Category.REPORT, Matter.FRAUD)
    assert "村委会" in opened.parent.not_to


def test_a_report_on_staff_is_split_under_one_number(talk: Talk) -> None:
    talk.says(FAVOUR, "跳过", "跳过", "匿名", "石榴花")
    (opened,) = talk.did(OpenTogether)
    assert isinstance(opened, OpenTogether)
    assert [(part.matter, part.lead_unit) for part in opened.parts] == [
        (Matter.FRAUD, "区民政局"),
        (Matter.CONDUCT, "区纪委监委"),
    ]
    assert (opened.parent.secret, [part.secret for part in opened.parts]) == ("石榴花", [None] * 2)
    assert talk.keys[-1] == "complaint.two_sides"


def test_a_report_on_the_bureau_leaves_the_house(talk: Talk) -> None:
    talk.region = Region.FENGZE
    talk.says("我要投诉区民政局的人态度恶劣", "跳过", "跳过", "匿名", "跳过")
    assert talk.keys[-1] == "complaint.elsewhere"
    assert talk.ticket.lead_unit == "纪委监委"


def test_words_about_this_hotline_are_taken_as_a_complaint(talk: Talk) -> None:
    talk.says("你们热线的接线员态度太差了，骂人", "跳过", "跳过", "匿名", "跳过")
    assert talk.keys[-1] == "complaint.elsewhere"
    assert "区民政局" in talk.ticket.not_to


def test_leaving_files_what_was_told(talk: Talk) -> None:
    talk.says(STORY, "再见")
    assert talk.keys == ["handoff.filed", "greeting.goodbye"]
    assert talk.ticket.narrative == STORY
    assert talk.ticket.anonymous


def test_leaving_with_nothing_told_files_nothing(talk: Talk) -> None:
    talk.says("投诉举报", "再见")
    assert (talk.keys, talk.outcome.commands) == (["interlude.goodbye"], ())


def test_another_button_files_what_was_told(talk: Talk) -> None:
    talk.says(STORY, "我能申请什么")
    assert talk.keys[:2] == ["handoff.filed", "prescreen.begin"]
    assert talk.ticket.narrative == STORY


def test_asking_for_a_person_files_what_was_told(talk: Talk) -> None:
    talk.says(STORY, "转人工")
    assert talk.keys == ["handoff.filed", "handoff.queued"]
    assert talk.ticket.narrative == STORY
    assert talk.did(QueueChat) == [QueueChat("asked", Priority.P2, talk.ticket.matter)]


def test_hunger_in_between_files_both(talk: Talk) -> None:
    talk.says(STORY, "家里没米了，两天没吃饭")
    filed = [c for c in talk.outcome.commands if isinstance(c, OpenTicket)]
    assert [one.category for one in filed] == [Category.COMPLAINT, Category.EMERGENCY]


def test_a_new_beginning_files_nothing(talk: Talk) -> None:
    talk.says(STORY, "重新开始")
    assert (talk.keys, talk.outcome.commands) == (["greeting.restart"], ())


def test_thanks_in_between_lead_back(talk: Talk) -> None:
    talk.says(STORY, "谢谢")
    assert talk.keys == ["interlude.thank", "interlude.back", "complaint.ask_who"]


def test_every_question_but_the_first_may_be_skipped(talk: Talk) -> None:
    for said in (STORY, "跳过"):
        talk.says(said)
        assert Choice("complaint.button_skip") in talk.outcome.replies[-1].choices
