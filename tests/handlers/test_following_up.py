"""In the chat: a reply for a unit, the three questions about a result, taking a ticket back."""

from dataclasses import replace

import pytest

from cases.commands import AnswerFollowUp, AnswerUnit, WithdrawTicket
from cases.dialogue.lookups import Awaited, TicketsFound, TicketStanding, Wants
from cases.ticket_rules.lifecycle import NextActor, State
from cases.ticket_rules.surveys import Answer, Question
from handlers.turn import Turn
from knowledge.library import Library
from knowledge.names import Region
from nlu.interpreter import InProcess
from tests.handlers.talk import NUMBER, Talk

STANDING = TicketStanding(
    number=NUMBER,
    state=State.RECEIVED,
    next_actor=NextActor.HOTLINE,
    next_due=None,
    unit=None,
    private=False,
    region=Region.ZICHUAN,
    withdrawable=True,
)


class Asked(Talk):
    """A conversation in which the helpline has asked something about a ticket."""

    awaited: Awaited | None = None

    def turn(self, text: str) -> Turn:
        """The message, with what is waited for."""
        turn = super().turn(text)
        return replace(turn, awaited=self.awaited)


@pytest.fixture
def talk(interpreter: InProcess, library: Library) -> Asked:
    """Somebody of whom something is waited for."""
    return Asked(interpreter, library)


def _of_result(talk: Asked, question: Question | None, *, again: bool = False) -> Asked:
    talk.awaited = Awaited(Wants.FOLLOW_UP, NUMBER, question, again=again)
    return talk


def _kept(talk: Asked) -> AnswerFollowUp:
    (kept,) = talk.did(AnswerFollowUp)
    assert isinstance(kept, AnswerFollowUp)
    return kept


@pytest.mark.parametrize(
    ("question", "said", "answer", "reply"),
    [
        (Question.SOLVED, "解决了", Answer.YES, "survey.ask_manner"),
        (Question.SOLVED, "还没有解决啊", Answer.NO, "survey.ask_manner"),
        (Question.SOLVED, "解决了一部分", Answer.PARTLY, "survey.ask_manner"),
        (Question.MANNER, "态度不好", Answer.NO, "survey.ask_satisfied"),
        (Question.MANNER, "挺热情的", Answer.YES, "survey.ask_satisfied"),
        (Question.SATISFIED, "满意", Answer.YES, "survey.thanks"),
        (Question.SATISFIED, "基本满意", Answer.PARTLY, "survey.thanks"),
        (Question.SATISFIED, "不满意", Answer.NO, "survey.reopened"),
    ],
)
def test_an_answer_is_kept_and_the_next_is_asked(
    talk: Asked, question: Question, said: str, answer: Answer, reply: str
) -> None:
    _of_result(talk, question).says(said)
    kept = _kept(talk)
    assert (kept.question, kept.answer, talk.keys) == (question, answer, [reply])


def test_a_second_time_unsatisfied_goes_to_a_supervisor(talk: Asked) -> None:
    _of_result(talk, Question.SATISFIED, again=True).says("不满意")
    assert talk.keys == ["survey.supervisor"]


def test_unsatisfied_counts_before_it_is_asked(talk: Asked) -> None:
    _of_result(talk, None).says("我不满意，根本没给办")
    assert (_kept(talk).answer, talk.keys) == (Answer.NO, ["survey.reopened"])


def test_nobody_is_pressed_to_answer(talk: Asked) -> None:
    _of_result(talk, Question.MANNER).says("不想答")
    assert (_kept(talk).answer, talk.keys) == (None, ["survey.person"])


def test_a_question_about_policy_is_answered_meanwhile(talk: Asked) -> None:
    _of_result(talk, Question.SOLVED).says("低保要什么条件")
    assert talk.did(AnswerFollowUp) == []


def test_danger_comes_before_every_question(talk: Asked) -> None:
    _of_result(talk, Question.SOLVED).says("我老公拿刀要砍我")
    assert "danger" in talk.keys[0]
    assert talk.did(AnswerFollowUp) == []


def test_a_reply_is_handed_on_to_the_unit(talk: Asked) -> None:
    talk.awaited = Awaited(Wants.REPLY, NUMBER)
    talk.says("我家三口人，户口本在老家")
    assert talk.did(AnswerUnit) == [AnswerUnit(NUMBER, "我家三口人，户口本在老家")]
    assert talk.keys == ["reply.kept"]


def test_who_asks_for_a_person_gets_one_though_a_unit_waits(talk: Asked) -> None:
    talk.awaited = Awaited(Wants.REPLY, NUMBER)
    talk.says("转人工")
    assert talk.did(AnswerUnit) == []


def test_a_ticket_is_taken_back_after_asking_once_more(talk: Asked) -> None:
    talk.found = TicketsFound((STANDING,))
    talk.says("我要撤回投诉")
    assert talk.keys == ["withdraw.sure"]
    talk.says("确定撤回")
    (taken,) = talk.did(WithdrawTicket)
    assert (taken, talk.keys) == (WithdrawTicket(NUMBER, "确定撤回"), ["withdraw.done"])


def test_a_second_thought_keeps_it(talk: Asked) -> None:
    talk.found = TicketsFound((STANDING,))
    talk.says("我要撤回投诉", "不撤了")
    assert (talk.did(WithdrawTicket), talk.keys) == ([], ["withdraw.kept"])


def test_what_may_not_be_taken_back_here_is_a_matter_for_a_person(talk: Asked) -> None:
    talk.found = TicketsFound(())
    assert talk.says("我要撤回投诉").keys == ["withdraw.none"]
