"""How often somebody may ask before being asked to wait; a danger is never made to wait."""

from datetime import datetime, timedelta

from api.errors import LimitedError
from cases import throttles
from cases.database import Session
from cases.talk.conversations import Conversation

MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
MESSAGES_A_MINUTE = 120
CONVERSATIONS_A_MINUTE = 600
FAILED_SIGN_INS = 10
FAILED_FROM_ADDRESS = 50


def messages_too_many(session: Session, conversation: Conversation, *, now: datetime) -> bool:
    """Whether this conversation has sent more than its share in the last minute."""
    if conversation.last_seq < MESSAGES_A_MINUTE:
        return False
    came = throttles.received_since(session, conversation.id, now - MINUTE)
    return came >= MESSAGES_A_MINUTE


def refuse_message() -> LimitedError:
    """What a resident who writes too fast is told."""
    return LimitedError("Too many messages in a minute; wait a little.", after=20)


def count_opening(session: Session, address: str, *, now: datetime) -> None:
    """Count a new conversation from this address. Raises LimitedError."""
    opened = throttles.count(session, f"open:{address}", every=MINUTE, now=now)
    if opened > CONVERSATIONS_A_MINUTE:
        raise LimitedError("Too many conversations from this address.", after=_left(now, MINUTE))


def begin_sign_in(session: Session, name: str, address: str, *, now: datetime) -> None:
    """Count a sign-in as failed until it has succeeded: of many at once none looks before the
    others are counted. Raises LimitedError when this name or address has failed too often."""
    failed = throttles.count(session, _of_name(name), every=QUARTER, now=now)
    failed_here = throttles.counted(session, _of_address(address), every=QUARTER, now=now)
    if failed > FAILED_SIGN_INS or failed_here >= FAILED_FROM_ADDRESS:
        raise LimitedError("Too many failed sign-ins; wait.", after=_left(now, QUARTER))


def note_failed_sign_in(session: Session, address: str, *, now: datetime) -> None:
    """Remember where a sign-in failed, whether or not there is such a name."""
    throttles.count(session, _of_address(address), every=QUARTER, now=now)


def end_sign_in(session: Session, name: str, *, now: datetime) -> None:
    """It has succeeded: it counts no more."""
    throttles.take_back(session, _of_name(name), every=QUARTER, now=now)


def _of_name(name: str) -> str:
    return f"name:{name}"


def _of_address(address: str) -> str:
    return f"from:{address}"


def _left(now: datetime, every: timedelta) -> int:
    return int(throttles.left_of_window(now, every=every).total_seconds()) + 1
