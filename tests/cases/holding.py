"""Chats in the hands of operators, as tests of whose they are and of passing them on begin."""

from cases import operators
from cases.database import Session
from cases.desk import queues
from cases.operators import Operator
from cases.talk import messages
from cases.talk.conversations import Conversation
from cases.talk.messages import Line, Sender
from knowledge.names import Priority
from tests import factories
from tests.clock import Clock


def held(
    session: Session, operator: Operator, clock: Clock, priority: Priority = Priority.P2
) -> Conversation:
    """A chat of a resident who has written, in the hands of this operator."""
    chat = factories.a_waiting_chat(session, priority, now=clock.now)
    says(session, chat, Sender.RESIDENT, clock)
    return queues.take(session, chat.id, operator, now=clock.now)


def says(session: Session, chat: Conversation, who: Sender, clock: Clock) -> None:
    """Somebody asks whether anybody is there."""
    messages.say(session, chat, Line(who, "在吗"), now=clock.now)


def still_there(session: Session, clock: Clock, *people: Operator) -> None:
    """These have their pages open."""
    for one in people:
        operators.note_present(session, one.id, "", now=clock.now)
