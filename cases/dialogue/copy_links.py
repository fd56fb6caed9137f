"""How long the link to a copy of one's own records leads there: proven by itself, kept nowhere."""

import hmac
from datetime import UTC, datetime, timedelta

from cases.database import Session
from cases.errors import CaseError, UnknownError
from cases.talk import conversations
from cases.talk.conversations import Conversation

GOOD_FOR = timedelta(minutes=30)
PARTS = 3
PURPOSE = "own copy"


class LinkEndedError(CaseError):
    """The link was good once; ask for a new one in the conversation."""


def make(session: Session, conversation: Conversation, *, now: datetime) -> str:
    """What stands in the link: which conversation, since when, and the proof of both."""
    made = f"{int(now.timestamp()):x}"
    return f"{conversation.id}-{made}-{_proof(session, conversation.id, made)}"


def follow(session: Session, token: str, *, now: datetime) -> Conversation:
    """The conversation of a link. Raises UnknownError, also once it was erased; LinkEndedError."""
    parts = token.split("-")
    if len(parts) != PARTS:
        raise UnknownError("There is no such link.")
    wanted, made, proof = parts
    proven = _proof(session, wanted, made).encode()
    if not hmac.compare_digest(proof.encode("utf-8", "replace"), proven):
        raise UnknownError("There is no such link.")
    if abs(now - datetime.fromtimestamp(int(made, 16), UTC)) > GOOD_FOR:
        raise LinkEndedError("This link has ended; ask for a new one in the conversation.")
    conversation = conversations.find(session, wanted)
    if conversation.erased_at is not None:
        raise UnknownError("There is no such link.")
    return conversation


def _proof(session: Session, wanted: str, made: str) -> str:
    return session.vault.blind(PURPOSE, f"{wanted} {made}")
