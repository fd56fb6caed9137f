"""How what came of a ticket reaches the resident: filed, moved and said in one transaction."""

from datetime import datetime

from cases.database import Session
from cases.talk import conversations, messages
from cases.talk.messages import Lane, Line, Sender
from cases.ticket_rules.lifecycle import Move
from cases.tickets import followups, history, moves, tickets
from cases.tickets.history import NoteKind
from cases.tickets.tickets import Ticket


def resolve(  # noqa: PLR0913
    session: Session,
    ticket: Ticket,
    outcome: str,
    *,
    told: str,
    actor: str,
    version: int,
    now: datetime,
) -> Ticket:
    """Record the outcome, tell it, and promise to ask whether it helped (回访).

    `told` is the wording that goes to the resident's channel. For a ticket that opens only to the
    reporter's own word it must not name the matter.
    """
    conversation, home = None, tickets.home_of(session, ticket)
    if home is not None:
        # Locked before the ticket, as everywhere: else two who wait for each other stop for good.
        conversation = conversations.find_for_update(session, home)
    moves.make(session, ticket, Move.RESOLVE, actor=actor, reason=outcome, version=version, now=now)
    history.write(session, ticket, NoteKind.OUTCOME, outcome, actor=actor, now=now)
    followups.plan(session, ticket, now=now)
    if conversation is not None:
        line = Line(Sender.SYSTEM, told, ticket_number=ticket.number, lane=Lane.OPERATOR)
        messages.say(session, conversation, line, now=now)
    return ticket
