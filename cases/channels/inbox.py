"""What came in and waits for an answer: kept once, claimed anew when nobody came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel, col, select, update

from cases import keys
from cases.database import Session, UtcDateTime
from cases.errors import ReusedError
from cases.talk import attachments, conversations, messages
from cases.talk.attachments import Harmless
from cases.talk.conversations import Conversation, Mode
from cases.talk.messages import Line, Sender, Shared

ANSWER_LEASE = timedelta(seconds=30)
MOST_ATTEMPTS = 2


class Inbound(SQLModel, table=True):
    """Something a resident sent, on disk before anything is answered. One row per channel id."""

    __tablename__ = "inbound"
    __table_args__ = (
        UniqueConstraint("conversation_id", "external_id"),
        Index("ix_inbound_unanswered", "answered_at", "received_at"),
        Index("ix_inbound_recent", "conversation_id", "received_at"),
        Index("ix_inbound_open", "conversation_id", "answered_at"),
    )
    id: str = Field(primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id")
    external_id: str
    fingerprint: str
    seq: int
    received_at: datetime = Field(sa_type=UtcDateTime)
    claimed_until: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


@dataclass(frozen=True)
class Stuck:
    """A conversation with unanswered messages. `hopeless`: whoever tried did not come back."""

    conversation_id: str
    hopeless: bool


def receive(  # noqa: PLR0913
    session: Session,
    conversation: Conversation,
    *,
    external_id: str,
    text: str,
    files: Sequence[Harmless] = (),
    now: datetime,
) -> Inbound:
    """Keep what came in; the same id, text and files again return the first row.

    Raises ReusedError when the id came before with something else, QuotaError for the files.
    """
    fingerprint = session.vault.blind("inbound", _content(text, files))
    known = session.exec(
        select(Inbound).where(
            Inbound.conversation_id == conversation.id, Inbound.external_id == external_id
        )
    ).first()
    if known is not None:
        if known.fingerprint != fingerprint:
            raise ReusedError(messages.REUSED)
        return known
    seq = conversations.next_seq(session, conversation, active=now)
    inbound = Inbound(
        id=keys.new_id(),
        conversation_id=conversation.id,
        external_id=external_id,
        fingerprint=fingerprint,
        seq=seq,
        received_at=now,
        claimed_until=now + ANSWER_LEASE,
    )
    session.add(inbound)
    session.flush()
    shared = [
        Shared(attachments.keep(session, conversation, file, now=now), file.kind) for file in files
    ]
    line = Line(Sender.RESIDENT, text, files=tuple(shared))
    messages.keep(session, conversation, line, seq=seq, inbound_id=inbound.id, now=now)
    return inbound


def _content(text: str, files: Sequence[Harmless]) -> str:
    return "\x1f".join((text, *(file.fingerprint for file in files)))


def unanswered(session: Session, conversation: Conversation) -> Sequence[Inbound]:
    """What still waits for an answer in this conversation, in order."""
    return session.exec(
        select(Inbound)
        .where(Inbound.conversation_id == conversation.id, col(Inbound.answered_at).is_(None))
        .order_by(col(Inbound.seq))
    ).all()


def claim_stuck(session: Session, *, now: datetime, limit: int = 20) -> Sequence[Stuck]:
    """Conversations whose messages nobody has answered within the lease; each is claimed anew."""
    stuck = session.exec(
        select(Inbound)
        .where(col(Inbound.answered_at).is_(None), Inbound.claimed_until < now)
        .order_by(col(Inbound.received_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for row in stuck:
        row.claimed_until = now + ANSWER_LEASE
        row.attempts += 1
        session.add(row)
    session.flush()
    tried: dict[str, int] = {}
    for row in stuck:
        tried[row.conversation_id] = max(row.attempts, tried.get(row.conversation_id, 0))
    return [
        Stuck(conversation, attempts > MOST_ATTEMPTS) for conversation, attempts in tried.items()
    ]


def leave_to_person(
    session: Session, inbound_id: str, conversation_id: str, *, now: datetime
) -> bool:
    """Close a row that the person who holds the chat answers; False once nobody holds it."""
    held = select(Conversation.id).where(
        Conversation.id == conversation_id, Conversation.mode == Mode.OPERATOR
    )
    done = session.connection().execute(
        update(Inbound)
        .where(col(Inbound.id) == inbound_id, col(Inbound.answered_at).is_(None), held.exists())
        .values(answered_at=now)
    )
    return done.rowcount == 1


def mark_answered(session: Session, inbound: Inbound, *, now: datetime) -> bool:
    """Close a row; False when another process was first."""
    done = session.connection().execute(
        update(Inbound)
        .where(col(Inbound.id) == inbound.id, col(Inbound.answered_at).is_(None))
        .values(answered_at=now)
    )
    return done.rowcount == 1
