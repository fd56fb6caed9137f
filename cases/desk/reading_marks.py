"""How far somebody of the staff has read a chat, so that what is unread can be counted."""

from collections.abc import Iterable, Mapping

from sqlalchemy import text
from sqlmodel import Field, SQLModel, col, func, or_, select

from cases.database import Session
from cases.talk.conversations import Conversation
from cases.talk.messages import Message, Sender


class ReadingMark(SQLModel, table=True):
    """The newest line that one account has seen of one chat."""

    __tablename__ = "reading_marks"
    operator_id: str = Field(primary_key=True, foreign_key="operators.id")
    conversation_id: str = Field(primary_key=True, foreign_key="conversations.id", index=True)
    seq: int = 0


def mark(session: Session, operator_id: str, chat: Conversation) -> None:
    """Everything that stands in the chat now has been seen."""
    session.connection().execute(
        text(
            "INSERT INTO reading_marks (operator_id, conversation_id, seq) "
            "VALUES (:who, :chat, :seq) ON CONFLICT (operator_id, conversation_id) "
            "DO UPDATE SET seq = excluded.seq WHERE reading_marks.seq < excluded.seq"
        ),
        {"who": operator_id, "chat": chat.id, "seq": chat.last_seq},
    )


def unread(session: Session, operator_id: str, chats: Iterable[Conversation]) -> Mapping[str, int]:
    """How many of the residents' lines this account has not seen, by chat."""
    wanted = [chat.id for chat in chats]
    if not wanted:
        return {}
    mine = (col(ReadingMark.conversation_id) == Message.conversation_id) & (
        col(ReadingMark.operator_id) == operator_id
    )
    rows = session.exec(
        select(Message.conversation_id, func.count())
        .join(ReadingMark, mine, isouter=True)
        .where(
            col(Message.conversation_id).in_(wanted),
            Message.sender == Sender.RESIDENT,
            or_(col(ReadingMark.seq).is_(None), col(Message.seq) > col(ReadingMark.seq)),
        )
        .group_by(col(Message.conversation_id))
    )
    return {chat: int(count) for chat, count in rows}
