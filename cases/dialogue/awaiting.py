"""What is waited for in a conversation: a reply for a unit, answers, or how somebody is."""

from datetime import datetime

from sqlmodel import col, select

from cases.care import care_answers
from cases.database import Session
from cases.dialogue.lookups import Awaited, Wants
from cases.ticket_rules.lifecycle import State
from cases.tickets import followups, tickets
from cases.tickets.followups import Standing
from cases.tickets.tickets import Ticket


def of(session: Session, conversation_id: str, *, now: datetime) -> Awaited | None:
    """The reply first: a clock stands still for it; then what was asked last. None for nothing.

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
    return _asked_last(session, conversation_id, now=now)


def _asked_last(session: Session, conversation_id: str, *, now: datetime) -> Awaited | None:
    care = care_answers.open_in(session, conversation_id, now=now)
    found = followups.open_in(session, conversation_id)
    if found is None:
        return None if care is None else Awaited(Wants.CARE, "")
    row, ticket = found
    said_at = None if care is None else care.said_at
    if said_at is not None and said_at > (row.asked_at or row.due_at):
        return Awaited(Wants.CARE, "")
    asked = row.state == Standing.ASKED
    question = followups.next_question(row) if asked else None
    return Awaited(Wants.FOLLOW_UP, ticket.number, question, again=row.round > 1)
