"""What happens when a care message is due: said once at a safe hour; silence becomes a call."""

import logging
from datetime import datetime, timedelta

from bot import accounts
from bot.helpline import Helpline
from bot.learning import Job
from cases.care import campaigns, care_answers
from cases.care.campaigns import Campaign, CareHousehold, Why
from cases.database import Session, Store
from cases.households import households, reaching
from cases.talk import conversations, messages
from cases.talk.conversations import Mode
from cases.talk.messages import Choice, Lane, Line, Sender
from handlers import wellbeing
from handlers.speech import NOTHING, Speech
from knowledge.workdays import ZONE

log = logging.getLogger(__name__)
LOCAL = str(ZONE)
SEND_SECONDS, LOOK_SECONDS = 1, 10
UNDER_WAY = timedelta(minutes=10)


def send_due(store: Store, speech: Speech, *, hotline: str, now: datetime) -> int:
    """Say what is due at the pace of each campaign; returns how many were dealt with.

    Claimed under a lease; saying it and marking it are one transaction for each household, so a
    crash leaves either the claim or the message, and one that fails holds up no other.
    """
    with store.write() as session:
        claimed = campaigns.claim(session, now=now)
    for row in claimed:
        settle(store, speech, row, hotline=hotline, now=now)
    return len(claimed)


def settle(
    store: Store, speech: Speech, row: CareHousehold, *, hotline: str, now: datetime
) -> None:
    """Say it to one household that was claimed, or leave it to a person."""
    try:
        with store.write() as session:
            _deal_with(session, speech, row, hotline=hotline, now=now)
    except Exception:
        log.exception("A care message failed; a person is asked.", extra={"care": row.id})
        with store.write() as session:
            campaigns.leave_out(session, row, Why.FAILED)


def look_for_silence(store: Store, *, now: datetime) -> int:
    """Who has not answered in time is called by a person, at a safe hour; returns how many."""
    with store.read() as session:
        due = care_answers.silent(session, now=now)
    for row_id in due:
        with store.write() as session:
            care_answers.call(session, row_id, zone=LOCAL, now=now)
    return len(due)


def jobs(helpline: Helpline) -> dict[str, Job]:
    """What is looked at for care messages."""
    store, speech = helpline.store, helpline.speech
    hotline = accounts.hotline(helpline.settings)
    return {
        "care": (lambda now: send_due(store, speech, hotline=hotline, now=now), SEND_SECONDS),
        "care silence": (lambda now: look_for_silence(store, now=now), LOOK_SECONDS),
    }


def _deal_with(
    session: Session, speech: Speech, row: CareHousehold, *, hotline: str, now: datetime
) -> None:
    household = households.find(session, row.household_id)
    if household.conversation_id is None:
        campaigns.leave_out(session, row, Why.NO_WAY)
        return
    # The chat before the row, as a turn of the resident locks them.
    line = conversations.find_for_update(session, household.conversation_id)
    hours = reaching.hours(session, household, line)
    campaign = campaigns.find(session, row.campaign_id)
    if not care_answers.agrees(session, household):
        campaigns.leave_out(session, row, Why.NO_CONSENT)
    elif hours is None:
        campaigns.leave_out(session, row, Why.NOT_TO_CALL)
    elif (safe := hours.next(now, LOCAL)) > now:
        campaigns.wait(session, row, safe)
    elif line.mode != Mode.BOT or now - UNDER_WAY < line.active_at <= now:
        # A question in the middle of another talk would be answered by chance.
        campaigns.wait(session, row, now + UNDER_WAY)
    else:
        answer_by = hours.next(now + timedelta(seconds=campaign.answer_seconds), LOCAL)
        seq = messages.say(session, line, _line(speech, campaign, hotline), now=now)
        if not campaigns.said(session, row, line.id, seq=seq, answer_by=answer_by, now=now):
            # Stopped or claimed by another meanwhile: what was said here is unsaid.
            session.rollback()


def _line(speech: Speech, campaign: Campaign, hotline: str) -> Line:
    spoken = speech.render(wellbeing.first(campaign.reason, hotline), NOTHING)
    choices = tuple(Choice(label, value) for label, value in spoken.choices)
    # It speaks like the bot: its buttons are those that the next word is read against.
    return Line(Sender.BOT, spoken.text, choices=choices, lane=Lane.CARE)
