"""Whether what is kept can be trusted: tables current, sealed values open, numbers in order."""

from collections.abc import Sequence

from sqlmodel import col, func, select

from cases import database
from cases.database import Session, Store
from cases.errors import KeyDestroyedError
from cases.sealed import SealError
from cases.talk import conversations, messages

SAMPLE = 200


def check(store: Store) -> Sequence[str]:
    """A sentence for each thing that is wrong; none when all is well."""
    if not database.is_current(store):
        return ["The tables are not of the newest version; run: helpline db upgrade"]
    with store.read() as session:
        return [*_unopenable(session), *_numbers(session)]


def _unopenable(session: Session) -> list[str]:
    newest = select(messages.Message).order_by(col(messages.Message.created_at).desc())
    for row in session.exec(newest.limit(SAMPLE)):
        conversation = conversations.find(session, row.conversation_id)
        try:
            messages.text_of(session, conversation, row.seq)
        except KeyDestroyedError:
            continue
        except SealError as error:
            return [f"Message {row.id} cannot be opened: {error}"]
    return []


def _numbers(session: Session) -> list[str]:
    last = func.max(messages.Message.seq)
    wrong = session.exec(
        select(conversations.Conversation.id)
        .join(
            messages.Message, col(messages.Message.conversation_id) == conversations.Conversation.id
        )
        .group_by(col(conversations.Conversation.id), col(conversations.Conversation.last_seq))
        .having(last > col(conversations.Conversation.last_seq))
    ).all()
    return [f"Conversation {one} counts fewer messages than it has." for one in wrong]
