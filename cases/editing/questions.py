"""Questions that found no answer or whose answer did not help: the editors' work list."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Field, SQLModel, col, select, update

from cases import keys, residents
from cases.database import Session, UtcDateTime
from cases.errors import KeyDestroyedError
from cases.sealed import Place
from cases.talk import conversations
from cases.talk.conversations import Conversation


class Question(SQLModel, table=True):
    """One question of a resident, sealed under the resident's key and forgotten with it."""

    __tablename__ = "questions"
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id", index=True)
    why: str
    sealed_text: bytes
    region: str | None = None
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


def keep(
    session: Session, conversation: Conversation, *, why: str, text: str, now: datetime
) -> Question:
    """Remember a question for the editors."""
    row = keys.new_id()
    question = Question(
        id=row,
        conversation_id=conversation.id,
        why=why,
        sealed_text=keys.seal(session, _key(session, conversation), _place(row), text),
        region=conversation.region,
        at=now,
    )
    session.add(question)
    session.flush()
    return question


def unsettled(session: Session, *, limit: int = 200) -> Sequence[Question]:
    """What editors have not dealt with, newest first."""
    return session.exec(
        select(Question)
        .where(col(Question.settled_at).is_(None))
        .order_by(col(Question.at).desc())
        .limit(limit)
    ).all()


def text_of(session: Session, question: Question) -> str | None:
    """The question as it was asked; None once its resident is forgotten."""
    conversation = conversations.find(session, question.conversation_id)
    try:
        key = _key(session, conversation)
        return keys.unseal(session, key, _place(question.id), question.sealed_text)
    except KeyDestroyedError:
        return None


def settle(session: Session, ids: Iterable[str], *, now: datetime) -> None:
    """Editors have dealt with these; unknown ones are nothing."""
    session.connection().execute(
        update(Question)
        .where(col(Question.id).in_(list(ids)), col(Question.settled_at).is_(None))
        .values(settled_at=now)
    )


def _key(session: Session, conversation: Conversation) -> str:
    return residents.key_of(session, conversation.resident_id)


def _place(row: str) -> Place:
    return Place("questions", "text", row)
