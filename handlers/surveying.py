"""The three questions about a result, in the chat: any of them may be left unanswered."""

from cases.commands import AnswerFollowUp
from cases.dialogue.lookups import Awaited, Wants
from cases.ticket_rules.surveys import Answer, Question
from handlers import speech
from handlers.turn import Choice, Outcome, Reply, TicketDue, Turn
from knowledge.library import Library
from knowledge.names import Intent

OFFERED = {
    Question.SOLVED: tuple(Choice(f"survey.solved_{answer}") for answer in Answer),
    Question.MANNER: tuple(Choice(f"survey.manner_{answer}") for answer in Answer),
    Question.SATISFIED: tuple(Choice(f"survey.satisfied_{answer}") for answer in Answer),
}
CUES = {
    Question.SOLVED: {answer: f"survey.cue_solved_{answer}" for answer in Answer},
    Question.MANNER: {answer: f"survey.cue_manner_{answer}" for answer in Answer},
    Question.SATISFIED: {answer: f"survey.cue_satisfied_{answer}" for answer in Answer},
}
# The gravest first: 不满意 has 满意 in it.
GRAVEST_FIRST = (Answer.NO, Answer.PARTLY, Answer.YES)
PLAIN = {Intent.AFFIRM: Answer.YES, Intent.DENY: Answer.NO}
TALKS_BACK = frozenset({Intent.AFFIRM, Intent.DENY, Intent.UNSURE, Intent.INFORM})
LONGEST_ANSWER = 12


def first(number: str) -> Reply:
    """What is asked first, in neutral words: whoever reads it learns nothing of the matter."""
    asked = Question.SOLVED
    return Reply("survey.ask_solved", {"number": number}, choices=OFFERED[asked])


def asked(turn: Turn) -> bool:
    """Whether one of the three questions stands open in this chat."""
    return turn.awaited is not None and turn.awaited.question is not None


def wanted(turn: Turn) -> bool:
    """Whether this message answers a question about a result, or is 不满意 before it is asked."""
    asked = turn.awaited
    if asked is None or asked.wants is not Wants.FOLLOW_UP or turn.said.intent is Intent.ASK_HUMAN:
        return False
    if asked.question is None:
        return speech.chinese().hears("survey.cue_unsatisfied", turn.text)
    if _answer(turn, asked.question) is not None or _declines(turn):
        return True
    return turn.said.intent in TALKS_BACK and len(turn.text.strip()) <= LONGEST_ANSWER


def listen(turn: Turn, _library: Library) -> Outcome:
    """Keep the answer and ask the next; what is not understood twice is left to a person."""
    asked = turn.awaited
    if asked is None:
        return Outcome((Reply("feedback.heard"),), turn.state)
    question = asked.question or Question.SATISFIED
    answer = Answer.NO if asked.question is None else _answer(turn, question)
    if answer is None:
        return _not_understood(turn, asked, question)
    text = "" if _is_button(turn.text, question) else turn.text
    kept = AnswerFollowUp(asked.number, question, answer, text)
    state = turn.state.having(misses=0)
    return Outcome((_next(asked, question, answer),), state, (kept,))


def _next(asked: Awaited, question: Question, answer: Answer) -> Reply:
    match question:
        case Question.SOLVED:
            return Reply("survey.ask_manner", choices=OFFERED[Question.MANNER])
        case Question.MANNER:
            return Reply("survey.ask_satisfied", choices=OFFERED[Question.SATISFIED])
        case Question.SATISFIED:
            return _last(asked, answer)


def _last(asked: Awaited, answer: Answer) -> Reply:
    if answer is not Answer.NO:
        return Reply("survey.thanks", {"number": asked.number})
    if asked.again:
        return Reply("survey.supervisor", {"number": asked.number})
    return Reply("survey.reopened", {"number": asked.number, "due": TicketDue()})


def _not_understood(turn: Turn, asked: Awaited, question: Question) -> Outcome:
    state = turn.state.having(misses=turn.state.misses + 1)
    if state.misses > 1 or _declines(turn):
        kept = AnswerFollowUp(asked.number, question, None, turn.text)
        return Outcome((Reply("survey.person"),), state.having(misses=0), (kept,))
    return Outcome((Reply("survey.again", choices=OFFERED[question]),), state)


def _answer(turn: Turn, question: Question) -> Answer | None:
    words = speech.chinese()
    short = len(turn.text.strip()) <= LONGEST_ANSWER
    for answer in GRAVEST_FIRST if short else (Answer.NO,):
        if words.hears(CUES[question][answer], turn.text):
            return answer
    return PLAIN.get(turn.said.intent) if turn.said.sure else None


def _declines(turn: Turn) -> bool:
    return speech.chinese().hears("survey.cue_declines", turn.text)


def _is_button(text: str, question: Question) -> bool:
    words = speech.chinese()
    return text.strip() in {words.say(choice.label) for choice in OFFERED[question]}
