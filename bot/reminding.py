"""What happens when a promised reminder is due: said once, or put on a person's list."""

import logging
from datetime import datetime, timedelta

from cases import events
from cases.channels import reminders
from cases.channels.reminders import Kind, Reminder
from cases.database import Session, Store
from cases.households import households, reaching, visit_answers, visits
from cases.households.households import Household
from cases.households.reaching import Hours
from cases.households.visits import Visit, VisitState
from cases.talk import conversations, messages
from cases.talk.conversations import Conversation, Mode
from cases.talk.messages import Choice, Lane, Line, Sender
from handlers import visits as asking
from handlers.dialogue import Dialogue, VisitForm
from handlers.speech import Speech

log = logging.getLogger(__name__)
# A reminder that comes after the visit is of no use: a person must call instead.
USEFUL_UNTIL_BEFORE = timedelta(hours=1)
ANSWER_WITHIN = timedelta(hours=4)


def send_due(store: Store, speech: Speech, *, now: datetime) -> int:
    """Send what is due now; returns how many promises were dealt with.

    Claiming comes first, under a lease. Saying and marking as sent are one transaction for each
    promise, so a crash at any instant leaves either the promise or the message, never both and
    never neither; and one that cannot be said holds up no other.
    """
    with store.write() as session:
        claimed = reminders.claim(session, now=now)
    for reminder in claimed:
        settle(store, speech, reminder, now=now)
    return len(claimed)


def settle(store: Store, speech: Speech, reminder: Reminder, *, now: datetime) -> None:
    """Say one promise that was claimed, or put it on a person's list."""
    try:
        with store.write() as session:
            _deal_with(session, speech, reminder, now=now)
    except Exception:
        log.exception("A reminder failed; a person is asked.", extra={"reminder": reminder.id})
        with store.write() as session:
            reminders.list_for_person(session, reminder, "failed")


def _deal_with(session: Session, speech: Speech, reminder: Reminder, *, now: datetime) -> None:
    household = households.find(session, visits.find(session, reminder.subject).household_id)
    line = _locked(session, household)
    visit = visits.find_for_update(session, reminder.subject)
    if visit.state != VisitState.PLANNED:
        reminders.cancel(session, kind=Kind(reminder.kind), subject=visit.id)
    elif reminder.kind == Kind.UNANSWERED:
        _look_for_answer(session, reminder, visit, now=now)
    elif line is None:
        _list(session, reminder, visit, "no_channel", now=now)
    else:
        hours = reaching.hours(session, household, line)
        _remind(session, speech, reminder, (visit, line, hours), now=now)


def _locked(session: Session, household: Household) -> Conversation | None:
    """The chat before the visit, as a resident's own turn locks them: neither waits in a ring."""
    if household.conversation_id is None:
        return None
    return conversations.find_for_update(session, household.conversation_id)


def _remind(
    session: Session,
    speech: Speech,
    reminder: Reminder,
    about: tuple[Visit, Conversation, Hours | None],
    *,
    now: datetime,
) -> None:
    visit, conversation, hours = about
    if hours is None:
        _list(session, reminder, visit, "not_to_call", now=now)
        return
    awake = hours.next(now, reminder.zone)
    if awake > visit.at - USEFUL_UNTIL_BEFORE:
        _list(session, reminder, visit, "too_late", now=now)
    elif awake > now:
        reminders.postpone(session, reminder, awake)
    elif reminders.finish(session, reminder, now=now):
        line = _line(session, speech, visit, now=now)
        messages.say(session, conversation, line, now=now)
        _await_answer(session, conversation, visit)
        log.info("A reminder was sent.", extra={"reminder": reminder.id})


def _line(session: Session, speech: Speech, visit: Visit, *, now: datetime) -> Line:
    """What is said: a question with its buttons, or only the time that was agreed on."""
    when = {"when": speech.when(visit.at)}
    if not visit_answers.is_open(session, visit):
        text = speech.say("reminder.visit_agreed", when)
        return Line(Sender.SYSTEM, text, lane=Lane.REMINDER)
    times = visit_answers.ask(session, visit, now=now)
    text = speech.say("reminder.visit", when)
    if times >= visit_answers.MOST_ASKED:
        # Asked twice: whoever has not answered by then is called by a person.
        due = reminders.waking(now + ANSWER_WITHIN, visit.zone)
        reminders.promise(
            session, kind=Kind.UNANSWERED, subject=visit.id, due=due, zone=visit.zone, now=now
        )
        text = speech.say("reminder.visit_again", when)
    buttons = tuple(Choice(speech.say(one.label), speech.say(one.label)) for one in asking.WISHES)
    return Line(Sender.SYSTEM, text, choices=buttons, lane=Lane.REMINDER)


def _await_answer(session: Session, conversation: Conversation, visit: Visit) -> None:
    """The next word may be the answer; whatever is being asked already goes before."""
    if not visit_answers.is_open(session, visit) or conversation.mode != Mode.BOT:
        return
    kept = conversations.state_of(session, conversation)
    state = Dialogue() if kept is None else Dialogue.model_validate_json(kept)
    if state.form is None:
        waiting = state.having(form=VisitForm(visit_id=visit.id))
        conversations.keep_state(session, conversation, waiting.model_dump_json())


def _look_for_answer(session: Session, reminder: Reminder, visit: Visit, *, now: datetime) -> None:
    if visit_answers.is_open(session, visit):
        _list(session, reminder, visit, "no_answer", now=now)
    else:
        reminders.cancel(session, kind=Kind.UNANSWERED, subject=visit.id)


def _list(session: Session, reminder: Reminder, visit: Visit, why: str, *, now: datetime) -> None:
    if reminders.list_for_person(session, reminder, why):
        about = {"household": visit.household_id}
        events.publish(session, events.Kind.HOUSEHOLD, about, now=now)
