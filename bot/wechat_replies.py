"""What goes back with WeChat's own push: what fits one message, once, also if asked again."""

from collections.abc import Sequence
from datetime import datetime

from bot import rendering
from bot.wechat import SHAPE
from bot.wechat_updates import CHANNEL
from cases.channels import outbox
from cases.database import Session
from cases.talk import messages, threads
from cases.talk.messages import Message
from handlers.speech import Speech

BETWEEN = "\n\n"


def take(session: Session, chat: str, push: str, speech: Speech, *, now: datetime) -> str:
    """The answer to a push; empty when there is none yet or it is too long for one message.

    What is taken here counts as sent by this push; what does not fit leaves by the outbox.
    """
    conversation = threads.find(session, CHANNEL, chat)
    if conversation is None:
        return ""
    receipt = f"push:{push}"
    again = outbox.answered_with(session, conversation.id, receipt)
    if again:
        return BETWEEN.join(_text(session, row, speech) for row in again)
    rows = outbox.claim_answers(session, conversation.id, now=now)
    fitting = _fitting(session, rows, speech)
    for row in rows[: len(fitting)]:
        outbox.sent(session, row, receipt, now=now)
    for row in rows[len(fitting) :]:
        outbox.again(session, row, at=now)
    return BETWEEN.join(fitting)


def _fitting(session: Session, rows: Sequence[Message], speech: Speech) -> list[str]:
    """The texts from the first on that are one message together."""
    fitting: list[str] = []
    for row in rows:
        text = _text(session, row, speech)
        if SHAPE.measure(BETWEEN.join((*fitting, text))) > SHAPE.longest:
            break
        fitting.append(text)
    return fitting


def _text(session: Session, row: Message, speech: Speech) -> str:
    pages = rendering.pages(messages.line_of(session, row), SHAPE, speech)
    return BETWEEN.join(page.text for page in pages)
