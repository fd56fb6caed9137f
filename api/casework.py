"""What somebody of the staff does with a ticket, the same from the console and from a program."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from api import overseeing
from cases import audit, permissions
from cases.database import Session
from cases.errors import CaseError, KeyDestroyedError, StaleError, UnknownError
from cases.operators import Operator
from cases.permissions import Action
from cases.talk import conversations, messages
from cases.talk.messages import Lane, Line, Sender
from cases.ticket_rules.lifecycle import Move, State
from cases.tickets import (
    asking,
    disputes,
    handovers,
    history,
    merging,
    moves,
    outcomes,
    parts,
    splitting,
    tickets,
    worklists,
)
from cases.tickets.asking import NoReplyError
from cases.tickets.history import NoteKind
from cases.tickets.splitting import Piece
from cases.tickets.tickets import Ticket
from handlers.speech import Speech
from knowledge.names import Category

LONGEST_NUMBER = 40
NEEDS_REASON = frozenset(
    {
        Move.REFER,
        Move.SEND_BACK,
        Move.RESOLVE,
        Move.ASK_RESIDENT,
        Move.REOPEN,
        Move.MERGE,
        Move.WITHDRAW,
    }
)


class UnknownUnitError(CaseError):
    """The unit is not one of this region's; choose one from the list."""


@dataclass(frozen=True)
class Outside:
    """A unit's own system. What is no state organ wants the resident's consent to it by name."""

    organ: bool
    agreed: bool


@dataclass(frozen=True)
class Step:
    """A move that is wished, why, and the version of the ticket it was decided on.

    `unit` is for a referral, `units` for working together, `into` for a merger. `known` are the
    units of the region; empty where it knows none, and any name is taken. `outside` is the unit's
    own system, if it has one.
    """

    what: Move
    reason: str
    version: int
    unit: str = ""
    units: tuple[str, ...] = ()
    into: str = ""
    known: tuple[str, ...] = ()
    outside: Outside | None = None


def find(session: Session, me: Operator, action: Action, number: str) -> Ticket:
    """The ticket, if this account may do this to it.

    Raises UnknownError, also for one it may not know of; KeyDestroyedError for an erased one.
    """
    permissions.require(me, action)
    sane = len(number) <= LONGEST_NUMBER and number.isprintable()
    ticket = tickets.by_number(session, number) if sane else None
    if ticket is None or not permissions.may(me, action, worklists.row_of(ticket)):
        raise UnknownError("There is no such ticket.")
    if ticket.erased_at is not None:
        raise KeyDestroyedError(history.ERASED)
    return ticket


def find_to_change(
    session: Session, me: Operator, action: Action, number: str, *, into: str = ""
) -> Ticket:
    """The same, locked until the commit, with whatever hears of it, and with the ticket that it is
    to live on in, if this account may know of that one."""
    ticket = find(session, me, action, number)
    numbers = {ticket.number}
    with contextlib.suppress(UnknownError):
        numbers |= {find(session, me, action, into).number}
    return merging.lock(session, numbers)[ticket.number]


def remark(session: Session, me: Operator, ticket: Ticket, text: str, *, now: datetime) -> None:
    """Write a remark into the story."""
    history.write(session, ticket, NoteKind.REMARK, text, actor=me.id, now=now)
    tickets.announce(session, ticket, now=now)
    audit.record(session, me.id, "noted on ticket", ticket.id, now=now)


def take_step(  # noqa: PLR0913
    session: Session, me: Operator, ticket: Ticket, step: Step, *, speech: Speech, now: datetime
) -> None:
    """Make a move. Raises MoveError, StaleError, and CaseError where something is wanted."""
    if step.what in NEEDS_REASON and not step.reason:
        raise CaseError("Say why; this move wants a reason.")
    if ticket.version != step.version:
        raise StaleError(moves.MOVED_MEANWHILE)
    _MAKE.get(step.what, _plainly)(session, me, ticket, step, speech=speech, now=now)
    audit.record(session, me.id, f"{step.what} ticket", ticket.id, now=now)
    _tell_of_the_whole(session, ticket, speech, now=now)


