"""Which buttons a resident had before them when they wrote."""

from pydantic import BaseModel
from sqlmodel import col, select

from cases.database import Session
from cases.talk.conversations import Conversation
from cases.talk.messages import Message, Sender

LINES_BACK = 6


class _Shown(BaseModel, frozen=True, extra="ignore"):
    choices: tuple[tuple[str, str], ...] = ()


def last_values(session: Session, conversation: Conversation) -> tuple[str, ...]:
    """The values of the buttons that were shown last, in their order."""
    return tuple(value for _, value in _shown_last(session, conversation))


def last(session: Session, conversation: Conversation) -> tuple[str, ...]:
    """The labels and values of the buttons that the bot showed last; none when its last lines
    had none."""
    choices = _shown_last(session, conversation)
    return tuple(dict.fromkeys(text for choice in choices for text in choice if text))


def _shown_last(session: Session, conversation: Conversation) -> tuple[tuple[str, str], ...]:
    rows = session.exec(
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.sender == Sender.BOT)
        .order_by(col(Message.seq).desc())
        .limit(LINES_BACK)
    ).all()
    for row in rows:
        choices = _Shown.model_validate(row.shown).choices
        if choices:
            return choices
    return ()
