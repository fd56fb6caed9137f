"""What changes a ticket's time: more days, another priority; the resident is told."""

from datetime import datetime

from cases import audit
from cases.database import Session
from cases.operators import Operator
from cases.talk import conversations, messages
from cases.talk.messages import Lane, Line, Sender
from cases.tickets import extensions, tickets
from cases.tickets.tickets import Ticket
from handlers.speech import Speech
from knowledge.names import Priority


def ask_for_time(  # noqa: PLR0913
    session: Session, me: Operator, ticket: Ticket, *, days: int, reason: str, now: datetime
) -> None:
    """Ask for more days. Raises NoExtensionError, CaseError."""
    extensions.ask(session, ticket, days=days, reason=reason, by=me.id, now=now)
    audit.record(session, me.id, "asked for more time", ticket.id, now=now)


def decide_on_time(  # noqa: PLR0913
    session: Session,
    me: Operator,
    ticket: Ticket,
    *,
    granted: bool,
    speech: Speech,
    now: datetime,
) -> None:
    """Grant or refuse what was asked. Whoever waits for the result is told the new day."""
    if not granted:
        extensions.refuse(session, ticket, by=me.id, now=now)
        audit.record(session, me.id, "refused more time", ticket.id, now=now)
        return
    extensions.grant(session, ticket, by=me.id, now=now)
    audit.record(session, me.id, "granted more time", ticket.id, now=now)
    values = {"number": ticket.number, "when": speech.when(ticket.respond_by)}
    tell(session, ticket, speech.say("outcome.extended", values), now=now)


def change_priority(  # noqa: PLR0913
    session: Session,
    me: Operator,
    ticket: Ticket,
    priority: Priority,
    *,
    reason: str,
    now: datetime,
) -> None:
    """Give it another priority, with a reason. Raises CaseError."""
    extensions.change_priority(session, ticket, priority, reason=reason, by=me.id, now=now)
    audit.record(session, me.id, "changed priority of ticket", ticket.id, now=now)


def tell(session: Session, ticket: Ticket, text: str, *, now: datetime) -> bool:
    """Say something about a ticket where its resident hears of it; False when nowhere."""
    home = tickets.home_of(session, ticket)
    if home is None:
        return False
    conversation = conversations.find_for_update(session, home)
    line = Line(Sender.SYSTEM, text, ticket_number=ticket.number, lane=Lane.OPERATOR)
    messages.say(session, conversation, line, now=now)
    return True
