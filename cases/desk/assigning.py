"""Whom the next chat is given to where a line gives its chats out by itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from cases.database import Session
from cases.desk import line_settings, origins, passing, queues, routing, whose
from cases.desk.origins import Came
from cases.desk.passing import End
from cases.desk.whose import Desks
from cases.desk.wrap_ups import WrappedUp
from cases.errors import CaseError
from cases.operators import Operator
from cases.talk.conversations import Conversation
from knowledge.names import Priority


@dataclass(frozen=True)
class Given:
    """A chat that was put into somebody's hands; `passed` to them by a colleague or not."""

    conversation: Conversation
    operator: Operator
    passed: bool


def give_out(
    session: Session,
    *,
    may: Callable[[Operator, Conversation], bool],
    most: int,
    now: datetime,
) -> Sequence[Given]:
    """Give the waiting chats of automatic lines out, the first in line first: to whom the resident
    talked with last, if the line wants that and they are free, else to whoever has most room.

    `may` says who may have which chat at all; `most` are given in this transaction.
    """
    lines = line_settings.automatic(session)
    if not lines or not queues.anybody_waits(session):
        return ()
    desks = Desks(session, now)
    sticky = line_settings.sticky(session)
    room = dict(desks.room)
    given: list[Given] = []
    for chat in queues.in_line(session):
        if max(room.values(), default=0) < routing.LIGHTEST or len(given) == most:
            break
        if chat.region not in lines or chat.offered_to is not None:
            continue
        first = last_of(session, chat) if chat.region in sticky else None
        fit = [one for one in _fitting(chat, desks, room, first) if may(one, chat)]
        taker = _take(session, chat, fit, now=now)
        if taker is not None:
            room[taker.id] -= routing.effort(chat.queue_priority)
            passed = passing.settle(session, chat, End.TAKEN, now=now)
            came = Came.KNOWN if taker.id == first else Came.ROOM
            origins.note(session, chat, taker.id, came, now=now)
            given.append(Given(chat, taker, passed))
        elif chat.queue_priority != Priority.P2:
            _reserve(chat, [one for one in desks.there if may(one, chat)], room)
    return given


def last_of(session: Session, chat: Conversation) -> str | None:
    """Who ended the last talk with this resident; None when nobody ever talked with them."""
    return session.exec(
        select(WrappedUp.by)
        .where(WrappedUp.conversation_id == chat.id)
        .order_by(col(WrappedUp.at).desc())
        .limit(1)
    ).first()


def _fitting(
    chat: Conversation, desks: Desks, room: Mapping[str, int], first: str | None
) -> Sequence[Operator]:
    """Who may take it and has room, the best first."""
    weight = routing.effort(chat.queue_priority)
    fit = [one for one in desks.free if room[one.id] >= weight and whose.reasons(one, chat, desks)]
    return sorted(fit, key=lambda one: (one.id != first, -room[one.id], one.name))


def _reserve(chat: Conversation, there: Sequence[Operator], room: dict[str, int]) -> None:
    """Keep the desk with most room for a grave chat that fits nowhere yet: else lighter ones would
    take each place as it comes free, and the grave one would wait longest of all."""
    mine = [one for one in there if room[one.id] > 0 and routing.reasons(one, chat)]
    if mine:
        room[max(mine, key=lambda one: room[one.id]).id] = 0


def _take(
    session: Session, chat: Conversation, fit: Sequence[Operator], *, now: datetime
) -> Operator | None:
    for one in fit:
        try:
            # A desk that is not given it is let go of at once.
            with session.begin_nested():
                queues.take(session, chat.id, one, now=now)
        except CaseError:
            # Somebody was faster, or their room went meanwhile: the next one.
            continue
        return one
    return None
