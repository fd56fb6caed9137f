"""What somebody hears whose money has not come: when it is paid, what to look at, an enquiry."""

from dataclasses import replace

from handlers import policy, requests, speech, triage
from handlers.dialogue import RequestForm
from handlers.turn import Choice, Outcome, Turn
from knowledge.answers import Topic
from knowledge.library import Library
from knowledge.names import Intent
from nlu.understanding import EntityName

GUIDE = "payday"
REGISTER = Choice("payday.button_register")


def asked(turn: Turn) -> bool:
    """Whether money that was granted has not come, or its day is asked; nobody is accused."""
    words, text = speech.chinese(), turn.text
    numbered = any(one.name == EntityName.TICKET_NUMBER for one in turn.said.entities)
    complains = turn.said.sure and turn.said.intent is Intent.FILE_COMPLAINT
    if numbered or complains or triage.accuses(turn.said):
        return False
    waits = words.hears("payday.cue_money", text) and words.hears("payday.cue_waits", text)
    return waits and not words.hears("payday.cue_other", text)


def pressed(turn: Turn) -> bool:
    """Whether the offer to ask for them was taken."""
    offered = turn.state.form is None and turn.state.guide == GUIDE
    return offered and turn.text.strip() == speech.chinese().say(REGISTER.label)


def tell(turn: Turn, library: Library) -> Outcome:
    """When it is paid, what to look at first; then an enquiry is offered."""
    told = policy.of_topic(turn, library, Topic(GUIDE))
    said = replace(told.replies[0], choices=(REGISTER, Choice("menu.ask_human")))
    return replace(told, replies=(said,))


def register(turn: Turn, library: Library) -> Outcome:
    """Take down what was told before; a number to call back is all that is asked."""
    form = RequestForm(intent=Intent.ASK_PROGRESS)
    return requests.take_down(turn, library, form, told=turn.state.last_question or "")