def split(  # noqa: PLR0913
    session: Session,
    me: Operator,
    ticket: Ticket,
    pieces: Sequence[Piece],
    *,
    version: int,
    speech: Speech,
    now: datetime,
) -> None:
    """Hand its pieces to several units; the resident keeps the one number. Raises SplitError."""
    splitting.split(session, ticket, pieces, actor=me.id, version=version, now=now)
    audit.record(session, me.id, "split ticket", ticket.id, now=now)
    if not tickets.only_by_secret(ticket):
        told = speech.say("outcome.split", {"number": ticket.number})
        overseeing.tell(session, ticket, told, now=now)


def report_progress(  # noqa: PLR0913
    session: Session, me: Operator, ticket: Ticket, text: str, *, speech: Speech, now: datetime
) -> None:
    """Tell the resident how far it is; of what opens only to the own word only that it moved."""
    if not text:
        raise CaseError("Say how far it is.")
    history.write(session, ticket, NoteKind.PROGRESS, text, actor=me.id, now=now)
    tickets.announce(session, ticket, now=now)
    audit.record(session, me.id, "reported progress of ticket", ticket.id, now=now)
    key = "outcome.private" if tickets.only_by_secret(ticket) else "outcome.progress"
    told = speech.say(key, {"number": ticket.number, "text": text})
    overseeing.tell(session, ticket, told, now=now)


def _plainly(  # noqa: PLR0913
    session: Session, me: Operator, ticket: Ticket, step: Step, *, speech: Speech, now: datetime
) -> None:
    del speech
    what, version = step.what, step.version
    moves.make(session, ticket, what, actor=me.id, reason=step.reason, version=version, now=now)


def _refer(  # noqa: PLR0913
    session: Session, me: Operator, ticket: Ticket, step: Step, *, speech: Speech, now: datetime
) -> None:
    """To a unit that the region knows; to one that refused it only by a supervisor's decision."""
    del speech
    if not step.unit:
        raise CaseError("Choose the unit that shall have this ticket.")
    if step.known and step.unit not in {*step.known, *ticket.not_to, ticket.lead_unit}:
        raise UnknownUnitError("There is no such unit here; choose one from the list.")
    decides = permissions.may(me, Action.OVERSEE_TICKET, worklists.row_of(ticket))
    disputes.check_referral(session, ticket, step.unit, decides=decides)
    moves.refer(
        session,
        ticket,
        step.unit,
        actor=me.id,
        reason=step.reason,
        version=step.version,
        now=now,
    )
    if step.outside is not None:
        organ, agreed = step.outside.organ, step.outside.agreed
        handovers.send(session, ticket.id, organ=organ, agreed=agreed, now=now)


def _send_back(  # noqa: PLR0913
    session: Session, me: Operator, ticket: Ticket, step: Step, *, speech: Speech, now: datetime
) -> None:
    del speech
    version = step.version
    disputes.send_back(session, ticket, actor=me.id, reason=step.reason, version=version, now=now)


def _ask(  # noqa: PLR0913
    session: Session, me: Operator, ticket: Ticket, step: Step, *, speech: Speech, now: datetime
) -> None:
    """The question goes to the resident's chat; without one a person calls."""
    if tickets.only_by_secret(ticket):
        raise NoReplyError("Whoever holds the phone would read it; ask when the person comes.")
    asking.ask(session, ticket, step.reason, actor=me.id, version=step.version, now=now)
    told = speech.say("reply.asked", {"number": ticket.number, "question": step.reason})
    overseeing.tell(session, ticket, told, now=now)


