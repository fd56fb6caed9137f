"""Which buttons a resident had before them when they wrote."""

from pydantic import BaseModel
from sqlmodel import col, select

from cases.conversations import Conversation
from cases.database import Session
from cases.messages import Message, Sender

LINES_BACK = 6


class _Shown(BaseModel, frozen=True, extra="ignore"):
    choices: tuple[tuple[str, str], ...] = ()


def last(session: Session, conversation: Conversation) -> tuple[str, ...]:
    """The labels and values of the buttons that the bot showed last; none when its last lines
    had none."""
    rows = session.exec(
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.sender == Sender.BOT)
        .order_by(col(Message.seq).desc())
        .limit(LINES_BACK)
    ).all()
    for row in rows:
        choices = _Shown.model_validate(row.shown).choices
        if choices:
            return tuple(dict.fromkeys(text for choice in choices for text in choice if text))
    return ()
