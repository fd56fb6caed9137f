"""What somebody of the staff does with a ticket, the same from the console and from a program."""

from dataclasses import dataclass
from datetime import datetime

from cases import (
    audit,
    conversations,
    history,
    messages,
    moves,
    outcomes,
    parts,
    permissions,
    tickets,
    worklists,
)
from cases.database import Session
from cases.errors import CaseError, MoveError, UnknownError
from cases.history import NoteKind
from cases.lifecycle import Move, State
from cases.messages import Lane, Line, Sender
from cases.operators import Operator
from cases.permissions import Action
from cases.tickets import Ticket
from handlers.speech import Speech

LONGEST_NUMBER = 40
# These ask for more than a reason and have forms of their own, or none yet.
NOT_A_PLAIN_STEP = frozenset({Move.REFER, Move.MERGE})
NEEDS_REASON = frozenset({Move.SEND_BACK, Move.RESOLVE, Move.ASK_RESIDENT, Move.REOPEN})


@dataclass(frozen=True)
class Step:
    """A move that is wished, why, and the version of the ticket it was decided on."""

    what: Move
    reason: str
    version: int


def find(session: Session, me: Operator, action: Action, number: str) -> Ticket:
    """The ticket, if this account may do this to it.

    Raises UnknownError, also for one it may not know of.
    """
    permissions.require(me, action)
    sane = len(number) <= LONGEST_NUMBER and number.isprintable()
    ticket = tickets.by_number(session, number) if sane else None
    if ticket is None or not permissions.may(me, action, worklists.row_of(ticket)):
        raise UnknownError("There is no such ticket.")
    return ticket


def find_to_change(session: Session, me: Operator, action: Action, number: str) -> Ticket:
    """The same, locked until the commit."""
    find(session, me, action, number)
    return tickets.for_update(session, number)


def remark(session: Session, me: Operator, ticket: Ticket, text: str, *, now: datetime) -> None:
    """Write a remark into the story."""
    history.write(session, ticket, NoteKind.REMARK, text, actor=me.id, now=now)
    tickets.announce(session, ticket, now=now)
    audit.record(session, me.id, "noted on ticket", ticket.id, now=now)


def refer(  # noqa: PLR0913
    session: Session,
    me: Operator,
    ticket: Ticket,
    unit: str,
    reason: str,
    *,
    version: int,
    now: datetime,
) -> None:
    """Hand the ticket to a unit. Raises UnknownError for the accused one, StaleError, CaseError."""
    if not unit:
        raise CaseError("Choose the unit that shall have this ticket.")
    moves.refer(session, ticket, unit, actor=me.id, reason=reason, version=version, now=now)
    audit.record(session, me.id, "referred ticket", ticket.id, now=now)


def take_step(  # noqa: PLR0913
    session: Session, me: Operator, ticket: Ticket, step: Step, *, speech: Speech, now: datetime
) -> None:
    """Make a plain move. Raises MoveError, StaleError, and CaseError where a reason is wanted."""
    if step.what in NOT_A_PLAIN_STEP:
        raise MoveError("This move has a form of its own.")
    if step.what in NEEDS_REASON and not step.reason:
        raise CaseError("Say why; this move wants a reason.")
    if step.what is Move.RESOLVE:
        outcomes.resolve(
            session,
            ticket,
            step.reason,
            told=_told(session, ticket, step.reason, speech),
            actor=me.id,
            version=step.version,
            now=now,
        )
    else:
        moves.make(
            session,
            ticket,
            step.what,
            actor=me.id,
            reason=step.reason,
            version=step.version,
            now=now,
        )
    audit.record(session, me.id, f"{step.what} ticket", ticket.id, now=now)
    _tell_of_the_whole(session, ticket, speech, now=now)


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
    whole = parts.parent_of(session, ticket)
    if whole is not None:
        unit = ticket.lead_unit or speech.say("outcome.unit_nobody")
        values = {"number": whole.number, "unit": unit, "outcome": outcome}
        return speech.say("outcome.part_told", values)
    return speech.say("outcome.told", {"number": ticket.number, "outcome": outcome})
