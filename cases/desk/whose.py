"""Whose a waiting chat is as the desks stand now: place, danger, matter, language, and who was it
just before."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlmodel import col, select

from cases import operators
from cases.database import Session
from cases.desk import queues, routing
from cases.desk.passing import How, Passing
from cases.desk.routing import OVERFLOW_AFTER, Why
from cases.operators import Operator
from cases.talk.conversations import Conversation, Mode
from knowledge.names import Priority, Region


@dataclass
class Desks:
    """The desks as they stand when they are first looked at: the usual chat needs no look."""

    session: Session
    now: datetime

    @cached_property
    def there(self) -> Sequence[Operator]:
        """Who is there."""
        return operators.on_duty(self.session, now=self.now)

    @cached_property
    def room(self) -> Mapping[str, int]:
        """How much more each of them can hold."""
        held = queues.loads(self.session)
        return {one.id: one.capacity - held.get(one.id, 0) for one in self.there}

    @cached_property
    def free(self) -> Sequence[Operator]:
        """Who of them has room for the lightest chat."""
        return [one for one in self.there if self.room[one.id] >= routing.LIGHTEST]

    @cached_property
    def let_go(self) -> frozenset[tuple[str, str]]:
        """Who let which waiting chat go."""
        return _let_go(self.session)


def reasons(operator: Operator, chat: Conversation, desks: Desks) -> tuple[Why, ...]:
    """Why this waiting chat is this operator's; empty when it is left to others for now.

    What takes somebody who knows the matter or speaks the language waits for them as long as one
    of them is free to take it and its time has not run out; a danger waits for nobody.
    """
    found = routing.reasons(operator, chat)
    if not found or found[0] in {Why.OFFERED, Why.DANGER}:
        return found
    # Only a chat that was held has been let go.
    if chat.taken_at is not None and (chat.id, operator.id) in desks.let_go:
        return ()
    for fits, yes, no in (
        (routing.knows, Why.MATTER, Why.NOBODY_KNOWS),
        (routing.speaks, Why.TONGUE, Why.NOBODY_SPEAKS),
    ):
        if not fits(operator, chat):
            if _somebody(fits, chat, desks):
                return ()
            found = (*found, no)
        elif routing.is_special(yes, operator, chat):
            found = (*found, yes)
    return found


def next_for(session: Session, operator: Operator, *, now: datetime) -> Iterator[Conversation]:
    """What this operator should take next, the first in line first: only what is theirs."""
    region = None if operator.region is None else Region(operator.region)
    line = () if operator.paused else queues.in_line(session, region=region)
    desks = Desks(session, now)
    return (one for one in line if reasons(operator, one, desks))


def _somebody(
    fits: Callable[[Operator, Conversation], bool], chat: Conversation, desks: Desks
) -> bool:
    """Whether the chat still waits for one of those who fit."""
    limit = OVERFLOW_AFTER[Priority(chat.queue_priority or Priority.P2)]
    if chat.queued_at is not None and desks.now - chat.queued_at >= limit:
        return False
    return any(
        fits(one, chat) and routing.reasons(one, chat) and (chat.id, one.id) not in desks.let_go
        for one in desks.free
    )


def _let_go(session: Session) -> frozenset[tuple[str, str]]:
    """Who passed a chat to the line it waits in, or was silent in it: it is not theirs again."""
    rows = session.exec(
        select(Passing.conversation_id, Passing.from_id)
        .join(Conversation, col(Passing.conversation_id) == Conversation.id)
        .where(
            Conversation.mode == Mode.QUEUED,
            col(Passing.at) >= col(Conversation.taken_at),
            (col(Passing.how) == How.SILENT)
            | ((col(Passing.how) == How.LINE) & col(Passing.end).is_(None)),
        )
    )
    return frozenset((chat, who) for chat, who in rows)
