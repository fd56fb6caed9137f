"""Which answered messages go on the editors' list: where unsure, or where two engines differ."""

from collections import deque
from datetime import datetime, timedelta

from cases.database import Store
from cases.editing import misreadings
from cases.editing.misreadings import Answered, Reading, Why
from cases.talk import conversations
from handlers.dialogue import ClarifyForm, Dialogue, HandoffForm
from handlers.speech import Speech
from knowledge.names import Hazard
from nlu import rasa_client
from nlu.interpreter import Interpreter
from nlu.rasa_client import AwayError, Heard, Rasa
from nlu.rasa_engine import WithRasa
from nlu.understanding import Understanding

# How far back a look goes: a turn is dated by its beginning and visible at its end.
BACK = timedelta(seconds=10)
# The bounded queue: what is beyond it in one look is let go, the newest are looked at.
AT_MOST = 50
REMEMBERED = 2_000
LEAST_LETTERS = 2


class Overhearing:
    """Looks behind the turns, in the clock's own thread; no resident waits for it.

    With `shadow`, Rasa is asked about each message, and where it hears otherwise both are kept.
    """

    def __init__(
        self, store: Store, interpreter: Interpreter, speech: Speech, shadow: Rasa | None
    ) -> None:
        self._store = store
        self._own = interpreter.own if isinstance(interpreter, WithRasa) else interpreter
        self._speech = speech
        self._shadow = shadow
        self._seen: deque[str] = deque(maxlen=REMEMBERED)

    def look(self, *, now: datetime) -> int:
        """Look at what was answered since the last look; how many went on the list."""
        with self._store.read() as session:
            lately = misreadings.lately_answered(session, since=now - BACK, limit=AT_MOST)
        fresh = [one for one in lately if one.inbound_id not in self._seen]
        self._seen.extend(one.inbound_id for one in fresh)
        return sum(self._weigh(one, now=now) for one in fresh)

    def _weigh(self, one: Answered, *, now: datetime) -> int:
        if not self._worth_it(one):
            return 0
        said = self._own.read(one.text, now=now)
        if said.hazard is not Hazard.NONE:
            return 0
        reading = _differing(said, self._heard(said.text)) or _unsure(said)
        if reading is None:
            return 0
        with self._store.write() as session:
            chat = conversations.find(session, one.conversation_id)
            return misreadings.keep(session, chat, one.inbound_id, reading, now=now)

    def _worth_it(self, one: Answered) -> bool:
        """Not what only answers a question of a form, nor a button, nor signs without a word."""
        letters = sum(char.isalpha() for char in one.text)
        if letters < LEAST_LETTERS or one.text.strip() in self._speech.menu():
            return False
        form = None if one.state is None else Dialogue.model_validate_json(one.state).form
        return form is None or isinstance(form, ClarifyForm | HandoffForm)

    def _heard(self, text: str) -> Heard | None:
        if self._shadow is None:
            return None
        try:
            return self._shadow.hear(text)
        except AwayError:
            return None


def _differing(said: Understanding, heard: Heard | None) -> Reading | None:
    if heard is None or heard.intent is said.intent:
        return None
    return _reading(Why.ENGINES_DIFFER, said, str(heard.intent))


def _unsure(said: Understanding) -> Reading | None:
    if said.sure:
        return None
    return _reading(Why.UNSURE, said, None if said.runner_up is None else str(said.runner_up))


def _reading(why: Why, said: Understanding, other: str | None) -> Reading:
    masked = rasa_client.outbound(said.text)
    return Reading(why, masked, str(said.intent), said.confidence, other)
