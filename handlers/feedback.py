"""What residents say of an answer or of the service."""

from cases.commands import KeepQuestion
from handlers import handoff, speech
from handlers.turn import Outcome, Reply, Turn
from knowledge.library import Library


def keep(turn: Turn, library: Library) -> Outcome:
    """Praise is thanked for; an unhelpful answer goes to the editors and a person is offered."""
    words = speech.chinese()
    if turn.text.strip() == words.say("feedback.button_useful"):
        return Outcome((Reply("feedback.useful"),), turn.state)
    about = turn.state.last_question or turn.text
    kept = KeepQuestion(why="unhelpful", text=about)
    if turn.text.strip() == words.say("feedback.button_useless"):
        offered = handoff.offer(turn, Reply("feedback.useless"))
        return Outcome(offered.replies, offered.state, (kept,))
    if words.hears("feedback.cue_hard", turn.text):
        return Outcome((Reply("feedback.listening"),), turn.state.having(misses=0))
    if words.hears("feedback.cue_unsatisfied", turn.text):
        # 不满意 is promised to be taken up once more.
        sorry = Reply("feedback.unsatisfied")
        return handoff.queue(turn, library, reason="unsatisfied", before=(sorry,))
    heard = KeepQuestion(why="feedback", text=turn.text)
    return Outcome((Reply("feedback.heard"),), turn.state.having(misses=0), (heard,))
