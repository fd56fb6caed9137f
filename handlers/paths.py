"""What somebody hears whose matter is already under way elsewhere, or of another place."""

from cases.commands import AddToTicket
from handlers import speech
from handlers.triage import Triage
from handlers.turn import Choice, Outcome, Reply, Turn
from handlers.underway import CLAUSE
from knowledge import citations
from knowledge.library import Library

AGREE, DECLINE = Choice("path.button_agree"), Choice("path.button_decline")


def told(turn: Turn, library: Library, decided: Triage) -> list[Reply]:
    """The path of what is before a court or another authority; the hotline of another place.

    What is passed on there waits for the resident's consent (个人信息保护法 第23条).
    """
    found: list[Reply] = []
    if decided.underway is not None:
        shown = citations.cite(library, (CLAUSE,), turn.today)
        found.append(Reply(f"path.{decided.underway}", citations=shown))
    if decided.outside is not None:
        values = {"place": decided.outside}
        found.append(Reply("path.outside", values, choices=(AGREE, DECLINE)))
    return found


def answers(turn: Turn) -> bool:
    """Whether the resident says that what they told may, or may not, be passed on there."""
    words = speech.chinese()
    labels = {words.say(AGREE.label), words.say(DECLINE.label)}
    return turn.state.ticket is not None and turn.text.strip() in labels


def take(turn: Turn, _library: Library) -> Outcome:
    """Keep the consent, or that there is none, in the ticket."""
    words = speech.chinese()
    agreed = turn.text.strip() == words.say(AGREE.label)
    note = words.say("path.note_agreed" if agreed else "path.note_declined")
    reply = Reply("path.agreed" if agreed else "path.declined")
    return Outcome((reply,), turn.state, (AddToTicket(turn.state.ticket or "", note),))
