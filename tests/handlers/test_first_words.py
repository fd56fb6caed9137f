"""What the first words of a conversation lead to, each intent by itself, and what is filed."""

from dataclasses import replace

import pytest

from cases.commands import Command, KeepQuestion, OpenTicket, QueueChat, RaiseAlert, SetRegion
from cases.dialogue.lookups import NextVisit, NoVisit, OwnTickets
from handlers import fallback, greeting, policy, router
from handlers.dialogue import Dialogue, HandoffForm
from handlers.turn import Outcome, Turn
from knowledge.library import Library
from knowledge.names import Hazard, Intent, Priority, Region
from nlu.understanding import Understanding, Writer
from tests.clock import Clock

NOTHING = Understanding(
    text="嗯",
    intent=Intent.GREET,
    confidence=1.0,
    runner_up=None,
    sure=True,
    programme=None,
    aspect=None,
    region=None,
    hazard=Hazard.NONE,
    hazard_reason="",
    suspicion=Hazard.NONE,
    priority=Priority.P2,
    entities=(),
    writer=Writer.SELF,
)
ANSWERS = {
    Intent.GREET: "greeting.again",
    Intent.THANK: "greeting.thank",
    Intent.GOODBYE: "greeting.goodbye",
    Intent.RESTART: "greeting.restart",
    Intent.OUT_OF_SCOPE: "fallback.out_of_scope",
    Intent.AFFIRM: "fallback.what_next",
    Intent.DENY: "fallback.what_next",
    Intent.UNSURE: "fallback.lost",
    Intent.INFORM: "fallback.inform",
    Intent.CHECK_ELIGIBILITY: "prescreen.begin",
    Intent.REPORT_EMERGENCY: "emergency.what",
    Intent.FILE_COMPLAINT: "complaint.begin",
    Intent.ASK_HUMAN: "handoff.queued",
    Intent.GIVE_FEEDBACK: "feedback.heard",
    Intent.REPORT_CHANGE: "change.ask_what",
    Intent.REQUEST_SERVICE: "needs.ask_place",
    Intent.MANAGE_VISIT: "request.ask_manage_visit",
    Intent.PRIVACY_REQUEST: "request.ask_privacy_request",
    Intent.ASK_POLICY: "policy.answer",
}


def _turn(text: str = "嗯", **said: object) -> Turn:
    understood = replace(NOTHING, text=text, **said)  # type: ignore[arg-type]
    return Turn(text=text, said=understood, state=Dialogue(), now=Clock().now)


def _outcome(turn: Turn, library: Library) -> Outcome:
    handler = router.choose(turn)
    decided = handler(turn, library)
    if isinstance(decided, NextVisit):
        decided = handler(turn.answered(NoVisit()), library)
    assert isinstance(decided, Outcome)
    return decided


def _commands(turn: Turn, library: Library) -> dict[type[Command], Command]:
    return {type(command): command for command in _outcome(turn, library).commands}


@pytest.mark.parametrize(("intent", "key"), ANSWERS.items())
def test_an_intent_that_is_sure_is_answered(intent: Intent, key: str, library: Library) -> None:
    assert _outcome(_turn(intent=intent), library).replies[0].key == key


def test_a_new_beginning_is_one_wherever_it_is_heard() -> None:
    again = _turn("重新开始", intent=Intent.RESTART)
    assert router.by_intent(again, Intent.RESTART) is greeting.restart


def test_every_intent_is_tried_here() -> None:
    # How far a ticket is must be looked up first.
    assert set(ANSWERS) == set(Intent) - {Intent.ASK_PROGRESS}


def test_progress_looks_first_at_what_this_conversation_has_filed(library: Library) -> None:
    turn = _turn(intent=Intent.ASK_PROGRESS)
    assert isinstance(router.choose(turn)(turn, library), OwnTickets)


def test_what_is_not_sure_is_asked_again(library: Library) -> None:
    unsure = _turn(intent=Intent.GREET, sure=False)
    assert _outcome(unsure, library).replies[0].key == "fallback.again"


