"""What a resident's words do to a ticket that exists; only in the conversation it came from."""

from datetime import datetime
from typing import TypeAlias

from cases.commands import AddToTicket, AnswerFollowUp, AnswerUnit, WithdrawTicket
from cases.database import Session
from cases.talk.conversations import Conversation
from cases.tickets import asking, followups, history, merging, reporters, tickets, withdrawing
from cases.tickets.followups import Why
from cases.tickets.history import NoteKind
from cases.tickets.tickets import Ticket

RESIDENT = "resident"
Step: TypeAlias = AddToTicket | AnswerUnit | AnswerFollowUp | WithdrawTicket


def take(
    session: Session, conversation: Conversation, step: Step, *, now: datetime
) -> Ticket | None:
    """Carry a step out. The ticket that it moved and whose time is to be told, if any."""
    match step:
        case AddToTicket():
            add(session, conversation, step, now=now)
        case AnswerUnit():
            reply(session, conversation, step, now=now)
        case AnswerFollowUp():
            return answer(session, conversation, step, now=now)
        case WithdrawTicket():
            withdraw(session, conversation, step, now=now)
    return None


def came_from(session: Session, ticket: Ticket, conversation: Conversation) -> bool:
    """Whether this ticket was told in this conversation."""
    if ticket.sealed:
        return reporters.came_from(session, ticket.id, conversation.id)
    return ticket.conversation_id == conversation.id


def add(session: Session, conversation: Conversation, told: AddToTicket, *, now: datetime) -> None:
    """Add words, a phone or the own word. The words of a merged ticket land where it lives on."""
    ticket = _own(session, conversation, told.number)
    if ticket is None:
        return
    if told.text:
        alive = merging.survivor_of(session, ticket)
        history.write(session, alive, NoteKind.ANSWER, told.text, actor=RESIDENT, now=now)
        tickets.announce(session, alive, now=now)
    if told.phone is not None:
        tickets.keep_phone(session, ticket, told.phone, now=now)
    if told.secret is not None:
        tickets.keep_secret(session, ticket, told.secret)
    tickets.announce(session, ticket, now=now)


def reply(
    session: Session, conversation: Conversation, told: AnswerUnit, *, now: datetime
) -> Ticket | None:
    """What a unit asked for; its work goes on."""
    ticket = _own(session, conversation, told.number)
    return None if ticket is None else asking.take_reply(session, ticket, told.text, now=now)


def answer(
    session: Session, conversation: Conversation, told: AnswerFollowUp, *, now: datetime
) -> Ticket | None:
    """An answer about a result; with None a person asks instead."""
    found = followups.open_in(session, conversation.id)
    if found is None or found[1].number != told.number:
        return None
    row, ticket = found[0], tickets.for_update(session, told.number)
    if told.text:
        history.write(session, ticket, NoteKind.ANSWER, told.text, actor=RESIDENT, now=now)
    if told.answer is None:
        followups.give_to_person(session, row, Why.NO_ANSWER, now=now)
    else:
        followups.take(session, row, ticket, told.question, told.answer, now=now)
    return ticket


def withdraw(
    session: Session, conversation: Conversation, told: WithdrawTicket, *, now: datetime
) -> None:
    """Take a ticket back, where the resident may do so without a person."""
    ticket = _own(session, conversation, told.number)
    if ticket is not None:
        withdrawing.by_resident(session, ticket, told.text, now=now)


def _own(session: Session, conversation: Conversation, number: str) -> Ticket | None:
    ticket = tickets.by_number(session, number)
    if ticket is None or not came_from(session, ticket, conversation):
        return None
    return tickets.for_update(session, number)
