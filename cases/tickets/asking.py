"""What a unit asks a resident through the helpline, and the reply with which the work goes on."""

from datetime import datetime

from cases.database import Session
from cases.errors import CaseError
from cases.ticket_rules.lifecycle import Move, State
from cases.tickets import history, moves
from cases.tickets.history import NoteKind
from cases.tickets.tickets import Ticket

RESIDENT = "resident"


class NoReplyError(CaseError):
    """Nobody would hear of the question: no conversation is known, or it opens only to a word."""


def ask(  # noqa: PLR0913
    session: Session, ticket: Ticket, question: str, *, actor: str, version: int, now: datetime
) -> Ticket:
    """Ask; the clock stands still until the reply (not for P0 and P1). The caller says it."""
    moves.make(
        session,
        ticket,
        Move.ASK_RESIDENT,
        actor=actor,
        reason="",
        version=version,
        now=now,
    )
    history.write(session, ticket, NoteKind.QUESTION, question, actor=actor, now=now)
    return ticket


def take_reply(session: Session, ticket: Ticket, text: str, *, now: datetime) -> Ticket:
    """Keep the reply; the unit goes on. One that nobody waits for is kept all the same."""
    history.write(session, ticket, NoteKind.ANSWER, text, actor=RESIDENT, now=now)
    if ticket.state != State.WAITING_FOR_RESIDENT:
        return ticket
    what, version = Move.CONTINUE, ticket.version
    return moves.make(session, ticket, what, actor=RESIDENT, reason="", version=version, now=now)
