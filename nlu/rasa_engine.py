"""What Rasa may decide where it runs: which intent. Danger and values are read in process."""

from dataclasses import dataclass, replace
from datetime import datetime

from knowledge.names import Hazard, Intent
from nlu.interpreter import Interpreter
from nlu.rasa_client import AwayError, Heard, Rasa
from nlu.understanding import Understanding


@dataclass(frozen=True, slots=True)
class WithRasa:
    """The engine in process, with the intent by Rasa while Rasa answers in time."""

    own: Interpreter
    rasa: Rasa

    def read(self, text: str, *, now: datetime) -> Understanding:
        """A danger waits for no server; whatever Rasa fails to say is said in process."""
        said = self.own.read(text, now=now)
        if said.hazard is not Hazard.NONE or not said.text.strip():
            return said
        try:
            heard = self.rasa.hear(said.text)
        except AwayError:
            return said
        return _joined(said, heard)


def _joined(said: Understanding, heard: Heard) -> Understanding:
    """Rasa's intent; it may add a suspicion of danger, never take one away."""
    suspicion = said.suspicion
    if suspicion is Hazard.NONE and heard.intent is Intent.REPORT_EMERGENCY:
        suspicion = Hazard.SUDDEN_HARDSHIP
    return replace(
        said,
        intent=heard.intent,
        confidence=heard.confidence,
        runner_up=heard.second,
        sure=heard.sure,
        suspicion=suspicion,
        because=(),
    )