def _join(  # noqa: PLR0913
    session: Session, me: Operator, ticket: Ticket, step: Step, *, speech: Speech, now: datetime
) -> None:
    """Other units see it too, and work on it with the one that leads."""
    units = [unit for unit in step.units if unit]
    if not units or set(units) & {*ticket.not_to}:
        raise UnknownUnitError("Choose the units; never one that must not see this ticket.")
    if step.known and not set(units) <= {*step.known}:
        raise UnknownUnitError("There is no such unit here; choose one from the list.")
    _plainly(session, me, ticket, step, speech=speech, now=now)
    ticket.joint_units = list(dict.fromkeys([*ticket.joint_units, *units]))
    session.add(ticket)
    session.flush()


def _merge(  # noqa: PLR0913
    session: Session, me: Operator, ticket: Ticket, step: Step, *, speech: Speech, now: datetime
) -> None:
    """Into another ticket that this account may see and refer too."""
    other = find(session, me, Action.REFER_TICKET, step.into.strip())
    ticket, other = merging.lock_both(session, ticket.number, other.number)
    version = step.version
    merging.merge(session, ticket, other, actor=me.id, reason=step.reason, version=version, now=now)
    told = speech.say("outcome.merged", {"number": ticket.number})
    overseeing.tell(session, ticket, told, now=now)


def _reopen(  # noqa: PLR0913
    session: Session, me: Operator, ticket: Ticket, step: Step, *, speech: Speech, now: datetime
) -> None:
    if ticket.state != State.MERGED:
        _plainly(session, me, ticket, step, speech=speech, now=now)
        return
    version = step.version
    merging.take_apart(session, ticket, actor=me.id, reason=step.reason, version=version, now=now)


def _resolve(  # noqa: PLR0913
    session: Session, me: Operator, ticket: Ticket, step: Step, *, speech: Speech, now: datetime
) -> None:
    """The result goes to the resident, and to everybody whose ticket was merged into this one."""
    outcomes.resolve(
        session,
        ticket,
        step.reason,
        told=_told(session, ticket, step.reason, speech),
        actor=me.id,
        version=step.version,
        now=now,
    )
    for other in merging.merged_into(session, ticket):
        told = _told(session, other, step.reason, speech)
        overseeing.tell(session, other, told, now=now)


class _Making(Protocol):
    def __call__(  # noqa: PLR0913
        self,
        session: Session,
        me: Operator,
        ticket: Ticket,
        step: Step,
        *,
        speech: Speech,
        now: datetime,
    ) -> None: ...


_MAKE: Mapping[Move, _Making] = {
    Move.REFER: _refer,
    Move.SEND_BACK: _send_back,
    Move.ASK_RESIDENT: _ask,
    Move.JOIN: _join,
    Move.MERGE: _merge,
    Move.REOPEN: _reopen,
    Move.RESOLVE: _resolve,
}


def _tell_of_the_whole(session: Session, ticket: Ticket, speech: Speech, *, now: datetime) -> None:
    """After the last unit's part has ended the whole application has, and the resident is told."""
    whole = parts.follow(session, ticket, outcome=speech.say("outcome.all_settled"), now=now)
    if whole is None or whole.state != State.RESOLVED or whole.conversation_id is None:
        return
    conversation = conversations.find_for_update(session, whole.conversation_id)
    told = speech.say("outcome.all_told", {"number": whole.number})
    line = Line(Sender.SYSTEM, told, ticket_number=whole.number, lane=Lane.OPERATOR)
    messages.say(session, conversation, line, now=now)


def _told(session: Session, ticket: Ticket, outcome: str, speech: Speech) -> str:
    # What opens only to the reporter's own word is never named in the chat.
    if tickets.only_by_secret(ticket):
        return speech.say("outcome.private", {"number": ticket.number})
    if ticket.category == Category.DISCOVERY:
        # What came of it belongs to the household, not to whoever reported it.
        return speech.say("outcome.looked_at", {"number": ticket.number})
    whole = parts.parent_of(session, ticket)
    if whole is not None:
        unit = ticket.lead_unit or speech.say("outcome.unit_nobody")
        values = {"number": whole.number, "unit": unit, "outcome": outcome}
        return speech.say("outcome.part_told", values)
    return speech.say("outcome.told", {"number": ticket.number, "outcome": outcome})
