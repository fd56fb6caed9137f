"""When a resident is asked whether a result helped (回访): said once, or given to a person."""

import logging
from datetime import datetime

from cases.channels import reminders
from cases.database import Session, Store
from cases.errors import KeyDestroyedError
from cases.talk import conversations, messages
from cases.talk.messages import Choice, Lane, Line, Sender
from cases.tickets import followups
from cases.tickets.followups import FollowUp, Standing, Why
from cases.tickets.tickets import Ticket
from handlers import surveying
from handlers.speech import NOTHING, Speech
from knowledge.workdays import ZONE

CALLED = "call"
log = logging.getLogger(__name__)


def ask_due(store: Store, speech: Speech, *, now: datetime) -> int:
    """Ask what is due; returns of how many.

    Claiming, moving the ticket and saying it are one transaction for each, so a crash at any
    instant leaves all of it or nothing, and one that fails holds up no other; nobody is asked at
    night, and what was not answered goes to a person.
    """
    if reminders.waking(now, str(ZONE)) != now:
        return 0
    with store.read() as session:
        due = followups.due(session, now=now)
    return sum(_see_to(store, speech, wanted, now=now) for wanted in due)


def _see_to(store: Store, speech: Speech, wanted: str, *, now: datetime) -> bool:
    try:
        with store.write() as session:
            found = followups.claim(session, wanted, now=now)
            if found is not None:
                _deal_with(session, speech, *found, now=now)
    except Exception:
        log.exception("A follow-up failed; it is tried again.", extra={"follow_up": wanted})
        return False
    return found is not None


def _deal_with(
    session: Session, speech: Speech, row: FollowUp, ticket: Ticket, *, now: datetime
) -> None:
    if row.state == Standing.ASKED:
        followups.give_to_person(session, row, Why.NO_ANSWER, now=now)
        return
    if row.conversation_id is None:
        followups.give_to_person(session, row, Why.NO_CHANNEL, now=now)
        return
    conversation = conversations.find(session, row.conversation_id)
    if conversation.channel == CALLED:
        # The three questions are read out by a person, who keeps the answers.
        followups.give_to_person(session, row, Why.NO_CHANNEL, now=now)
        return
    if not followups.ask(session, row, ticket, now=now):
        return
    spoken = speech.render(surveying.first(ticket.number), NOTHING)
    choices = tuple(Choice(label, value) for label, value in spoken.choices)
    # It speaks like the bot: its buttons are those that the next word is read against.
    line = Line(
        Sender.BOT,
        spoken.text,
        choices=choices,
        ticket_number=ticket.number,
        lane=Lane.REMINDER,
    )
    try:
        messages.say(session, conversation, line, now=now)
    except KeyDestroyedError:
        # Forgotten meanwhile: nobody is there to be asked.
        log.info("Nobody is there to be asked.", extra={"follow_up": row.id})
