"""What happens when a promised reminder is due: said once, or put on a person's list."""

import logging
from datetime import datetime, timedelta

from cases import conversations, events, households, messages, reminders, visits
from cases.database import Session, Store
from cases.messages import Lane, Line, Sender
from cases.reminders import Reminder
from cases.visits import Visit, VisitState
from handlers.speech import Speech

log = logging.getLogger(__name__)
# A reminder that comes after the visit is of no use: a person must call instead.
USEFUL_UNTIL_BEFORE = timedelta(hours=1)


def send_due(store: Store, speech: Speech, *, now: datetime) -> int:
    """Send what is due now; returns how many promises were dealt with.

    Claiming comes first, under a lease. Saying and marking as sent are one transaction for each
    promise, so a crash at any instant leaves either the promise or the message, never both and
    never neither; and one that cannot be said holds up no other.
    """
    with store.write() as session:
        claimed = reminders.claim(session, now=now)
    for reminder in claimed:
        try:
            with store.write() as session:
                _deal_with(session, speech, reminder, now=now)
        except Exception:
            log.exception("A reminder failed; a person is asked.", extra={"reminder": reminder.id})
            with store.write() as session:
                reminders.list_for_person(session, reminder, "failed")
    return len(claimed)


def _deal_with(session: Session, speech: Speech, reminder: Reminder, *, now: datetime) -> None:
    visit = visits.find(session, reminder.subject)
    if visit.state != VisitState.PLANNED:
        reminders.cancel(session, kind=reminders.Kind.VISIT, subject=visit.id)
        return
    household = households.find(session, visit.household_id)
    awake = reminders.waking(now, reminder.zone)
    if household.conversation_id is None:
        _list(session, reminder, visit, "no_channel", now=now)
    elif awake > visit.at - USEFUL_UNTIL_BEFORE:
        _list(session, reminder, visit, "too_late", now=now)
    elif awake > now:
        reminders.postpone(session, reminder, awake)
    elif reminders.finish(session, reminder, now=now):
        conversation = conversations.find(session, household.conversation_id)
        text = speech.say("reminder.visit", {"when": speech.when(visit.at)})
        line = Line(Sender.SYSTEM, text, lane=Lane.REMINDER)
        messages.say(session, conversation, line, now=now)
        log.info("A reminder was sent.", extra={"reminder": reminder.id})


def _list(session: Session, reminder: Reminder, visit: Visit, why: str, *, now: datetime) -> None:
    if reminders.list_for_person(session, reminder, why):
        about = {"household": visit.household_id}
        events.publish(session, events.Kind.HOUSEHOLD, about, now=now)