def test_a_suspicion_brings_a_gentle_question(library: Library) -> None:
    worried = _turn(sure=False, suspicion=Hazard.SELF_HARM)
    assert _outcome(worried, library).replies[0].key == "fallback.are_you_safe"


def test_what_was_not_understood_is_kept_for_the_editors(library: Library) -> None:
    kept = _commands(_turn("咕噜咕噜", sure=False), library)[KeepQuestion]
    assert kept == KeepQuestion(why="not_understood", text="咕噜咕噜")


def test_what_was_missed_twice_is_kept_too(library: Library) -> None:
    again = replace(_turn("咕噜咕噜", sure=False), state=Dialogue(misses=1))
    outcome = _outcome(again, library)
    assert outcome.commands == (KeepQuestion(why="not_understood", text="咕噜咕噜"),)
    assert (outcome.state.form, outcome.state.misses) == (HandoffForm(), 0)


def test_what_is_said_of_the_service_is_kept(library: Library) -> None:
    said = _turn("你们答得太慢", intent=Intent.GIVE_FEEDBACK)
    assert _commands(said, library)[KeepQuestion] == KeepQuestion("feedback", "你们答得太慢")


def test_an_answer_that_did_not_help_is_kept_and_a_person_offered(library: Library) -> None:
    turn = _turn("没用", intent=Intent.GIVE_FEEDBACK)
    asked = replace(turn, state=Dialogue(last_question="低保要什么条件"))
    outcome = _outcome(asked, library)
    assert outcome.commands == (KeepQuestion(why="unhelpful", text="低保要什么条件"),)
    assert "menu.ask_human" in [choice.label for choice in outcome.replies[0].choices]


def test_which_of_two_wishes_is_asked_and_the_place_kept(library: Library) -> None:
    torn = _turn("宁夏，改一下", sure=False, region=Region.NINGXIA)
    said = replace(torn.said, intent=Intent.REPORT_CHANGE, runner_up=Intent.MANAGE_VISIT)
    outcome = fallback.not_sure(replace(torn, said=said), library)
    assert outcome.replies[0].key == "fallback.which"
    assert outcome.commands == (SetRegion(Region.NINGXIA),)


def test_a_question_without_an_answer_is_kept_and_then_a_person_offered(library: Library) -> None:
    kept = (KeepQuestion(why="no_answer", text="火星移民要多久"),)
    first = policy.answer(_turn("火星移民要多久"), library)
    assert (first.commands, first.state.misses, first.state.form) == (kept, 1, None)
    second = policy.answer(replace(_turn("火星移民要多久"), state=first.state), library)
    assert (second.commands, second.state.form) == (kept, HandoffForm())


def test_danger_rings_opens_a_ticket_and_calls_a_person(library: Library) -> None:
    danger = _turn("我不想活了", hazard=Hazard.SELF_HARM, priority=Priority.P0)
    assert {OpenTicket, RaiseAlert, QueueChat} <= set(_commands(danger, library))


def test_danger_beside_a_person_rings_and_says_nothing(library: Library) -> None:
    danger = _turn("我不想活了", hazard=Hazard.SELF_HARM, priority=Priority.P0)
    outcome = _outcome(replace(danger, with_person=True), library)
    assert outcome.replies == ()
    assert outcome.commands == (RaiseAlert(Hazard.SELF_HARM),)


def test_beside_a_person_the_bot_is_silent(library: Library) -> None:
    outcome = _outcome(replace(_turn("好的"), with_person=True), library)
    assert (outcome.replies, outcome.commands) == ((), ())


def test_an_urgent_need_is_filed_from_the_first_message(library: Library) -> None:
    hungry = _turn("家里没米了", hazard=Hazard.NO_FOOD, priority=Priority.P1)
    assert {OpenTicket, QueueChat} <= set(_commands(hungry, library))


def test_with_nobody_there_asking_for_a_person_opens_a_ticket(library: Library) -> None:
    outcome = _outcome(replace(_turn(intent=Intent.ASK_HUMAN), someone_on_duty=False), library)
    assert outcome.replies[-1].key == "handoff.nobody"
    assert {OpenTicket, QueueChat} <= {type(command) for command in outcome.commands}
