"""What is waited for in a conversation: a reply for a unit, or answers about a result."""

from sqlmodel import col, select

from cases.database import Session
from cases.dialogue.lookups import Awaited, Wants
from cases.ticket_rules.lifecycle import State
from cases.tickets import followups, tickets
from cases.tickets.followups import Standing
from cases.tickets.tickets import Ticket


def of(session: Session, conversation_id: str) -> Awaited | None:
    """The reply first: a clock stands still for it. None when nothing is waited for.

    What opens only to the own word is never spoken of to whoever holds the phone.
    """
    asked = session.exec(
        select(Ticket)
        .where(
            Ticket.conversation_id == conversation_id,
            Ticket.state == State.WAITING_FOR_RESIDENT,
        )
        .order_by(col(Ticket.next_due))
    ).all()
    for ticket in asked:
        if not tickets.only_by_secret(ticket):
            return Awaited(Wants.REPLY, ticket.number)
    return _follow_up(session, conversation_id)


def _follow_up(session: Session, conversation_id: str) -> Awaited | None:
    found = followups.open_in(session, conversation_id)
    if found is None:
        return None
    row, ticket = found
    asked = row.state == Standing.ASKED
    question = followups.next_question(row) if asked else None
    return Awaited(Wants.FOLLOW_UP, ticket.number, question, again=row.round > 1)
