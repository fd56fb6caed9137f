"""What a household answers when it is asked how it is: fine, something is needed, no more of it."""

from cases.commands import AddToTicket, AnswerCare, CareWord
from cases.dialogue.lookups import Wants
from handlers import requests, speech
from handlers.dialogue import CareForm, RequestForm
from handlers.turn import Choice, Outcome, Reply, TicketDue, TicketNumber, Turn
from knowledge.library import Library
from knowledge.names import Intent

FINE = Choice("care.button_fine")
NEED = Choice("care.button_need")
NO_MORE = Choice("care.button_no_more")
WORDS = {FINE: CareWord.FINE, NEED: CareWord.NEED, NO_MORE: CareWord.NO_MORE}
REPLIES = {CareWord.FINE: "care.fine", CareWord.NO_MORE: "care.no_more"}
# What is longer is a story of its own.
LONGEST_FINE = 20
LEAVES = frozenset(
    {Intent.ASK_HUMAN, Intent.ASK_POLICY, Intent.FILE_COMPLAINT, Intent.ASK_PROGRESS}
)


def first(reason: str, hotline: str) -> Reply:
    """What is asked, in neutral words, with how to check that it is us."""
    return Reply(f"care.say_{reason}", {"hotline": hotline}, choices=tuple(WORDS))


def pressed(turn: Turn) -> bool:
    """Whether this is a button under the question, whatever else is being talked about."""
    return _asked(turn) and _button(turn) is not None


def wanted(turn: Turn) -> bool:
    """Whether this message answers how they are; anything else is a wish of its own."""
    if not _asked(turn) or (turn.said.sure and turn.said.intent in LEAVES):
        return False
    return _word(turn) is not None


def listen(turn: Turn, library: Library) -> Outcome:
    """Keep the answer. A need is filed at once, before anything is asked about it."""
    word = _button(turn) or _word(turn)
    if word is None:
        return Outcome((Reply("care.again", choices=tuple(WORDS)),), turn.state)
    state = turn.state.having(misses=0)
    if word in REPLIES:
        return Outcome((Reply(REPLIES[word]),), state, (AnswerCare(word),))
    wish = RequestForm(intent=Intent.REQUEST_SERVICE, told=turn.text, phone=turn.phone)
    filed = requests.opened(turn, library, wish)
    asked = Reply("care.need", {"number": TicketNumber(), "due": TicketDue()})
    waiting = state.having(form=CareForm())
    return Outcome((asked,), waiting, (filed,))


def more(turn: Turn, _library: Library) -> Outcome:
    """What is needed, told after it was filed: it goes into the same ticket."""
    number = turn.state.ticket
    left = turn.state.without_form()
    if number is None or _button(turn) is not None:
        return Outcome((Reply("care.fine"),), left)
    if not turn.text.strip() or turn.said.intent in {Intent.DENY, Intent.THANK}:
        return Outcome((Reply("care.enough"),), left)
    added = AddToTicket(number, turn.text, phone=turn.phone)
    return Outcome((Reply("care.added", {"number": number}),), left, (added,))


def again(turn: Turn) -> Reply | None:
    """The open question once more."""
    return Reply("care.ask_what") if isinstance(turn.state.form, CareForm) else None


def _asked(turn: Turn) -> bool:
    return turn.awaited is not None and turn.awaited.wants is Wants.CARE


def _button(turn: Turn) -> CareWord | None:
    words, text = speech.chinese(), turn.text.strip()
    return next((word for one, word in WORDS.items() if words.say(one.label) == text), None)


def _word(turn: Turn) -> CareWord | None:
    """The graver reading holds: 都好，就是没药了 is a need."""
    words, text = speech.chinese(), turn.text
    if words.hears("care.cue_no_more", text):
        return CareWord.NO_MORE
    rest = text
    for cue in words.say("care.cue_nothing").split("|"):
        rest = rest.replace(cue, " ")
    if words.hears("care.cue_need", rest):
        return CareWord.NEED
    short = len(text.strip()) <= LONGEST_FINE
    fine = rest != text or words.hears("care.cue_fine", rest)
    plain = turn.said.sure and turn.said.intent is Intent.AFFIRM
    return CareWord.FINE if short and (fine or plain) else None
