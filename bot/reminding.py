"""What happens when a promised reminder is due: said once, or put on a person's list."""

import logging
from datetime import datetime, timedelta

from cases import conversations, households, messages, reminders, visits
from cases.database import Session, Store
from cases.messages import Lane, Line, Sender
from cases.reminders import Reminder
from cases.visits import VisitState
from handlers.speech import Speech

log = logging.getLogger(__name__)
# A reminder that comes after the visit is of no use: a person must call instead.
USEFUL_UNTIL_BEFORE = timedelta(hours=1)


def send_due(store: Store, speech: Speech, *, now: datetime) -> int:
    """Send what is due now; returns how many promises were dealt with.

    Claiming, saying and marking as sent are one transaction on a channel that is pulled, so a
    crash at any instant leaves either the promise or the message, never both and never neither.
    """
    with store.write() as session:
        claimed = reminders.claim(session, now=now)
        for reminder in claimed:
            _deal_with(session, speech, reminder, now=now)
        return len(claimed)


def _deal_with(session: Session, speech: Speech, reminder: Reminder, *, now: datetime) -> None:
    visit = visits.find(session, reminder.subject)
    if visit.state != VisitState.PLANNED:
        reminders.cancel(session, kind=reminders.Kind.VISIT, subject=visit.id)
        return
    household = households.find(session, visit.household_id)
    if household.conversation_id is None:
        reminders.list_for_person(session, reminder, "no_channel", now=now)
        return
    if now > visit.at - USEFUL_UNTIL_BEFORE:
        reminders.list_for_person(session, reminder, "too_late", now=now)
        return
    if not reminders.finish(session, reminder, now=now):
        return
    conversation = conversations.find(session, household.conversation_id)
    text = speech.say("reminder.visit", {"when": speech.when(visit.at)})
    line = Line(Sender.SYSTEM, text, lane=Lane.REMINDER)
    messages.say(session, conversation, line, now=now)
    log.info("A reminder was sent.", extra={"reminder": reminder.id})
