"""What a resident may take back themselves, and that its parts go with it."""

from datetime import datetime

from cases.database import Session
from cases.ticket_rules import lifecycle
from cases.ticket_rules.lifecycle import Move, State
from cases.tickets import moves, parts, tickets
from cases.tickets.tickets import Ticket
from knowledge.names import Priority

RESIDENT = "resident"


def may(ticket: Ticket) -> bool:
    """Not a danger, nor what opens only to the own word: somebody else may hold the phone."""
    return (
        Priority(ticket.priority) is Priority.P2
        and not tickets.only_by_secret(ticket)
        and Move.WITHDRAW in lifecycle.possible(State(ticket.state))
    )


def by_resident(session: Session, ticket: Ticket, reason: str, *, now: datetime) -> bool:
    """Take it back with its parts; False where a person must see to it instead."""
    if not may(ticket):
        return False
    for one in (*parts.children_of(session, ticket), ticket):
        if Move.WITHDRAW in lifecycle.possible(State(one.state)):
            moves.make(
                session,
                one,
                Move.WITHDRAW,
                actor=RESIDENT,
                reason=reason,
                version=one.version,
                now=now,
            )
    return True
