"""A danger that is only suspected brings one gentle question, the numbers and a flag."""

from dataclasses import replace

from cases.commands import RaiseAlert
from handlers import router, speech
from handlers.dialogue import Dialogue
from handlers.turn import Outcome, Turn
from knowledge.library import Library
from knowledge.names import Hazard, Intent, Priority
from nlu.understanding import Understanding, Writer
from tests.clock import Clock

SAID = Understanding(
    text="江水看着挺深的",
    intent=Intent.ASK_POLICY,
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
    worry=0.9,
)


def _turn(state: Dialogue | None = None, text: str = "江水看着挺深的", worry: float = 0.9) -> Turn:
    said = replace(SAID, text=text, worry=worry)
    return Turn(text=text, said=said, state=state or Dialogue(), now=Clock().now)


def _outcome(turn: Turn, library: Library) -> Outcome:
    outcome = router.choose(turn)(turn, library)
    assert isinstance(outcome, Outcome)
    return outcome


def test_a_worrying_message_is_asked_after_once_with_numbers_and_an_alert(library: Library) -> None:
    outcome = _outcome(_turn(), library)
    assert outcome.replies[0].key == "emergency.are_you_safe"
    assert "110" in str(outcome.replies[0].values["numbers"])
    assert [choice.label for choice in outcome.replies[0].choices] == [
        "emergency.safe",
        "emergency.unsafe",
        "menu.ask_human",
    ]
    assert outcome.commands == (RaiseAlert(Hazard.NONE),)
    assert outcome.state.asked_safe


def test_it_is_not_asked_twice_nor_without_worry(library: Library) -> None:
    for turn in (_turn(Dialogue(asked_safe=True)), _turn(worry=0.2)):
        assert _outcome(turn, library).replies[0].key != "emergency.are_you_safe"


def test_who_is_safe_is_left_in_peace(library: Library) -> None:
    safe = speech.chinese().say("emergency.safe")
    outcome = _outcome(_turn(Dialogue(asked_safe=True), safe, 0.0), library)
    assert outcome.replies[0].key == "emergency.glad"
    assert outcome.commands == ()
