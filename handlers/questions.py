"""Which wish is rather a question about the rules: that is answered, the wish is a button."""

from dataclasses import replace
from functools import wraps

from cases.dialogue.lookups import Lookup
from handlers import hearing, policy, speech
from handlers.turn import Choice, Outcome, Turn
from handlers.unfinished import Handler
from knowledge.library import Library
from knowledge.names import Intent

# They are told in the same words as the rules about them: papers, money, who lives with whom.
WISHES = frozenset(
    {
        Intent.REPORT_CHANGE,
        Intent.REQUEST_SERVICE,
        Intent.PRIVACY_REQUEST,
        Intent.MANAGE_VISIT,
        Intent.FILE_COMPLAINT,
        Intent.CHECK_ELIGIBILITY,
    }
)


def before(handler: Handler, intent: Intent) -> Handler:
    """A handler of a wish, before which what is rather a question gets its answer."""
    if intent not in WISHES:
        return handler

    @wraps(handler)
    def first(turn: Turn, library: Library) -> Outcome | Lookup:
        asks = _asks(turn, library, intent)
        told = policy.plainly(turn, library, least=policy.PLAIN) if asks else None
        if told is None or turn.found is not None:
            return handler(turn, library)
        reply = told.replies[0]
        wish = policy.REPORT if intent is Intent.FILE_COMPLAINT else Choice(f"intent.{intent}")
        offered = replace(reply, choices=(wish, *(c for c in reply.choices if c != wish)))
        return replace(told, replies=(offered,))

    return first


def _asks(turn: Turn, library: Library, intent: Intent) -> bool:
    """Whether the rules are asked about; a change that is told names what has changed."""
    words = speech.chinese()
    if words.hears("question.cue_rule", turn.text):
        return True
    changes = intent is Intent.REPORT_CHANGE
    return changes and hearing.asks(turn.said) and library.changes.heard(turn.text) is None
